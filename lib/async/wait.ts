import { heartbeat, type Pace } from '../heartbeat/index.js';
import { Rhythm } from '../idle/index.js';
import type { Condition, WaitManner } from './condition.js';
import { noteNoTurn, owesTurn } from './loop-turn.js';
import { nap } from './nap.js';
import { Polling } from './polling.js';
import { fail } from './rejection.js';

/** Shortest and longest time between two looks of the heartbeat worker for an eager wait that is parked, in ms. */
const CLOSEST_LOOK_MS = 0.1;
const STEADY_LOOK_MS = 1;

/** Longest time between two looks for a close wait after seconds of silence, in ms: as rare as heartbeats. */
const SILENT_LOOK_MS = 8;

/** What the timer slack and the way through two threads add to an alarm, in ms. */
const LEAD_MS = 0.12;

/**
 * A timer of the event loop follows an alarm of the worker after this long, in ms: two threads are seldom both late,
 * and a message that was due stays until the next one comes.
 */
const SECOND_ALARM_MS = 0.25;

/** Interval of looks where no heartbeat worker watches, or not yet, in ms. */
const UNWATCHED_INTERVAL_MS = 1;

/** Longest delay of a timer, in ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits for one condition without blocking the event loop: looks at once, then at every turn of the event loop for as
 * long as its {@link Polling} allows, then parks until the heartbeat worker wakes it. The process stays alive
 * meanwhile, and afterwards no listener, timer or handle is left.
 *
 * One wait at a time; belongs to its endpoint's thread.
 */
export class Wait<T> {
  readonly #condition: Condition<T>;
  readonly #polling = new Polling();
  readonly #rhythm = new Rhythm(LEAD_MS);
  /** Looks in vain since the wait was woken for a message that is due. */
  #closeLooks = 0;
  #phase: 'idle' | 'polling' | 'parked' = 'idle';
  #resolve!: (value: T | Promise<T>) => void;
  #reject!: (reason: unknown) => void;
  #signal: AbortSignal | undefined;
  #wake: WaitManner['wake'] = 'balanced';
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
    const value = this.#looks(this.#polling.looksPerTurn);
    if (value === undefined) return undefined;
    noteNoTurn();
    if (!this.#polling.isQuick) this.#rhythm.found(performance.now(), 0);
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
      const pollMs = this.#polling.begin(wake);
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
    fail(reason, this.#resolve, this.#reject);
  }

  readonly #turn = (): void => {
    if (this.#phase !== 'polling') return;
    if (this.#signal?.aborted) {
      this.end(this.#signal.reason);
      return;
    }
    if (this.#settle(this.#polling.looksPerTurn)) return;
    const now = performance.now();
    if (now >= this.#deadlineMs) this.end(this.#condition.timeoutError!());
    else if (now < this.#pollUntilMs) {
      const isDue = this.#closeLooks > 0;
      const napMs = this.#polling.napMs(now - this.#startMs, isDue);
      if (napMs === 0) setImmediate(this.#turn);
      else this.#nap(napMs);
    } else this.#park();
  };

  /** Gives the core away for a moment, and looks again. */
  #nap(ms: number): void {
    nap(ms);
    if (!this.#settle(this.#polling.looksPerTurn)) setImmediate(this.#turn);
  }

  readonly #onAbort = (): void => this.end(this.#signal?.reason);

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    if (this.#phase === 'parked') this.#lookParked();
  };

  #park(): void {
    this.#polling.gaveUp();
    this.#phase = 'parked';
    heartbeat.hold();
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#rest();
  }

  #lookParked(): void {
    if (this.#settle(this.#polling.looksPerTurn)) return;
    const nowMs = performance.now();
    if (nowMs >= this.#deadlineMs) this.end(this.#condition.timeoutError!());
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
    this.#nap(this.#polling.napMs(nowMs - this.#startMs, true));
    return true;
  }

  #pace(): Pace {
    if (this.#wake === 'lazy') return { lookMs: 0 };
    if (this.#wake !== 'balanced') {
      const longestLookMs = this.#wake === 'close' ? SILENT_LOOK_MS : STEADY_LOOK_MS;
      return { lookMs: CLOSEST_LOOK_MS, longestLookMs, sinceMs: this.#startMs };
    }
    const nowMs = performance.now();
    return {
      lookMs: this.#rhythm.lookMs(nowMs),
      alarmMs: this.#rhythm.alarmMs(nowMs),
      periodMs: this.#rhythm.periodMs,
    };
  }

  /** Arms the worker, looks once more, and sets the timer for what comes without a wake. */
  #rest(): void {
    const pace = this.#pace();
    const watched = this.#condition.arm(pace);
    if (this.#settle(1)) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    const alarmMs =
      pace.alarmMs === undefined ? Number.POSITIVE_INFINITY : pace.alarmMs + SECOND_ALARM_MS - now;
    const unwatchedMs = watched ? Number.POSITIVE_INFINITY : UNWATCHED_INTERVAL_MS;
    const dueMs = this.#condition.dueInMs?.() ?? Number.POSITIVE_INFINITY;
    const delayMs = Math.min(this.#deadlineMs - now, dueMs, unwatchedMs, alarmMs);
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
    this.#polling.took(nowMs - this.#startMs, this.#phase === 'polling');
    this.#rhythm.found(nowMs, this.#closeLooks);
    this.#closeLooks = 0;
    this.#cleanUp();
    this.#resolve(value);
    return true;
  }

  #looks(looks: number): T | undefined {
    const most = Math.min(looks, this.#condition.looksAtOnce);
    for (let look = 0; look < most; look++) {
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
