import type { Wake } from '../checks/index.js';
import { heartbeat, type Pace } from '../heartbeat/index.js';
import { Rhythm, sleepSync } from '../idle/index.js';
import type { Condition, WaitManner } from './condition.js';
import { noteNoTurn, owesTurn } from './loop-turn.js';
import { PollBudget } from './poll-budget.js';
import { ShortWaits } from './short-waits.js';

/**
 * Looks made in one go before the event loop gets its turn: some five microseconds. A turn allocates, and with a quarter
 * of the looks the collecting of it took 160 to 190 ms of two seconds at 10,000 messages a second, not 45, and every
 * collection costs messages; a round trip took 2.7 microseconds, not 1.1 (Node 20.20, 2026-11).
 */
const LOOKS_PER_TURN = 256;

/** How closely the heartbeat worker looks for a parked wait whose stream's rhythm does not matter. */
const PACES: Readonly<Record<'eager' | 'lazy', Pace>> = { eager: { lookMs: 1 }, lazy: { lookMs: 0 } };

/** Asked for between two looks of a balanced wait that is polled for, in ms; the kernel's timer slack makes 0.08 of it. */
const NAP_MS = 0.1;

/**
 * A balanced wait looks without a pause for this long, in ms: of two ends that answer each other and both sleep between
 * their looks one is met by an answer in it soon, and from then on neither sleeps.
 */
const SPIN_MS = 0.02;

/** What the timer slack and the way through two threads add to an alarm, in ms. */
const LEAD_MS = 0.12;

/** Interval of looks where no heartbeat worker watches, in ms. */
const UNWATCHED_INTERVAL_MS = 1;

/** Longest delay of a timer, in ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits for one condition without blocking the event loop: looks at once, then at every turn of the event loop for as
 * long as its {@link PollBudget} allows, then parks until the heartbeat worker wakes it. The process stays alive
 * meanwhile, and afterwards no listener, timer or handle is left.
 *
 * One wait at a time; belongs to its endpoint's thread.
 */
export class Wait<T> {
  readonly #condition: Condition<T>;
  readonly #budget = new PollBudget();
  readonly #shortWaits = new ShortWaits();
  readonly #rhythm = new Rhythm(LEAD_MS);
  /** Looks in vain since the wait was woken for a message that is due. */
  #closeLooks = 0;
  #phase: 'idle' | 'polling' | 'parked' = 'idle';
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;
  #signal: AbortSignal | undefined;
  #wake: Wake = 'balanced';
  #startMs = 0;
  #pollUntilMs = 0;
  #deadlineMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(condition: Condition<T>) {
    this.#condition = condition;
  }

  /** Whether a wait is under way. */
  get busy(): boolean {
    return this.#phase !== 'idle';
  }

  /**
   * The looks before a wait; `undefined` means that {@link start} must follow, also where the event loop is owed a turn.
   *
   * @throws what the look throws
   */
  tryAtOnce(): T | undefined {
    if (owesTurn()) return undefined;
    const value = this.#looks(this.#looksPerTurn);
    if (value === undefined) return undefined;
    noteNoTurn();
    if (!this.#shortWaits.areQuick) this.#rhythm.found(performance.now(), 0);
    return value;
  }

  /** Begins to wait. Rejects with the timeout's error, with `signal`'s reason, or with what a look throws. */
  start(deadlineMs: number, { signal, wake }: WaitManner): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#signal = signal;
      this.#wake = wake;
      this.#deadlineMs = deadlineMs;
      this.#startMs = performance.now();
      const pollMs = this.#pollMs();
      this.#pollUntilMs = this.#startMs + pollMs;
      this.#phase = 'polling';
      if (pollMs === 0 && deadlineMs > this.#startMs && !owesTurn()) this.#park();
      else setImmediate(this.#turn);
    });
  }

  /** Has a parked wait look again: something moved, or the endpoint's state changed. */
  wake(): void {
    if (this.#phase === 'parked') this.#lookParked();
  }

  /** Ends the wait that is under way with `reason`. */
  end(reason: unknown): void {
    if (this.#phase === 'idle') return;
    this.#cleanUp();
    this.#reject(reason);
  }

  readonly #turn = (): void => {
    if (this.#phase !== 'polling') return;
    if (this.#signal?.aborted) {
      this.end(this.#signal.reason);
      return;
    }
    if (this.#settle(this.#looksPerTurn)) return;
    const now = performance.now();
    if (now >= this.#deadlineMs) this.end(this.#condition.timeoutError());
    else if (now < this.#pollUntilMs) {
      if (this.#wake !== 'balanced' || !this.#naps(now)) setImmediate(this.#turn);
      else {
        sleepSync(NAP_MS);
        if (!this.#settle(1)) setImmediate(this.#turn);
      }
    } else this.#park();
  };

  /** Whether to sleep for a moment between two looks while polling. */
  #naps(nowMs: number): boolean {
    if (this.#closeLooks > 0) return true;
    return this.#shortWaits.allowNaps && nowMs - this.#startMs >= SPIN_MS;
  }

  #pollMs(): number {
    if (this.#wake === 'eager') return this.#budget.take();
    return this.#wake === 'balanced' ? this.#shortWaits.take() : 0;
  }

  get #looksPerTurn(): number {
    const isQuick = this.#wake === 'eager' ? this.#budget.eager : this.#shortWaits.areQuick;
    return isQuick ? LOOKS_PER_TURN : 1;
  }

  readonly #onAbort = (): void => this.end(this.#signal?.reason);

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    if (this.#phase === 'parked') this.#lookParked();
  };

  #park(): void {
    this.#budget.gaveUp();
    this.#phase = 'parked';
    heartbeat.hold();
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#rest();
  }

  #lookParked(): void {
    if (this.#settle(1)) return;
    const nowMs = performance.now();
    if (nowMs >= this.#deadlineMs) this.end(this.#condition.timeoutError());
    else if (this.#wake !== 'balanced' || !this.#lookClosely(nowMs)) this.#rest();
  }

  /** Polls from now on where a message is due; false where none is. */
  #lookClosely(nowMs: number): boolean {
    const untilMs = this.#rhythm.closeUntilMs(nowMs);
    if (untilMs <= nowMs) return false;
    this.#unpark();
    this.#phase = 'polling';
    this.#pollUntilMs = untilMs;
    this.#closeLooks = 1;
    sleepSync(NAP_MS);
    if (!this.#settle(1)) setImmediate(this.#turn);
    return true;
  }

  #pace(): Pace {
    if (this.#wake !== 'balanced') return PACES[this.#wake];
    const nowMs = performance.now();
    return {
      lookMs: this.#rhythm.lookMs(nowMs),
      alarmMs: this.#rhythm.alarmMs(nowMs),
      periodMs: this.#rhythm.periodMs,
    };
  }

  /** Arms the worker, looks once more, and sets the timer for what comes without a wake. */
  #rest(): void {
    const watched = this.#condition.arm(this.#pace());
    if (this.#settle(1)) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    const unwatchedMs = watched ? Number.POSITIVE_INFINITY : UNWATCHED_INTERVAL_MS;
    const delayMs = Math.min(this.#deadlineMs - now, this.#condition.dueInMs(), unwatchedMs);
    if (delayMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(this.#onTimer, Math.min(Math.ceil(Math.max(delayMs, 0)), LONGEST_TIMER_MS));
  }

  /** Looks, and ends the wait if that gives or throws anything. */
  #settle(looks: number): boolean {
    let value: T | undefined;
    try {
      value = this.#looks(looks);
    } catch (error) {
      this.end(error);
      return true;
    }
    if (value === undefined) {
      if (this.#closeLooks > 0) this.#closeLooks++;
      return false;
    }
    const nowMs = performance.now();
    if (this.#phase === 'polling') this.#budget.found(nowMs - this.#startMs);
    this.#shortWaits.took(nowMs - this.#startMs);
    this.#rhythm.found(nowMs, this.#closeLooks);
    this.#closeLooks = 0;
    this.#cleanUp();
    this.#resolve(value);
    return true;
  }

  #looks(looks: number): T | undefined {
    for (let look = 0; look < looks; look++) {
      const value = this.#condition.look();
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #unpark(): void {
    this.#condition.disarm();
    heartbeat.release();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #cleanUp(): void {
    if (this.#phase === 'parked') this.#unpark();
    this.#phase = 'idle';
    this.#signal = undefined;
  }
}
