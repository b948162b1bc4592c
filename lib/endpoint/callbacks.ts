import type { MailboxReader } from '../channel/index.js';
import type { EshmError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import { Incoming, Outgoing } from '../record/endpoint.js';
import type { Session } from '../session/index.js';

/** What callbacks need of their endpoint. */
export interface CallbackHost {
  readonly name: string;
  readonly options: ResolvedOptions;
  readonly session: Session;
  readonly onCorrupt: (error: EshmError) => EshmError;
}

/**
 * The lifetime of a program's callbacks over the records of an endpoint, those of `update` and `view`. A callback may close
 * its endpoint, whose memory then stays mapped until it has returned.
 *
 * Belongs to the endpoint's thread.
 */
export class Callbacks {
  /** The record that is written, and the one that is read; `undefined` for a way without one. */
  readonly outgoing: Outgoing | undefined;
  readonly incoming: Incoming | undefined;
  readonly #session: Session;
  #reader: MailboxReader;

  constructor(host: CallbackHost) {
    const { options, session } = host;
    const { reader, writer } = session.link;
    const { out, in: read } = options.record;
    const { callback: busy } = session;
    this.#session = session;
    this.#reader = reader;
    this.outgoing = out && new Outgoing(out, writer, busy, host.name, () => void this.endClose());
    this.incoming =
      read && new Incoming(read, reader.slotBytes, busy, (error) => host.onCorrupt(error as EshmError));
  }

  /** Goes on with the reader and the writer of the session's link, which is new. */
  meetLink(): void {
    const { reader, writer } = this.#session.link;
    this.#reader = reader;
    this.outgoing?.moveTo(writer);
    this.incoming?.moveTo(reader.slotBytes);
  }

  /** Closes the session; within a callback its memory stays until that has returned. */
  close(): void {
    if (this.incoming?.isLooking) this.#reader.looks.countEarly();
    this.#session.close();
    this.outgoing?.giveBack();
  }

  /** A callback is over: ends a {@link close} that it called. Returns whether the endpoint is closed. */
  endClose(): boolean {
    if (this.#session.state !== 'closed') return false;
    this.#session.callbackOver();
    this.outgoing?.giveBack();
    return true;
  }
}
