// Over 250 lines: the hot path as users read it. Methods are a few lines each; the rest is their documentation.
import { isUint8Array } from 'node:util/types';
import { describe } from '../../layout/describe.js';
import {
  MailboxReader,
  MailboxWriter,
  NOBODYS,
  tooLarge,
  unfillable,
  unreadable,
  withLength,
} from '../channel/index.js';
import { checkOptions, checkTimeoutMs, NO_OPTIONS } from '../checks/index.js';
import type { Encoder, WireDecoder } from '../codec/index.js';
import { publishCorrupt, publishMissed, publishState } from '../diagnostics/index.js';
import { EshmError, isCorrupt, readFrom } from '../errors.js';
import { EmitterBase, type EshmEvents } from '../events.js';
import { FIELDS_OF, type Role } from '../header/index.js';
import { waitFor } from '../idle/index.js';
import { READ_OPTIONS, type ReadOptions, type ShmOption } from '../options.js';
import {
  type AccessorsOf,
  type AtOnce,
  noRecord,
  refuseNesting,
  type ViewedOf,
  type WriteOf,
} from '../record/endpoint.js';
import type { AnyRecord } from '../record/index.js';
import { Gate, type State } from '../session/index.js';
import type { EndpointCore } from './core.js';

/** Only to give fields their kind. */
const NOTHING = {
  gate: new Gate(),
  reader: new MailboxReader(NOBODYS.channel, NOBODYS.segment, FIELDS_OF.master),
  writer: new MailboxWriter(NOBODYS.channel, false),
  bytes: new Uint8Array(),
};

/** The part of an endpoint that has done its work when it returns, and the events. Made as `Eshm` only. */
export class SyncEndpoint<
  Data,
  In extends AnyRecord | undefined,
  // biome-ignore lint/suspicious/noExplicitAny: what an encoder is given is contravariant, and this is any
  Out extends AnyRecord | Encoder<any> | undefined,
> extends EmitterBase<EshmEvents> {
  /** The name that was opened. Names are not stored in the segment; both ends must use the same one. */
  readonly name: string;
  /** The System V key derived from {@link name}: signed 32 bits, never 0. `ipcs -m` shows it in hexadecimal. */
  readonly key: number;
  /** What this endpoint became; `'auto'` ends up as one of the two. */
  readonly role: Role;
  readonly #core: EndpointCore;
  readonly #callbacks: EndpointCore['callbacks'];
  readonly #decoder: WireDecoder | undefined;
  // First values give the fields of the hot path their kinds; see MailboxWriter.
  #gate = NOTHING.gate;
  #reader = NOTHING.reader;
  #writer = NOTHING.writer;
  #maxDataSize = 0;
  /** The arrays that were written and filled last: known to be what they should be. They are kept until others come. */
  #written: Uint8Array = NOTHING.bytes;
  #filled: Uint8Array = NOTHING.bytes;

  /** @internal */
  protected constructor(core: EndpointCore) {
    super();
    const { session } = core;
    this.#core = core;
    this.#callbacks = core.callbacks;
    this.#decoder = core.decoder;
    this.name = core.name;
    this.key = core.key;
    this.role = session.link.role;
    this.#gate = session.gate;
    this.#maxDataSize = core.options.maxDataSize;
    core.onMissed = (messages) => this.#onMissed(messages);
    core.onCorrupt = (error) => this.#onCorrupt(error);
    session.onEvent = ([event, ...details]) => {
      this.emit(event, ...(details as []));
      publishState(this, event, details[0]);
    };
    session.onLink = () => {
      this.#callbacks.meetLink();
      this.#meetLink();
    };
    this.#meetLink();
  }

  /**
   * In which kind of memory the channel is: `'system-v'` or `'posix'`; `'auto'` for a master that stands in both, because
   * no slave has come yet. The event `joined` tells when that is decided.
   */
  get shm(): ShmOption {
    return this.#core.session.shm;
  }

  /** `'connected'`, `'stale'`, `'reconnecting'`, `'disconnected'` or `'closed'`. */
  get state(): State {
    return this.#core.session.state;
  }

  /** Whether the other side is there and its heart beats. A killed process counts as alive for the stale threshold. */
  get remoteAlive(): boolean {
    return this.#core.session.remoteAlive;
  }

  /** Messages that were overwritten unread between the last two reads. */
  get missed(): number {
    return this.#reader.missed;
  }

  /**
   * Publishes `data` in place of what was there. Never blocks; a write of 64 bytes takes some tens of ns.
   *
   * It also replaces the message of a {@link send} that is under way, which then rejects (or publishes it again, with
   * `resendMs`).
   *
   * @param data - bytes, or text that is written as UTF-8 without a NUL (with one under the encoding `'cstring'`); 0
   * bytes are a message too
   * @throws {TypeError} for anything else
   * @throws {EshmError} ESHM_BUFFER_TOO_SMALL over `maxDataSize`, before anything is touched; ESHM_TIMEOUT while a
   * slave looks for a new master (try again, or use {@link tryWrite}); ESHM_MASTER_STALE once it has given up;
   * ESHM_ROLE_MISMATCH once another has taken this endpoint's role; ESHM_CLOSED
   */
  write(data: WriteOf<Out>): void {
    const bytes = data === this.#written ? (data as Uint8Array) : this.#bytesOf(data);
    const size = bytes.length;
    if (size > this.#maxDataSize) throw tooLarge(size, this.#maxDataSize);
    if (!this.#gate.isOpen) this.#writeAside(bytes, size);
    else this.#writer.write(bytes, size);
  }

  /**
   * As {@link write}, for whoever writes again and again, as from a timer: while a slave looks for a new master there is
   * nobody to write to, and nothing is written. A master without a slave, or with a stale one, writes: the message waits
   * in the slot, where a slave that comes can {@link peek} at it, until the next write.
   *
   * @param data - bytes or text, as {@link write} takes them
   * @returns whether `data` was published; `false` is no error and may be so for as long as the search lasts
   * @throws {TypeError} for anything else
   * @throws {EshmError} only what does not pass: ESHM_BUFFER_TOO_SMALL, in any state; ESHM_MASTER_STALE once the slave has
   * given up its search; ESHM_ROLE_MISMATCH; ESHM_CLOSED
   *
   * @example
   * const timer = setInterval(() => slave.tryWrite('still here'), 10);
   * clearInterval(timer);
   */
  tryWrite(data: WriteOf<Out>): boolean {
    const bytes = this.#core.toMessage(data);
    if (!this.#gate.isOpen && !this.#core.permit.mayWrite()) return false;
    this.#core.session.link.write(bytes, bytes.length);
    return true;
  }

  /**
   * Sets fields of the record that this endpoint writes and publishes the whole of it, as {@link write} does. `fill` gets
   * accessors over a private record, which keeps its values from one call to the next; a `write` sets all of them.
   * Allocates nothing.
   *
   * @param fill - sets fields; a `fill` that throws publishes nothing and leaves all fields as they were
   * @throws {TypeError | RangeError} for a value that a field cannot have, and for a `fill` that returns a promise
   * @throws {EshmError} as {@link write}; ESHM_INVALID_PARAM within another `update` or a `view`
   *
   * @example
   * const Pose = record('Pose', { seq: u64, x: f64, y: f64 });
   * using robot = Eshm.open('robot pose', { role: 'master', record: { out: Pose } });
   * robot.update((pose) => {
   *   pose.seq += 1n;
   *   pose.x = 1.5;
   * });
   */
  update<T>(fill: (record: AccessorsOf<Out>) => AtOnce<T, 'update'>): void {
    const callbacks = this.#callbacks;
    const { outgoing } = callbacks;
    if (outgoing === undefined) throw noRecord('update');
    if (!this.#gate.isOpen) this.#core.permit.toWrite();
    outgoing.fill(fill as (live: never) => unknown);
    // Looked at again: a fill may have closed the endpoint.
    if (!this.#gate.isOpen) {
      callbacks.endClose();
      this.#core.permit.toWrite();
    }
    outgoing.publish();
    if (!this.#gate.isOpen) this.#core.session.link.push();
  }

  /**
   * Looks at the newest message where it lies, if there is one that was not read yet, and counts it as read. Copies and
   * allocates nothing. `look` gets accessors that are dead when it has returned.
   *
   * The writer may go on meanwhile. Then what `look` saw, returned or threw is thrown away and it is called again, so it
   * must do nothing but look: fields may hold anything then, and a loop needs a bound of its own. Its result counts only
   * when the message was whole until it had returned. The longer it looks, the more often that is in vain; after some
   * times it looks at a copy.
   *
   * @param look - reads fields; what it throws at a whole message is thrown, and the message stays unread
   * @returns what `look` returned, or `undefined` when there is nothing new
   * @throws {TypeError} for a `look` that sets a field or returns a promise
   * @throws {EshmError} as {@link tryRead}; ESHM_INVALID_PARAM within another `view` or an `update`
   *
   * @example
   * const Pose = record('Pose', { seq: u64, x: f64, y: f64 });
   * using robot = Eshm.open('robot look', { role: 'master', record: { in: Pose } });
   * const far = robot.view((pose) => Math.hypot(pose.x, pose.y));
   */
  view<T>(look: (record: ViewedOf<In>) => AtOnce<T, 'view'>): T | undefined {
    const callbacks = this.#callbacks;
    const { incoming } = callbacks;
    if (incoming === undefined) throw noRecord('view');
    if (incoming.busy.isAlive) refuseNesting('view');
    const isCalm = this.#gate.isOpen;
    if (!isCalm) this.#core.permit.toRead();
    const reader = this.#reader;
    const missedBefore = reader.totalMissed;
    let value: T | undefined;
    try {
      value = reader.looks.view(incoming, look as (live: object) => T);
    } catch (error) {
      callbacks.endClose();
      throw readFrom(error, this.name);
    }
    if (reader.totalMissed !== missedBefore) this.#onMissed(reader.missed);
    if (!isCalm) this.#core.session.link.inlet.pushRead();
    if (!this.#gate.isOpen && !callbacks.endClose() && value === undefined && !isCalm) {
      this.#core.permit.toWait();
    }
    return value;
  }

  /**
   * Takes the newest message if there is one that was not read yet.
   *
   * @returns a copy (text where the endpoint has an encoding), or `undefined`
   * @throws {EshmError} ESHM_CORRUPT (the next message is read as usual), ESHM_MASTER_STALE once a slave has given up
   * its master, ESHM_ROLE_MISMATCH once another has taken this endpoint's role, ESHM_CLOSED
   */
  tryRead(): Data | undefined {
    const isCalm = this.#gate.isOpen;
    if (!isCalm) this.#core.permit.toRead();
    const reader = this.#reader;
    const message = reader.tryRead();
    if (!isCalm) this.#core.session.link.inlet.pushRead();
    if (message === undefined) {
      this.#core.permit.toWait();
      return undefined;
    }
    if (reader.missed > 0) this.#onMissed(reader.missed);
    return this.#decoder === undefined ? (message as Data) : this.#decode(this.#decoder, message);
  }

  /**
   * As {@link tryRead}, into memory of the caller's: no allocation, for loops that count nanoseconds. Bytes as they are,
   * whatever the encoding.
   *
   * @param target - room for the message, from its first byte on; `maxDataSize` bytes take any
   * @returns the size in bytes, or -1 when there is nothing new
   * @throws {TypeError} when `target` is not a Uint8Array
   * @throws {EshmError} ESHM_BUFFER_TOO_SMALL when `target` is too small: the message stays for the next read
   */
  tryReadInto(target: Uint8Array): number {
    if (target !== this.#filled) return this.#readInto(target);
    if (!this.#gate.isOpen) return this.#readAside(target);
    const reader = this.#reader;
    const size = reader.tryReadInto(target, target.length);
    if (size >= 0 && reader.missed > 0) this.#onMissed(reader.missed);
    return size;
  }

  /**
   * Waits for a message and blocks this thread meanwhile; the heartbeat goes on. How it passes the time is the option
   * `idle`. A slave whose master went stale looks for a new one while it waits.
   *
   * @param options - `timeoutMs` (1000 by default, 0 looks once, `Infinity` for no limit)
   * @throws {TypeError} for an option that does not exist
   * @throws {RangeError} for a timeout that is not 0 or more
   * @throws {EshmError} ESHM_TIMEOUT, ESHM_NO_DATA with a timeout of 0, ESHM_CORRUPT, ESHM_MASTER_STALE, ESHM_CLOSED
   */
  readSync(options: ReadOptions = NO_OPTIONS): Data {
    const timeoutMs = checkTimeoutMs('read', checkOptions('read', options, READ_OPTIONS).timeoutMs);
    const message = this.tryRead();
    if (message !== undefined) return message;
    if (timeoutMs === 0)
      throw new EshmError('ESHM_NO_DATA', `Cannot read from '${this.name}': no new message`);
    const late = waitFor(() => this.tryRead(), this.#core.options.idle, timeoutMs);
    if (late !== undefined) return late;
    throw new EshmError(
      'ESHM_TIMEOUT',
      `Cannot read from '${this.name}': no message within ${timeoutMs} ms; ${this.#core.permit.whyNothing()}`,
    );
  }

  /**
   * A copy of the slot as it stands, read or not; counts nothing. `undefined` while nothing was ever written, and for
   * the moment of a write.
   *
   * @throws {EshmError} ESHM_CORRUPT, ESHM_CLOSED
   */
  peek(): Data | undefined {
    this.#core.permit.toLook('peek');
    const decoder = this.#decoder;
    try {
      const message = this.#reader.peek();
      return (message === undefined || decoder === undefined ? message : decoder.decode(message)) as
        | Data
        | undefined;
    } catch (error) {
      throw readFrom(error, this.name);
    }
  }

  /** Goes on with the reader and the writer of the session's link, which is new. */
  #meetLink(): void {
    const { reader, writer } = this.#core.session.link;
    this.#reader = reader;
    this.#reader.onCorrupt = (error) => this.#onCorrupt(error);
    this.#writer = writer;
  }

  /** {@link write} where the session is to be asked first, or where memory is not mapped. */
  #writeAside(bytes: Uint8Array, size: number): void {
    this.#core.permit.toWrite();
    this.#core.session.link.write(bytes, size);
  }

  /** {@link tryReadInto}, likewise. */
  #readAside(target: Uint8Array): number {
    const { permit, session } = this.#core;
    permit.toRead();
    const reader = this.#reader;
    const size = reader.tryReadInto(target, target.length);
    session.link.inlet.pushRead();
    if (size < 0) permit.toWait();
    else if (reader.missed > 0) this.#onMissed(reader.missed);
    return size;
  }

  #bytesOf(data: unknown): Uint8Array {
    const core = this.#core;
    if (!isUint8Array(data) || core.encoder !== undefined) return core.encode(data);
    this.#written = withLength(data, unreadable);
    return this.#written;
  }

  /** As {@link tryReadInto}, into what was not read into before. */
  #readInto(target: Uint8Array): number {
    if (!isUint8Array(target)) {
      throw new TypeError(`Cannot read: target is ${describe(target)}, expected a Uint8Array`);
    }
    this.#filled = withLength(target, unfillable);
    return this.tryReadInto(this.#filled);
  }

  #onMissed(messages: number): void {
    if (this.listenerCount('missed') > 0) process.nextTick(() => this.emit('missed', messages));
    publishMissed(this, messages);
  }

  /** Tells of a message that cannot be taken. Returns the error to throw: it names the channel. */
  #onCorrupt(found: EshmError): EshmError {
    const error = readFrom(found, this.name);
    this.#core.stats.corrupt++;
    if (this.listenerCount('corrupt') > 0) process.nextTick(() => this.emit('corrupt', error));
    publishCorrupt(this, error);
    return error;
  }

  #decode(decoder: WireDecoder, message: Buffer): Data {
    try {
      return decoder.decode(message) as Data;
    } catch (error) {
      throw isCorrupt(error) ? this.#onCorrupt(error) : error;
    }
  }
}
