import { describeNumber } from '../../layout/describe.js';
import { checkOptions, NO_OPTIONS } from '../checks/index.js';
import { type IdleStrategy, sleepSync } from './strategy.js';

/** Never gives up the core: the least delay there is (a look every few ns) for 100 % of a core. */
export class BusySpinIdleStrategy implements IdleStrategy {
  idle(): void {}
  reset(): void {}
}

/** Milliseconds of the shortest sleep the kernel grants; with its timer slack it takes about 75 microseconds. */
const SHORTEST_SLEEP_MS = 0.001;

/**
 * Gives up the core after every look, for as short as the system allows. JavaScript has no `sched_yield`, so a
 * yield is the shortest sleep: about 75 microseconds of delay, about 10 % of a core.
 */
export class YieldingIdleStrategy implements IdleStrategy {
  idle(): void {
    sleepSync(SHORTEST_SLEEP_MS);
  }
  reset(): void {}
}

/** Sleeps a fixed time after every look: that much delay at most, and 5 % of a core at 1 ms. */
export class SleepingIdleStrategy implements IdleStrategy {
  readonly #sleepMs: number;

  /**
   * Fixes the time.
   *
   * @param sleepMs - milliseconds, more than 0; 1 by default
   * @throws {RangeError} for anything else
   */
  constructor(sleepMs = 1) {
    this.#sleepMs = positive('sleepMs', sleepMs);
  }
  idle(): void {
    sleepSync(this.#sleepMs);
  }
  reset(): void {}
}

/** What {@link BackoffIdleStrategy} does where its caller sets nothing. */
export const BACKOFF_DEFAULTS = Object.freeze({
  /** Looks without a pause before the first yield: about 20 microseconds of spinning. */
  maxSpins: 2000,
  /** Yields before the first longer sleep. */
  maxYields: 10,
  /** First longer sleep, in ms. */
  minParkMs: 0.05,
  /** Sleeps double up to this, in ms: the delay of a message after a long silence. */
  maxParkMs: 1,
});

/** Spins, then yields, then sleeps in doubling steps: quick while messages come quickly, cheap while they do not. */
export class BackoffIdleStrategy implements IdleStrategy {
  readonly #maxSpins: number;
  readonly #maxYields: number;
  readonly #minParkMs: number;
  readonly #maxParkMs: number;
  #looks = 0;
  #parkMs: number;

  /**
   * Sets the limits.
   *
   * @param options - limits to change, each more than 0; the others are {@link BACKOFF_DEFAULTS}
   * @throws {TypeError} for a limit that does not exist
   * @throws {RangeError} for a limit that is not more than 0
   */
  constructor(options: Partial<Record<keyof typeof BACKOFF_DEFAULTS, number>> = NO_OPTIONS) {
    const {
      maxSpins = BACKOFF_DEFAULTS.maxSpins,
      maxYields = BACKOFF_DEFAULTS.maxYields,
      minParkMs = BACKOFF_DEFAULTS.minParkMs,
      maxParkMs = BACKOFF_DEFAULTS.maxParkMs,
    } = checkOptions('make idle strategy', options, BACKOFF_DEFAULTS);
    this.#maxSpins = positive('maxSpins', maxSpins);
    this.#maxYields = positive('maxYields', maxYields);
    this.#minParkMs = positive('minParkMs', minParkMs);
    this.#maxParkMs = positive('maxParkMs', maxParkMs);
    this.#parkMs = minParkMs;
  }

  idle(): void {
    const looks = ++this.#looks;
    if (looks <= this.#maxSpins) return;
    if (looks <= this.#maxSpins + this.#maxYields) {
      sleepSync(SHORTEST_SLEEP_MS);
      return;
    }
    sleepSync(this.#parkMs);
    this.#parkMs = Math.min(this.#parkMs * 2, this.#maxParkMs);
  }

  reset(): void {
    this.#looks = 0;
    this.#parkMs = this.#minParkMs;
  }
}

function positive(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new RangeError(
    `Cannot make idle strategy: ${name} is ${describeNumber(value)}, expected more than 0`,
  );
}
