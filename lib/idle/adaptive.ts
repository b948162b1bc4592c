import { Rhythm } from './rhythm.js';
import { type IdleStrategy, sleepSync } from './strategy.js';

/** Looks without a pause where messages come quickly: about 20 microseconds. */
const SPINS = 2000;

/** A wait that is usually shorter than this begins with spinning, in ms. */
const QUICK_MS = 0.4;

/** Asked for between two looks for a message that is due, in ms; the kernel's timer slack makes 0.11 of it. */
const CLOSE_MS = 0.05;

/** Longest sleep, in ms: what breaks the rhythm is this late at most. */
const LONGEST_MS = 1;

/** What the timer slack adds to a sleep, in ms. */
const SLACK_MS = 0.07;

/** Share of the newest wait in what is usual. */
const SHARE = 1 / 4;

/**
 * Learns when messages come: spins for those that come within microseconds, sleeps until shortly before the next one of a
 * paced stream is due, and looks closely only then.
 */
export class AdaptiveIdleStrategy implements IdleStrategy {
  readonly #rhythm = new Rhythm(SLACK_MS);
  /** How long waits take, as far as they were seen to end. */
  #usualMs = 0;
  #startMs = 0;
  /** When the last pause of this wait ended; 0 while there was none. */
  #lookMs = 0;
  #spins = 0;
  #looks = 0;

  idle(): void {
    if (this.#usualMs < QUICK_MS && this.#spins < SPINS) {
      this.#spins++;
      return;
    }
    const nowMs = performance.now();
    if (nowMs >= this.#rhythm.closeUntilMs(nowMs)) this.#sleep(nowMs);
    else {
      this.#looks++;
      sleepSync(CLOSE_MS);
    }
    this.#lookMs = performance.now();
  }

  reset(): void {
    const endMs = this.#lookMs;
    if (endMs !== 0) {
      this.#rhythm.found(endMs, this.#looks);
      this.#learn(endMs - this.#startMs);
    } else if (this.#spins > 0) this.#learn(0);
    this.#startMs = performance.now();
    this.#lookMs = 0;
    this.#spins = 0;
    this.#looks = 0;
  }

  #sleep(nowMs: number): void {
    const alarmMs = this.#rhythm.alarmMs(nowMs);
    const pauseMs = alarmMs === undefined ? this.#rhythm.lookMs(nowMs) - SLACK_MS : alarmMs - nowMs;
    sleepSync(Math.min(Math.max(pauseMs, CLOSE_MS), LONGEST_MS));
  }

  #learn(waitedMs: number): void {
    this.#usualMs += (Math.min(waitedMs, LONGEST_MS) - this.#usualMs) * SHARE;
  }
}
