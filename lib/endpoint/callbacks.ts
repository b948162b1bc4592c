import type { MailboxReader } from '../channel/index.js';
import type { EshmError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import { Incoming, noRecord, Outgoing, refuseNesting } from '../record/endpoint.js';
import type { Gate, Permit, Session } from '../session/index.js';

/** What callbacks need of their endpoint. */
export interface CallbackHost {
  readonly options: ResolvedOptions;
  readonly session: Session;
  readonly permit: Permit;
  readonly onMissed: (messages: number) => void;
  readonly onCorrupt: (error: EshmError) => void;
}

/**
 * A program's callbacks over the records of an endpoint: `update` fills a private record and publishes it, `view` looks at
 * a message where it lies. A callback may close its endpoint, whose memory then stays mapped until it has returned.
 *
 * Belongs to the endpoint's thread.
 */
export class Callbacks {
  /** The record that is written, and the one that is read; `undefined` for a way without one. */
  readonly outgoing: Outgoing | undefined;
  readonly incoming: Incoming | undefined;
  readonly #host: CallbackHost;
  readonly #session: Session;
  readonly #permit: Permit;
  readonly #gate: Gate;
  #reader: MailboxReader;

  constructor(host: CallbackHost) {
    const { options, session, permit } = host;
    const { reader, writer } = session.link;
    const { out, in: read } = options.record;
    const { callback: busy } = session;
    this.#host = host;
    this.#session = session;
    this.#permit = permit;
    this.#gate = session.gate;
    this.#reader = reader;
    this.outgoing = out && new Outgoing(out, writer, busy, () => void this.#endClose());
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

  /** See `SyncEndpoint.update`. */
  update(fill: (live: never) => unknown): void {
    const { outgoing } = this;
    if (outgoing === undefined) throw noRecord('update');
    if (!this.#gate.isOpen) this.#permit.toWrite();
    outgoing.fill(fill);
    // Looked at again: a fill may have closed the endpoint.
    if (!this.#gate.isOpen) {
      this.#endClose();
      this.#permit.toWrite();
    }
    outgoing.publish();
    if (!this.#gate.isOpen) this.#session.link.push();
  }

  /** See `SyncEndpoint.view`. */
  view<T>(look: (live: object) => T): T | undefined {
    const { incoming } = this;
    if (incoming === undefined) throw noRecord('view');
    if (incoming.busy.isAlive) refuseNesting('view');
    const isCalm = this.#gate.isOpen;
    if (!isCalm) this.#permit.toRead();
    const reader = this.#reader;
    const missedBefore = reader.totalMissed;
    let value: T | undefined;
    try {
      value = reader.looks.view(incoming, look);
    } catch (error) {
      this.#endClose();
      throw error;
    }
    if (reader.totalMissed !== missedBefore) this.#host.onMissed(reader.missed);
    if (!isCalm) this.#session.link.inlet.pushRead();
    if (!this.#gate.isOpen && !this.#endClose() && value === undefined && !isCalm) this.#permit.toWait();
    return value;
  }

  /** Closes the session; within a callback its memory stays until that has returned. */
  close(): void {
    if (this.incoming?.isLooking) this.#reader.looks.countEarly();
    this.#session.close();
    this.outgoing?.giveBack();
  }

  /** A callback is over: ends a {@link close} that it called. Returns whether the endpoint is closed. */
  #endClose(): boolean {
    if (this.#session.state !== 'closed') return false;
    this.#session.callbackOver();
    this.outgoing?.giveBack();
    return true;
  }
}
