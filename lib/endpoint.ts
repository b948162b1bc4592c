import { EventEmitter } from 'node:events';
import { isUint8Array } from 'node:util/types';
import { deriveKey, layoutFor } from '../layout/index.js';
import { MailboxReader, MailboxWriter, NO_DATA, viewChannel } from './channel/index.js';
import { type ConnectOptions, connect } from './connect.js';
import { EshmError } from './errors.js';
import { closeAtExit, forgetAtExit } from './exit.js';
import { Gate } from './gate.js';
import { FIELDS_OF, type Role } from './header.js';
import { checkTimeoutMs, type EshmOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { type Reconnection, Session, type State } from './session.js';
import { type EshmStats, StatsTaker } from './stats.js';

/** What an endpoint tells, on the event loop, after the fact. */
export interface EshmEvents {
  /** The other side has not beaten for the stale threshold. */
  stale: [];
  /** The same peer beats again. */
  recovered: [];
  /** This slave looks for a new master. */
  reconnecting: [];
  /** This slave has a new master. */
  reconnected: [reconnection: Reconnection];
  /** This slave has stopped looking; it can only be closed. */
  disconnected: [];
  /** The endpoint was closed. */
  closed: [];
}

/** Options of a read that waits. */
export interface ReadOptions {
  /** How long to wait, in ms: 0 looks once, `Infinity` waits without a limit. 1000 by default. */
  readonly timeoutMs?: number;
}

/** Only to give fields their kind: mailboxes on a segment of nobody's. */
const NOTHING = (() => {
  const layout = layoutFor(1);
  const segment = Buffer.alloc(layout.segmentSize);
  const channel = viewChannel(segment, layout, layout.masterToSlave);
  return {
    gate: new Gate(),
    reader: new MailboxReader(channel, segment, FIELDS_OF.master),
    writer: new MailboxWriter(channel, false),
  };
})();

/**
 * One end of an ESHM channel: a master or a slave that exchanges messages with one peer on the same machine, in
 * TypeScript, C++ or Python, through shared memory.
 *
 * The channel holds one message each way. A write replaces the one before, read or not; a reader learns how many it
 * {@link missed}. An endpoint belongs to the thread that opened it, its data never leaves the process's memory through
 * it: callers get copies.
 *
 * @example
 * using master = Eshm.open('robot', { role: 'master' });
 * master.write('go');
 */
export class Eshm extends EventEmitter<EshmEvents> {
  /** The name that was opened. Names are not stored in the segment; both ends must use the same one. */
  readonly name: string;
  /** The System V key derived from {@link name}: signed 32 bits, never 0. `ipcs -m` shows it in hexadecimal. */
  readonly key: number;
  /** What this endpoint became; `'auto'` ends up as one of the two. */
  readonly role: Role;
  readonly #options: ResolvedOptions;
  readonly #session: Session;
  // First values give the fields of the hot path their kinds; see MailboxWriter.
  #gate = NOTHING.gate;
  #reader = NOTHING.reader;
  #writer = NOTHING.writer;
  #maxDataSize = 0;
  readonly #stats: StatsTaker;

  /**
   * Opens an end of the channel `name` (ESHM protocol version 2, section 4): a master creates the segment or takes it
   * over, a slave attaches to the one that is there, `'auto'` does whichever applies.
   *
   * Blocks this thread: for about 40 ms the first time in a thread (the heartbeat worker starts), and for the stale
   * threshold where a peer in the same role is flagged alive but dead.
   *
   * @param name - any non-empty text without NUL; the same on both ends
   * @throws {TypeError} for a name or an option of the wrong type
   * @throws {RangeError} for a name or an option that is not allowed
   * @throws {EshmError} ESHM_SHM_ATTACH (no segment, or not this channel's), ESHM_SHM_CREATE, ESHM_ROLE_MISMATCH (a
   * live peer has this role already), ESHM_UNSUPPORTED (not Linux on x86-64); nothing is left behind
   */
  static open(name: string, options?: EshmOptions): Eshm {
    return new Eshm(name, resolveOptions(options));
  }

  /**
   * Opens the slave's end as soon as a living master is there. Does not block the event loop while it waits.
   *
   * @param options - those of {@link Eshm.open}, `timeoutMs` (5000 by default, `Infinity` for no limit) and `signal`
   * @throws {EshmError} ESHM_TIMEOUT with the last obstacle as `cause`; at once whatever waiting cannot mend
   * @throws the reason of `signal` when it is aborted
   */
  static connect(name: string, options: ConnectOptions = {}): Promise<Eshm> {
    return connect(name, options, (resolved) => new Eshm(name, resolved));
  }

  private constructor(name: string, options: ResolvedOptions) {
    super();
    this.name = name;
    this.key = deriveKey(name);
    this.#options = options;
    // On the next tick, so that no listener runs in the middle of an operation.
    this.#session = new Session(name, this.key, options, ([event, ...details]) => {
      process.nextTick(() => this.emit(event, ...(details as [])));
    });
    const { link, gate } = this.#session;
    this.#gate = gate;
    this.role = link.role;
    this.#reader = link.reader;
    this.#writer = link.writer;
    this.#maxDataSize = options.maxDataSize;
    this.#stats = new StatsTaker(link, this.#session.bytes, options.maxDataSize);
    closeAtExit(this);
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
   * @param data - bytes, or text that is written as UTF-8 without a NUL; 0 bytes are a message too
   * @throws {TypeError} for anything else
   * @throws {EshmError} ESHM_BUFFER_TOO_SMALL over `maxDataSize`, before anything is touched; ESHM_TIMEOUT while a
   * slave looks for a new master (try again); ESHM_MASTER_STALE once it has given up; ESHM_CLOSED
   */
  write(data: string | Uint8Array): void {
    const bytes = data instanceof Uint8Array ? data : toBytes(data);
    const size = bytes.length;
    if (size > this.#maxDataSize) throw tooLarge(size, this.#maxDataSize);
    if (!this.#gate.isOpen) this.#beReadyToWrite();
    this.#writer.write(bytes, size);
  }

  /**
   * Takes the newest message if there is one that was not read yet.
   *
   * @returns a copy, or `undefined`
   * @throws {EshmError} ESHM_CORRUPT (the next message is read as usual), ESHM_MASTER_STALE once a slave has given up
   * its master, ESHM_CLOSED
   */
  tryRead(): Buffer | undefined {
    if (!this.#gate.isOpen) this.#beReadyToRead();
    const message = this.#reader.tryRead();
    if (message === undefined) this.#onNothing();
    return message;
  }

  /**
   * As {@link tryRead}, into memory of the caller's: no allocation, for loops that count nanoseconds.
   *
   * @returns the size in bytes, or -1 when there is nothing new
   * @throws {TypeError} when `target` is not a Uint8Array
   * @throws {EshmError} ESHM_BUFFER_TOO_SMALL when `target` is too small: the message stays for the next read
   */
  tryReadInto(target: Uint8Array): number {
    if (!(target instanceof Uint8Array) && !isUint8Array(target)) {
      throw new TypeError(`Cannot read: target is ${describe(target)}, expected a Uint8Array`);
    }
    const room = (target as Uint8Array).length;
    if (!this.#gate.isOpen) this.#beReadyToRead();
    const size = this.#reader.tryReadInto(target, room);
    if (size === NO_DATA) this.#onNothing();
    return size;
  }

  /**
   * Waits for a message and blocks this thread meanwhile; the heartbeat goes on. How it passes the time is the option
   * `idle`. A slave whose master went stale looks for a new one while it waits.
   *
   * @throws {RangeError} for a timeout that is not 0 or more
   * @throws {EshmError} ESHM_TIMEOUT, ESHM_NO_DATA with a timeout of 0, ESHM_CORRUPT, ESHM_MASTER_STALE, ESHM_CLOSED
   */
  readSync(options: ReadOptions = {}): Buffer {
    const timeoutMs = checkTimeoutMs(options.timeoutMs);
    let message = this.tryRead();
    if (message !== undefined) return message;
    if (timeoutMs === 0)
      throw new EshmError('ESHM_NO_DATA', `Cannot read from '${this.name}': no new message`);
    const { idle } = this.#options;
    const deadline = performance.now() + timeoutMs;
    idle.reset();
    do {
      idle.idle();
      message = this.tryRead();
      if (message !== undefined) return message;
    } while (performance.now() < deadline);
    throw new EshmError(
      'ESHM_TIMEOUT',
      `Cannot read from '${this.name}': no message within ${timeoutMs} ms; ${this.#whyNothing()}`,
    );
  }

  /**
   * A copy of the slot as it stands, read or not; counts nothing. `undefined` while nothing was ever written, and for
   * the moment of a write.
   *
   * @throws {EshmError} ESHM_CORRUPT, ESHM_CLOSED
   */
  peek(): Buffer | undefined {
    if (this.#session.state === 'closed') throw this.#session.fault('peek');
    return this.#reader.peek();
  }

  /**
   * The counters of both ends.
   *
   * @throws {EshmError} ESHM_CLOSED
   */
  stats(): EshmStats {
    if (this.#session.state === 'closed') throw this.#session.fault('take statistics');
    return this.#stats.take();
  }

  /**
   * Leaves the channel: stops the heartbeat, clears the own flag, unmaps, and as a master removes the segment (unless
   * `autoCleanup` is off or a live peer still needs it). Does nothing the second time. An endpoint that is still open
   * when its thread ends is closed then.
   *
   * @throws {EshmError} ESHM_SHM_DELETE when the segment could not be removed; it is unmapped all the same
   */
  close(): void {
    forgetAtExit(this);
    this.#session.close();
  }

  /** {@link close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #beReadyToWrite(): void {
    const session = this.#session;
    session.attend();
    const fault = session.fault('write');
    if (fault !== undefined) throw fault;
    if (session.state === 'reconnecting') {
      throw new EshmError(
        'ESHM_TIMEOUT',
        `Cannot write to '${this.name}': its master is stale and a new one is being looked for; try again`,
      );
    }
  }

  #beReadyToRead(): void {
    const session = this.#session;
    if (session.state === 'closed') throw session.fault('read');
    session.attend();
  }

  /** A look found nothing: is there still anybody to wait for? */
  #onNothing(): void {
    if (this.#gate.isOpen) return;
    const fault = this.#session.fault('read');
    if (fault !== undefined) throw fault;
  }

  #whyNothing(): string {
    if (this.state === 'reconnecting') return 'the master is stale, a new one is being looked for';
    const other = this.role === 'master' ? 'slave' : 'master';
    return this.remoteAlive ? `the ${other} is alive and wrote nothing` : `there is no live ${other}`;
  }
}

function tooLarge(size: number, maxDataSize: number): EshmError {
  return new EshmError(
    'ESHM_BUFFER_TOO_SMALL',
    `Cannot write message: it has ${size} bytes, expected ${maxDataSize} at most (maxDataSize)`,
  );
}

function toBytes(data: unknown): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  // Of another realm: a vm context, a test runner's sandbox.
  if (isUint8Array(data)) return data;
  throw new TypeError(`Cannot write: data is ${describe(data)}, expected a string or a Uint8Array`);
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return `of type ${value === null ? 'null' : typeof value}`;
  return `a ${value.constructor?.name ?? 'plain object'}`;
}
