/**
 * Idle: ways to let time pass between two looks, on a thread that may block (strategies) and for procedures that must
 * not know whether theirs may (steps).
 *
 * Knows clocks and sleeping. Must not know what is looked at.
 */
import { describe } from '../../layout/describe.js';
import { AdaptiveIdleStrategy } from './adaptive.js';
import {
  BackoffIdleStrategy,
  BusySpinIdleStrategy,
  SleepingIdleStrategy,
  YieldingIdleStrategy,
} from './strategies.js';
import type { IdleStrategy } from './strategy.js';

export { AdaptiveIdleStrategy } from './adaptive.js';
export { Rhythm } from './rhythm.js';
export { Patience, runBlocking, type Steps } from './steps.js';
export {
  BACKOFF_DEFAULTS,
  BackoffIdleStrategy,
  BusySpinIdleStrategy,
  SleepingIdleStrategy,
  YieldingIdleStrategy,
} from './strategies.js';
export { type IdleStrategy, sleepSync, waitFor } from './strategy.js';

const BY_NAME = {
  'busy-spin': () => new BusySpinIdleStrategy(),
  yielding: () => new YieldingIdleStrategy(),
  adaptive: () => new AdaptiveIdleStrategy(),
  backoff: () => new BackoffIdleStrategy(),
  sleeping: () => new SleepingIdleStrategy(),
};

/**
 * The strategies that have a name, from the least delay to the least load.
 *
 * @useDeclaredType
 */
export type IdleName = keyof typeof BY_NAME;

/** An idle strategy by name, or one of your own. */
export type Idle = IdleName | IdleStrategy;

/**
 * The strategy that `idle` names, or `idle` itself.
 *
 * @throws {TypeError} for anything else
 */
export function idleStrategy(idle: Idle): IdleStrategy {
  if (typeof idle === 'string' && Object.hasOwn(BY_NAME, idle)) return BY_NAME[idle]();
  if (typeof idle === 'object' && typeof idle?.idle === 'function' && typeof idle.reset === 'function') {
    return idle;
  }
  throw new TypeError(
    `Cannot use idle strategy: idle is ${typeof idle === 'string' ? `'${idle}'` : describe(idle)}, expected one of '${Object.keys(BY_NAME).join("', '")}' or an object with idle() and reset()`,
  );
}
