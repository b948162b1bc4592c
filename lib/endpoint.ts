// Over 250 lines: the class that users read. Its methods are a few lines each; the rest is their documentation.
import type { Readable, Writable } from 'node:stream';
import { isUint8Array } from 'node:util/types';
import { describe } from '../layout/describe.js';
import {
  AsyncReader,
  type AsyncReadOptions,
  type Message,
  MessageIterator,
  MessageReadable,
  type MessagesOptions,
  MessageWritable,
  Sender,
  type SendOptions,
  type SendSyncOptions,
  type WritableOptions,
} from './async/index.js';
import {
  MailboxReader,
  MailboxWriter,
  NOBODYS,
  toBytes,
  tooLarge,
  unfillable,
  unreadable,
  withLength,
} from './channel/index.js';
import { checkOptions, checkTimeoutMs, NO_OPTIONS } from './checks/index.js';
import type {
  CodecOption,
  DataOf,
  DecodedOf,
  Encoder,
  EncoderOf,
  Encoding,
  WireDecoder,
  WireEncoder,
} from './codec/index.js';
import {
  followSend,
  followSendSync,
  publishCorrupt,
  publishMissed,
  publishState,
} from './diagnostics/index.js';
import { EshmError, isCorrupt } from './errors.js';
import { EmitterBase, type EshmEvents } from './events.js';
import { FIELDS_OF, type Role } from './header/index.js';
import { waitFor } from './idle/index.js';
import { type ConnectOptions, connect, type Place } from './joining/index.js';
import {
  type ObservedCodecs,
  type ObservedData,
  type ObservedRecords,
  type ObserveOptions,
  Observer,
  resolveObserve,
} from './observe/index.js';
import {
  type EshmOptions,
  READ_OPTIONS,
  type ReadOptions,
  type ResolvedOptions,
  resolveOptions,
  type ShmOption,
} from './options.js';
import {
  type AccessorsOf,
  type Incoming,
  type InOf,
  noRecord,
  type Outgoing,
  type OutOf,
  type ReadOf,
  type RecordOption,
  recordTraffic,
  refuseNesting,
  type ViewedOf,
  type WriteOf,
} from './record/endpoint.js';
import type { AnyRecord } from './record/index.js';
import {
  closeAtExit,
  type EshmStats,
  forgetAtExit,
  Gate,
  Opening,
  Permit,
  Session,
  type State,
  type StatsOptions,
  StatsTaker,
  stillOpen,
} from './session/index.js';

import { channelName } from './store/index.js';

const STATS_OPTIONS: Readonly<Record<keyof StatsOptions, true>> = { keepDeltas: true };

/** An endpoint that was opened and not closed, as {@link Eshm.openEndpoints} finds it. */
export class OpenEndpoint {
  /** The endpoint itself, to close it. */
  readonly endpoint: Eshm<string | Buffer>;
  /** Its name. */
  readonly name: string;
  /** Its role. */
  readonly role: Role;
  /** The calls that opened it, the innermost first, as a stack trace has them: `main (file:///robot.js:12:23)`. */
  readonly openedBy: readonly string[];

  /** @internal */
  constructor(endpoint: Eshm<string | Buffer>, opening: Opening) {
    this.endpoint = endpoint;
    this.name = endpoint.name;
    this.role = endpoint.role;
    this.openedBy = opening.calls;
  }

  /** For people: `'robot' (master), opened at main (file:///robot.js:12:23)`. */
  toString(): string {
    return `'${this.name}' (${this.role}), opened at ${this.openedBy[0] ?? 'an unknown place'}`;
  }
}

/** What writes take, as `Out` of the endpoint: the record for what goes out, or the encoder, `undefined` without one. */
export type WrittenBy<R, C> = OutOf<R> extends undefined ? EncoderOf<C> : OutOf<R>;

/** Only to give fields their kind. */
const NOTHING = {
  gate: new Gate(),
  reader: new MailboxReader(NOBODYS.channel, NOBODYS.segment, FIELDS_OF.master),
  writer: new MailboxWriter(NOBODYS.channel, false),
  bytes: new Uint8Array(),
};

/**
 * One end of an ESHM channel: a master or a slave that exchanges messages with one peer on the same machine, in
 * TypeScript, C++ or Python, through shared memory.
 *
 * The channel holds one message each way. A write replaces the one before, read or not; a reader learns how many it
 * {@link missed}. An endpoint belongs to the thread that opened it, its data never leaves the process's memory through
 * it: callers get copies.
 *
 * `Data` is what reads return: `Buffer`, `string` where the option `encoding` is set, what `codec` decodes. `In` and `Out`
 * are the records of the option `record`, each `undefined` without one; with the option `codec` `Out` is its encoder.
 *
 * @example
 * const master = Eshm.open('robot', { role: 'master' });
 * master.write('go');
 * master.close();
 */
export class Eshm<
    Data = Buffer,
    In extends AnyRecord | undefined = undefined,
    // biome-ignore lint/suspicious/noExplicitAny: what an encoder is given is contravariant, and this is any
    Out extends AnyRecord | Encoder<any> | undefined = undefined,
  >
  extends EmitterBase<EshmEvents>
  implements AsyncIterable<Data>
{
  /** The name that was opened. Names are not stored in the segment; both ends must use the same one. */
  readonly name: string;
  /** The System V key derived from {@link name}: signed 32 bits, never 0. `ipcs -m` shows it in hexadecimal. */
  readonly key: number;
  /** What this endpoint became; `'auto'` ends up as one of the two. */
  readonly role: Role;
  readonly #options: ResolvedOptions;
  readonly #session: Session;
  readonly #permit: Permit;
  // First values give the fields of the hot path their kinds; see MailboxWriter.
  #gate = NOTHING.gate;
  #reader = NOTHING.reader;
  #writer = NOTHING.writer;
  #maxDataSize = 0;
  /** The arrays that were written and filled last: known to be what they should be. They are kept until others come. */
  #written: Uint8Array = NOTHING.bytes;
  #filled: Uint8Array = NOTHING.bytes;
  readonly #stats: StatsTaker;
  /** What messages are to the program, each way; `undefined` for bytes as they are. */
  #encoder: WireEncoder | undefined;
  #decoder: WireDecoder | undefined;
  #outgoing: Outgoing | undefined;
  #incoming: Incoming | undefined;
  #asyncReader: AsyncReader<Data> | undefined;
  #sender: Sender | undefined;

  /**
   * Opens an end of the channel `name` (ESHM protocol version 2, section 4): a master creates the segment or takes it
   * over, a slave attaches to the one that is there, `'auto'` does whichever applies.
   *
   * Blocks this thread: for about 25 ms the first time in a thread (the heartbeat worker starts), for the stale
   * threshold (50 ms at least, 2 s at most) where a peer in the same role is flagged alive but dead, and for a tenth of
   * a second at a segment that has no header, as much again as a master while others have it attached. Somebody who
   * starts or leaves meanwhile may make it look once more. With `force` it waits for no peer. On the event loop, connect.
   *
   * @param name - any non-empty text without NUL; the same on both ends
   * @param options - what is not set has the protocol's default
   * @throws {TypeError} for a name or an option of the wrong type
   * @throws {RangeError} for a name or an option that is not allowed
   * @throws {EshmError} ESHM_SHM_ATTACH (no segment, or not this channel's), ESHM_SHM_CREATE, ESHM_ROLE_MISMATCH (a
   * live peer has this role already), ESHM_SHM_DELETE (an abandoned segment is another user's, who must remove it),
   * ESHM_TIMEOUT (the heartbeat worker did not start in 10 s), ESHM_UNSUPPORTED (not Linux on x86-64, or ffi-rs or the
   * worker cannot be loaded; the message says why); nothing is left behind
   */
  static open<
    E extends Encoding = null,
    R extends RecordOption | undefined = undefined,
    C extends CodecOption | undefined = undefined,
  >(
    name: string,
    options?: EshmOptions<E, R, C>,
  ): Eshm<ReadOf<InOf<R>, DecodedOf<C, DataOf<E>>>, InOf<R>, WrittenBy<R, C>> {
    return new Eshm(name, resolveOptions(options), new Opening(Eshm.open));
  }

  /**
   * Opens the slave's end as soon as a living master is there. Blocks the event loop in none of it: neither while it
   * waits, nor while the heartbeat worker starts or a dead slave is given its time.
   *
   * @param name - as {@link Eshm.open} takes it
   * @param options - those of {@link Eshm.open}, `timeoutMs` (5000 by default, `Infinity` for no limit) and `signal`
   * @throws {EshmError} ESHM_TIMEOUT with the last obstacle as `cause`; at once whatever waiting cannot mend
   * @throws the reason of `signal` when it is aborted
   */
  static connect<
    E extends Encoding = null,
    R extends RecordOption | undefined = undefined,
    C extends CodecOption | undefined = undefined,
  >(
    name: string,
    options: ConnectOptions<E, R, C> = NO_OPTIONS,
  ): Promise<Eshm<ReadOf<InOf<R>, DecodedOf<C, DataOf<E>>>, InOf<R>, WrittenBy<R, C>>> {
    const opening = new Opening(Eshm.connect);
    return connect(name, options, (resolved, place) => new Eshm(name, resolved, opening, place));
  }

  /**
   * The endpoints of this thread that were opened and not closed, the oldest first: for the end of a test, where each of
   * them is a leak. docs/testing.md has it for mocha, vitest, jest and node:test.
   *
   * A thread that ends closes its endpoints by itself; with `NODE_DEBUG=eshm` in the environment it says which, and where
   * they were opened.
   *
   * @example
   * for (const left of Eshm.openEndpoints()) {
   *   console.log(`forgotten: ${left}`);
   *   left.endpoint.close();
   * }
   */
  static openEndpoints(): OpenEndpoint[] {
    // A bridge's end of a channel is none of these.
    return stillOpen().flatMap(([endpoint, opening]) =>
      endpoint instanceof Eshm ? [new OpenEndpoint(endpoint, opening)] : [],
    );
  }

  /**
   * Observes channels without being anybody on them: see {@link Observer}. Nothing need be there yet.
   *
   * @param name - the name of a channel, or several
   * @param options - `shm`, `maxDataSize`, `encoding`, `record`, `codec`, `signal`, `wake`
   * @throws {TypeError | RangeError} for a name or an option that is not allowed
   * @throws {EshmError} ESHM_SHM_ATTACH where something is there that may not be read, or is no channel; ESHM_UNSUPPORTED
   */
  static observe<
    E extends Encoding = null,
    R extends ObservedRecords | undefined = undefined,
    C extends ObservedCodecs | undefined = undefined,
  >(
    name: string | readonly string[],
    options: ObserveOptions<E, R, C> = NO_OPTIONS,
  ): Observer<ObservedData<E, R, C>> {
    const names = [...new Set(typeof name === 'string' || !Array.isArray(name) ? [name as string] : name)];
    if (names.length === 0) throw new RangeError('Cannot observe: there is no name, expected one or more');
    return new Observer(names, resolveObserve(options), new Opening(Eshm.observe));
  }

  private constructor(name: string, options: ResolvedOptions, opening: Opening, place?: Place) {
    super();
    // Plain JavaScript may call what is private.
    if (!(opening instanceof Opening)) {
      throw new TypeError(
        'Cannot open: found new Eshm(...), expected Eshm.open(name, options) or await Eshm.connect(name, options)',
      );
    }
    const channel = channelName(name);
    this.name = name;
    this.key = channel.key;
    this.#options = options;
    this.#encoder = options.codec.out;
    this.#decoder = options.codec.in;
    this.#session = new Session(
      channel,
      options,
      place,
      // On the next tick, so that no listener runs in the middle of an operation.
      ([event, ...details]) => {
        process.nextTick(() => {
          this.#asyncReader?.stateChanged();
          this.#sender?.wake();
          this.emit(event, ...(details as []));
          publishState(this, event, details[0]);
        });
      },
      () => {
        this.#asyncReader?.wake();
        this.#sender?.wake();
      },
    );
    this.#permit = new Permit(name, this.#session);
    this.#gate = this.#session.gate;
    this.role = this.#session.link.role;
    this.#maxDataSize = options.maxDataSize;
    this.#stats = new StatsTaker(this.#session);
    this.#meetLink();
    this.#session.onLink = () => this.#meetLink();
    closeAtExit(this, opening);
    process.nextTick(publishState, this, 'opened');
  }

  /**
   * In which kind of memory the channel is: `'system-v'` or `'posix'`; `'auto'` for a master that stands in both, because
   * no slave has come yet. The event `joined` tells when that is decided.
   */
  get shm(): ShmOption {
    return this.#session.shm;
  }

  /** `'connected'`, `'stale'`, `'reconnecting'`, `'disconnected'` or `'closed'`. */
  get state(): State {
    return this.#session.state;
  }

  /** Whether the other side is there and its heart beats. A killed process counts as alive for the stale threshold. */
  get remoteAlive(): boolean {
    return this.#session.remoteAlive;
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
    const bytes = this.#toMessage(data);
    if (!this.#gate.isOpen && !this.#permit.mayWrite()) return false;
    this.#session.link.write(bytes, bytes.length);
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
  update(fill: (record: AccessorsOf<Out>) => void): void {
    const outgoing = this.#outgoing;
    if (outgoing === undefined) throw noRecord('update');
    if (!this.#gate.isOpen) this.#permit.toWrite();
    outgoing.fill(fill);
    // Looked at again: a fill may have closed the endpoint.
    if (!this.#gate.isOpen) this.#afterFill();
    this.#outgoing!.publish();
    if (!this.#gate.isOpen) this.#session.link.push();
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
  view<T>(look: (record: ViewedOf<In>) => T): T | undefined {
    const incoming = this.#incoming;
    if (incoming === undefined) throw noRecord('view');
    if (incoming.busy.isAlive) refuseNesting('view');
    const isCalm = this.#gate.isOpen;
    if (!isCalm) this.#permit.toRead();
    const reader = this.#reader;
    const missedBefore = reader.totalMissed;
    let value: T | undefined;
    try {
      value = reader.looks.view(incoming, look as (live: object) => T);
    } catch (error) {
      this.#endClose();
      throw error;
    }
    if (reader.totalMissed !== missedBefore) this.#onMissed(reader.missed);
    if (!isCalm) this.#session.link.pushRead();
    if (!this.#gate.isOpen && !this.#endClose() && value === undefined && !isCalm) this.#permit.toWait();
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
    if (!isCalm) this.#permit.toRead();
    const reader = this.#reader;
    const message = reader.tryRead();
    if (!isCalm) this.#session.link.pushRead();
    if (message === undefined) {
      this.#permit.toWait();
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
    const late = waitFor(() => this.tryRead(), this.#options.idle, timeoutMs);
    if (late !== undefined) return late;
    throw new EshmError(
      'ESHM_TIMEOUT',
      `Cannot read from '${this.name}': no message within ${timeoutMs} ms; ${this.#permit.whyNothing()}`,
    );
  }

  /**
   * A copy of the slot as it stands, read or not; counts nothing. `undefined` while nothing was ever written, and for
   * the moment of a write.
   *
   * @throws {EshmError} ESHM_CORRUPT, ESHM_CLOSED
   */
  peek(): Data | undefined {
    this.#permit.toLook('peek');
    const message = this.#reader.peek();
    if (message === undefined || this.#decoder === undefined) return message as Data | undefined;
    return this.#decoder.decode(message) as Data;
  }

  /**
   * Waits for a message without blocking the event loop. While messages come within 0.3 ms it looks at every turn of the
   * loop; else it parks until the heartbeat worker wakes it, within about a millisecond, or shortly before the message is
   * due where the stream has a rhythm. From then on it looks each 0.15 ms, for a millisecond at most, with a turn of the loop
   * in between. The option `wake` asks for less delay or less load. Keeps the process alive while it waits. What was read is the caller's; an aborted
   * read has read nothing.
   *
   * @param options - `timeoutMs` (1000 by default; 0 for a turn of the event loop, `Infinity` for no limit) and `signal`
   * @returns a promise that rejects with a RangeError or TypeError for such an option, with the reason of `signal`, or
   * with an EshmError: ESHM_TIMEOUT, ESHM_NO_DATA with a timeout of 0, ESHM_CORRUPT (the next message is read as usual),
   * ESHM_MASTER_STALE, ESHM_CLOSED, ESHM_INVALID_PARAM while another asynchronous read, iterator or stream reads
   *
   * @example
   * const message = await slave.read({ timeoutMs: 5000, signal: AbortSignal.timeout(60_000) });
   */
  read(options?: AsyncReadOptions): Promise<Data> {
    return this.#reading.read(options);
  }

  /**
   * Every message with what is known about it, without a limit of time. As {@link read} otherwise: one reader at a
   * time, from the first message until the loop is left. Lives through a reconnect, and passes over a message that is
   * corrupt (event `corrupt`, `stats().corrupt`); throws ESHM_CLOSED or ESHM_MASTER_STALE once the endpoint is closed or
   * has given up.
   *
   * @param options - `signal` ends the loop, which throws its reason
   * @throws {TypeError} at once for a wrong option
   *
   * @example
   * for await (const { data, missed } of slave.messages()) {
   *   console.log(data.length, missed);
   *   if (String(data) === 'stop') break;
   * }
   */
  messages(options: MessagesOptions = NO_OPTIONS): AsyncIterableIterator<Message<Data>, undefined> {
    return new MessageIterator(this.#reading, options, (data) => {
      const { reader, header } = this.#session.link;
      return { data, count: reader.count, missed: reader.missed, generation: header.generation };
    });
  }

  /** As {@link messages}, the data alone. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Data, undefined> {
    return new MessageIterator(this.#reading, NO_OPTIONS, (data: Data) => data);
  }

  /**
   * Publishes `data` and waits, without blocking the event loop, until the peer has read it: its `readCount` has moved.
   * Calls that overlap queue in order, up to the option `maxPending`; no message replaces one of an earlier call that is
   * still waited for. `data` may be changed as soon as this returns.
   *
   * Without `resendMs` the message is published once and read at most once. A peer that forgets what was written
   * between its reads (the original's C++ and Python on System V) may never see it: set `resendMs`, and it is published
   * again until read. Then it may be read more than once.
   *
   * A peer that was killed after it read a message has read it, as far as anyone can tell. When a slave finds a new
   * master's segment while it waits, the message is published again there with `resendMs`; without it the promise
   * rejects with ESHM_MASTER_STALE. A send that was aborted or timed out leaves its message in the slot: it may still be
   * read, and the next one replaces it.
   *
   * @param data - bytes or text, as {@link write} takes them
   * @param options - `timeoutMs` from the call on (1000 by default), `signal`, `resendMs`
   * @returns a promise that rejects with a TypeError or RangeError for a wrong argument, with the reason of `signal`, or
   * with an EshmError: ESHM_TIMEOUT (`peerAlive` says whether the peer's heart was beating), ESHM_BUFFER_FULL (too many
   * are under way, or a plain {@link write} has replaced the message), ESHM_BUFFER_TOO_SMALL, ESHM_MASTER_STALE,
   * ESHM_CLOSED
   *
   * @example
   * await master.send('open the gripper', { timeoutMs: 5000, resendMs: 5 });
   */
  send(data: WriteOf<Out>, options?: SendOptions): Promise<void> {
    try {
      const bytes = this.#toMessage(data);
      const sender = this.#sending;
      return followSend(this, bytes.length, () => sender.send(bytes, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * As {@link send}, but blocks this thread: for scripts and worker threads. How it passes the time is the option `idle`.
   *
   * @param data - bytes or text, as {@link write} takes them
   * @param options - `timeoutMs` (1000 by default), `resendMs`
   * @throws {TypeError | RangeError} for a wrong argument
   * @throws {EshmError} as `send` rejects; ESHM_BUFFER_FULL while one of those is under way
   */
  sendSync(data: WriteOf<Out>, options?: SendSyncOptions): void {
    const bytes = this.#toMessage(data);
    const sender = this.#sending;
    followSendSync(this, bytes.length, () => sender.sendSync(bytes, options));
  }

  /**
   * An object-mode stream of the messages. It reads when its consumer wants more; a message that is overwritten
   * meanwhile is missed, one that is corrupt is passed over. Ends with an error when the endpoint is closed or gives up.
   * It is the reader from its first look until it is destroyed; see {@link messages}.
   *
   * @param options - `signal` destroys the stream with its reason
   * @throws {TypeError} for a wrong option
   */
  readable(options: MessagesOptions = NO_OPTIONS): Readable {
    const messages = new MessageIterator(this.#reading, options, (data: Data) => data);
    return new MessageReadable(messages, options.signal);
  }

  /**
   * An object-mode stream of strings or bytes, each a message that is {@link send | sent}: the next chunk is taken when
   * the peer has read this one.
   *
   * @param options - those of `send`, for every chunk; `timeoutMs` is `Infinity` by default. `signal` destroys the stream
   * @throws {TypeError | RangeError} for a wrong option
   *
   * @example
   * await pipeline(Readable.from(['open', 'grip']), master.writable({ resendMs: 5 }));
   */
  writable(options: WritableOptions = NO_OPTIONS): Writable {
    return new MessageWritable((data, each) => this.send(data as WriteOf<Out>, each), options);
  }

  /**
   * The counters of both ends, and what this one missed or could not take.
   *
   * @param options - `keepDeltas`: leave the deltas to another caller
   * @throws {TypeError} for an option that does not exist
   * @throws {EshmError} ESHM_CLOSED
   */
  stats(options: StatsOptions = NO_OPTIONS): EshmStats {
    checkOptions('take statistics', options, STATS_OPTIONS);
    const { keepDeltas } = options;
    this.#permit.toLook('take statistics');
    return this.#stats.take({ keepDeltas });
  }

  /**
   * Leaves the channel: stops the heartbeat, clears the own flag, unmaps, and as a master removes the segment (unless
   * `autoCleanup` is off or a live peer still needs it). Does nothing the second time. An endpoint that is still open
   * when its thread ends is closed then; also where it is terminated, if the thread that started it had loaded this
   * package before it did. An `exit` handler that is registered after the first `open` finds it closed.
   *
   * Within an {@link update} or a {@link view} of this endpoint it leaves at once too: that update then throws
   * ESHM_CLOSED and publishes nothing; that view counts its message, and returns what `look` returns. Only the memory
   * stays mapped until the callback has returned, so accessors go on working in it.
   *
   * @throws {EshmError} ESHM_SHM_DELETE when the segment could not be removed; it is unmapped all the same
   */
  close(): void {
    forgetAtExit(this);
    if (this.#incoming?.isLooking) this.#reader.looks.countEarly();
    this.#session.close();
    this.#outgoing?.giveBack();
  }

  /** {@link close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  get #reading(): AsyncReader<Data> {
    this.#asyncReader ??= new AsyncReader({
      name: this.name,
      session: this.#session,
      take: () => this.tryRead(),
      whyNothing: () => this.#permit.whyNothing(),
    });
    return this.#asyncReader;
  }

  get #sending(): Sender {
    this.#permit.toLook('send');
    this.#sender ??= new Sender(this.name, this.#session, this.#options);
    return this.#sender;
  }

  /** Goes on with the reader and the writer of the session's link, which is new. */
  #meetLink(): void {
    const { reader, writer } = this.#session.link;
    this.#reader = reader;
    this.#reader.onCorrupt = (error) => this.#onCorrupt(error);
    this.#writer = writer;
    const { record } = this.#options;
    if (record.in !== undefined || record.out !== undefined) this.#layAccessors();
  }

  /** {@link write} where the session is to be asked first, or where memory is not mapped. */
  #writeAside(bytes: Uint8Array, size: number): void {
    this.#permit.toWrite();
    this.#session.link.write(bytes, size);
  }

  /** {@link tryReadInto}, likewise. */
  #readAside(target: Uint8Array): number {
    this.#permit.toRead();
    const reader = this.#reader;
    const size = reader.tryReadInto(target, target.length);
    this.#session.link.pushRead();
    if (size < 0) this.#permit.toWait();
    else if (reader.missed > 0) this.#onMissed(reader.missed);
    return size;
  }

  #layAccessors(): void {
    const { reader, writer } = this.#session.link;
    const { outgoing, incoming } = recordTraffic(this.#options.record, {
      reader,
      writer,
      onCorrupt: (error: EshmError) => this.#onCorrupt(error),
      busy: this.#session.callback,
      onFailed: () => void this.#endClose(),
    });
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    this.#encoder = outgoing ?? this.#encoder;
    this.#decoder = incoming ?? this.#decoder;
  }

  /** A fill is over, and the gate is shut. */
  #afterFill(): void {
    this.#endClose();
    this.#permit.toWrite();
  }

  /** A callback is over: ends a {@link close} that it called. Returns whether this endpoint is closed. */
  #endClose(): boolean {
    if (this.#session.state !== 'closed') return false;
    this.#session.callbackOver();
    this.#outgoing?.giveBack();
    return true;
  }

  #bytesOf(data: unknown): Uint8Array {
    if (!isUint8Array(data) || this.#encoder !== undefined) return this.#encode(data);
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

  #encode(data: unknown): Uint8Array {
    return this.#encoder === undefined ? toBytes(data) : this.#encoder.encode(data);
  }

  /** The bytes to publish for `data`, checked to fit. */
  #toMessage(data: unknown): Uint8Array {
    const bytes = this.#encode(data);
    if (bytes.length > this.#options.maxDataSize) throw tooLarge(bytes.length, this.#options.maxDataSize);
    return bytes;
  }

  #onMissed(messages: number): void {
    if (this.listenerCount('missed') > 0) process.nextTick(() => this.emit('missed', messages));
    publishMissed(this, messages);
  }

  #onCorrupt(error: EshmError): void {
    this.#stats.corrupt++;
    if (this.listenerCount('corrupt') > 0) process.nextTick(() => this.emit('corrupt', error));
    publishCorrupt(this, error);
  }

  #decode(decoder: WireDecoder, message: Buffer): Data {
    try {
      return decoder.decode(message) as Data;
    } catch (error) {
      if (isCorrupt(error)) this.#onCorrupt(error);
      throw error;
    }
  }
}
