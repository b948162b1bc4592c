import { copyOf } from '../channel/index.js';
import { checkOptions, checkResendMs, checkSignal, checkTimeoutMs, NO_OPTIONS } from '../checks/index.js';
import { EshmError } from '../errors.js';
import { waitFor } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';
import type { Session } from '../session/index.js';
import { InFlight, type SentMark } from './in-flight.js';
import { fail } from './rejection.js';
import { Signals } from './signals.js';
import { LONGEST_TIMER_MS, Wait } from './wait.js';

/** Options of {@link Eshm.sendSync}. */
export interface SendSyncOptions {
  /** How long to wait for the peer to read the message, in ms; `Infinity` waits without a limit. 1000 by default. */
  readonly timeoutMs?: number | undefined;
  /**
   * Publish the message again every so many ms until the peer has read it, for peers that forget what is written
   * between their reads. The peer may then read it more than once. Not set by default: exactly once.
   */
  readonly resendMs?: number | undefined;
}

/** Options of {@link Eshm.send}. */
export interface SendOptions extends SendSyncOptions {
  /** Ends the wait; the promise rejects with its reason. The message stays in the slot if it was there already. */
  readonly signal?: AbortSignal | undefined;
}

const KNOWN_SYNC: Readonly<Record<keyof SendSyncOptions, true>> = { timeoutMs: true, resendMs: true };
/** Every option of {@link Eshm.send}. */
export const SEND_OPTIONS: Readonly<Record<keyof SendOptions, true>> = { ...KNOWN_SYNC, signal: true };

/** A message and what its call asked for. */
interface SendRequest {
  readonly bytes: Uint8Array;
  readonly timeoutMs: number;
  /** When that is over, on the clock of `performance.now()`. */
  readonly deadlineMs: number;
  readonly resendMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A message that waits for its turn. */
interface Queued {
  readonly message: SendRequest;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  /** Takes the listener and the timer off again. */
  readonly forget: () => void;
}

/**
 * The acknowledged sends of an endpoint: one message on its way, the others queue in the order of the calls.
 *
 * Belongs to the endpoint's thread.
 */
export class Sender {
  readonly #name: string;
  readonly #options: ResolvedOptions;
  readonly #inFlight: InFlight;
  readonly #wait: Wait<true>;
  readonly #queue: Queued[] = [];
  readonly #signals = new Signals();
  #busy = false;

  constructor(name: string, session: Session, options: ResolvedOptions) {
    this.#name = name;
    this.#options = options;
    this.#inFlight = new InFlight(name, session);
    this.#wait = new Wait(this.#inFlight);
    session.subscribe(() => this.#wait.wake());
  }

  /** As {@link InFlight.mark}. */
  get mark(): SentMark | undefined {
    return this.#inFlight.mark;
  }

  /** Sends `bytes`, which were checked to fit. */
  send(bytes: Uint8Array, options: SendOptions = NO_OPTIONS): Promise<void> {
    try {
      const timeoutMs = checkTimeoutMs('send', checkOptions('send', options, SEND_OPTIONS).timeoutMs);
      const resendMs = checkResendMs('send', options.resendMs);
      const signal = checkSignal('send', options.signal);
      signal?.throwIfAborted();
      const message = { bytes, timeoutMs, deadlineMs: performance.now() + timeoutMs, resendMs, signal };
      if (!this.#busy) return this.#deliver(message);
      if (this.#queue.length + 1 >= this.#options.maxPending) throw this.#fullError();
      return this.#enqueue({ ...message, bytes: copyOf(bytes) });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** As {@link send}, but blocks this thread. */
  sendSync(bytes: Uint8Array, options: SendSyncOptions = NO_OPTIONS): void {
    const timeoutMs = checkTimeoutMs('send', checkOptions('send', options, KNOWN_SYNC).timeoutMs);
    const resendMs = checkResendMs('send', options.resendMs);
    if (this.#busy) {
      throw new EshmError(
        'ESHM_BUFFER_FULL',
        `Cannot send to '${this.#name}': ${this.#queue.length + 1} send() call(s) are under way, expected none; await them first`,
      );
    }
    const inFlight = this.#inFlight;
    const look = () => inFlight.look();
    inFlight.begin(bytes, timeoutMs, performance.now() + timeoutMs, resendMs);
    // The first look publishes it.
    if (look() ?? waitFor(look, this.#options.idle, timeoutMs)) return;
    throw inFlight.timeoutError();
  }

  #deliver({ bytes, timeoutMs, deadlineMs, resendMs, signal }: SendRequest): Promise<void> {
    const inFlight = this.#inFlight;
    inFlight.begin(bytes, timeoutMs, deadlineMs, resendMs);
    // Publishes it; a send that could be acknowledged at once would need a peer that reads within nanoseconds.
    inFlight.look();
    if (this.#wait.tryAtOnce() !== undefined) return Promise.resolve();
    if (inFlight.keepsBytes) inFlight.keepCopy();
    this.#busy = true;
    return this.#wait.start(deadlineMs, { signal, wake: 'eager' }).then(this.#onDelivered, this.#onFailed);
  }

  readonly #onDelivered = (): void => {
    this.#busy = false;
    this.#sendNext();
  };

  readonly #onFailed = (reason: unknown): never => {
    this.#busy = false;
    this.#sendNext();
    throw reason;
  };

  #enqueue(message: SendRequest): Promise<void> {
    const { timeoutMs, deadlineMs, signal } = message;
    return new Promise<void>((resolve, reject) => {
      const drop = (reason: unknown) => {
        queued.forget();
        this.#queue.splice(this.#queue.indexOf(queued), 1);
        fail(reason, resolve, reject);
      };
      const onAbort = () => drop(signal?.reason);
      const listening = signal && this.#signals.listen(signal, onAbort);
      const timer = setDeadline(deadlineMs, () => drop(this.#neverTriedError(timeoutMs)));
      const forget = () => {
        timer.clear();
        listening?.stop();
      };
      const queued: Queued = { message, resolve, reject, forget };
      this.#queue.push(queued);
    });
  }

  #sendNext(): void {
    while (!this.#busy) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      next.forget();
      try {
        this.#deliver(next.message).then(next.resolve, next.reject);
      } catch (error) {
        next.reject(error);
      }
    }
  }

  #fullError(): EshmError {
    return new EshmError(
      'ESHM_BUFFER_FULL',
      `Cannot send to '${this.#name}': ${this.#queue.length + 1} send() calls are under way, expected fewer than maxPending (${this.#options.maxPending}); await them`,
    );
  }

  #neverTriedError(timeoutMs: number): EshmError {
    return this.#inFlight.failure('its turn did not come', timeoutMs);
  }
}

/** A timer for a moment of `performance.now()`, however far away; never early. */
function setDeadline(deadlineMs: number, act: () => void): { clear(): void } {
  let timer: NodeJS.Timeout | undefined;
  const set = () => {
    const leftMs = Math.ceil(deadlineMs - performance.now());
    if (leftMs !== Number.POSITIVE_INFINITY) timer = setTimeout(check, Math.min(leftMs, LONGEST_TIMER_MS));
  };
  const check = () => (performance.now() >= deadlineMs ? act() : set());
  set();
  return { clear: () => clearTimeout(timer) };
}
