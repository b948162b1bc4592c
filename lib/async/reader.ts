import {
  checkOptions,
  checkSignal,
  checkTimeoutMs,
  checkWake,
  NO_OPTIONS,
  type Wake,
} from '../checks/index.js';
import { EshmError, isCorrupt } from '../errors.js';
import { Armed, type Pace } from '../heartbeat/index.js';
import type { Session } from '../session/index.js';
import type { Condition, WaitManner } from './condition.js';
import { Doubts } from './doubts.js';
import { Wait } from './wait.js';

/** Options of an asynchronous read. */
export interface AsyncReadOptions {
  /** How long to wait, in ms: 0 for a turn of the event loop, `Infinity` without a limit. 1000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** What the wait costs and how late a message may come; `'balanced'` by default. */
  readonly wake?: Wake | undefined;
}

const KNOWN: Readonly<Record<keyof AsyncReadOptions, true>> = { timeoutMs: true, signal: true, wake: true };

/** What an asynchronous reader needs of its endpoint. */
export interface ReadSource<Data> {
  readonly name: string;
  readonly session: Session;
  /** One look: the newest message that was not read yet, or `undefined`. Throws what ends a read. */
  readonly take: () => Data | undefined;
  /** Told of a message that a loop or a stream passes over. */
  readonly onPassedOver?: (error: EshmError) => void;
  /** Why there was nothing, for people. */
  readonly whyNothing: () => string;
}

/**
 * The asynchronous reading half of an endpoint. One reader at a time: a read while it waits, an iterator from its
 * first message until it ends.
 *
 * Belongs to the endpoint's thread.
 */
export class AsyncReader<Data> implements Condition<unknown> {
  readonly #source: ReadSource<Data>;
  readonly #wait = new Wait<unknown>(this);
  /** The iterator that reads, if one does. */
  #holder: object | undefined;
  #wrap: (data: never) => unknown = asItIs;
  #timeoutMs = 0;
  /** Low half of the own `writeCount` at the last read. */
  #written = 0;
  readonly #doubts = new Doubts();

  constructor(source: ReadSource<Data>) {
    this.#source = source;
    source.session.subscribe((isNewState) => {
      if (isNewState) this.#doubts.reset();
      this.#wait.wake();
    });
  }

  /** One read, for {@link Eshm.read}. */
  read(options: AsyncReadOptions = NO_OPTIONS): Promise<Data> {
    try {
      checkOptions('read', options, KNOWN);
      const timeoutMs = checkTimeoutMs('read', options.timeoutMs);
      const signal = checkSignal('read', options.signal);
      const wake = checkWake('read', options.wake);
      if (this.#holder !== undefined || this.#wait.busy) throw this.#takenError();
      return this.#begin(timeoutMs, { signal, wake }, asItIs);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * The next message for `holder`, without a limit of time, which keeps all others from reading until {@link release}.
   *
   * @param wrap - makes what the promise gives, while the reader's counters are those of the message
   */
  next<T>(holder: object, manner: WaitManner, wrap: (data: Data) => T): Promise<T> {
    if ((this.#holder ?? holder) !== holder || this.#wait.busy) return Promise.reject(this.#takenError());
    this.#holder = holder;
    try {
      return this.#begin(Number.POSITIVE_INFINITY, manner, wrap);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Lets others read again, and ends the wait of `holder` with `reason` if it is waiting. */
  release(holder: object, reason?: unknown): void {
    if (this.#holder !== holder) return;
    this.#holder = undefined;
    this.#wait.end(reason);
  }

  get looksAtOnce(): number {
    return this.#source.session.link.inlet.looksAtOnce;
  }

  /** A loop or stream goes on past a message that is corrupt. */
  look(): unknown {
    let data: Data | undefined;
    try {
      data = this.#source.take();
    } catch (error) {
      if (this.#holder === undefined || !isCorrupt(error)) throw error;
      this.#source.onPassedOver?.(error);
      return undefined;
    }
    return data === undefined ? undefined : this.#wrap(data as never);
  }

  arm(pace: Pace): boolean {
    return this.#doubts.arm(this.#source.session.link, pace);
  }

  disarm(): void {
    this.#source.session.link.watch.disarm(Armed.message);
  }

  timeoutError(): Error {
    if (this.#timeoutMs === 0) {
      return new EshmError('ESHM_NO_DATA', `Cannot read from '${this.#source.name}': no new message`);
    }
    return new EshmError(
      'ESHM_TIMEOUT',
      `Cannot read from '${this.#source.name}': no message within ${this.#timeoutMs} ms; ${this.#source.whyNothing()}`,
    );
  }

  /** @throws the reason of `signal` when it is aborted already, and what a look throws */
  #begin<T>(timeoutMs: number, manner: WaitManner, wrap: (data: Data) => T): Promise<T> {
    manner.signal?.throwIfAborted();
    this.#wrap = wrap;
    const value = this.#wait.tryAtOnce() as T | undefined;
    if (value !== undefined) return Promise.resolve(value);
    this.#timeoutMs = timeoutMs;
    this.#doubts.reset();
    // Also without any time to wait: a loop around such reads would keep the event loop from turning for ever.
    return this.#wait.start(performance.now() + timeoutMs, this.#mannerNow(manner)) as Promise<T>;
  }

  /**
   * Who has written since the last read is in a conversation: the answer comes when the other side has thought, not in a
   * rhythm, and two that sleep until they are called would slow each other down for ever. It is waited for eagerly.
   */
  #mannerNow(manner: WaitManner): WaitManner {
    const { session } = this.#source;
    // Its memory is gone; the first look says so.
    if (session.state === 'closed') return manner;
    const written = session.link.writer.currentWrites;
    const hasWritten = written !== this.#written;
    this.#written = written;
    return hasWritten && manner.wake === 'balanced' ? { ...manner, wake: 'eager' } : manner;
  }

  #takenError(): EshmError {
    const who =
      this.#holder === undefined ? 'another read() is waiting' : 'an iterator or a stream is reading';
    return new EshmError(
      'ESHM_INVALID_PARAM',
      `Cannot read from '${this.#source.name}': ${who}, expected one reader at a time; await it or end it first`,
    );
  }
}

function asItIs<T>(value: T): T {
  return value;
}
