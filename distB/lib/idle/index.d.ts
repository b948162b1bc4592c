import { BackoffIdleStrategy, BusySpinIdleStrategy, SleepingIdleStrategy, YieldingIdleStrategy } from './strategies.js';
import type { IdleStrategy } from './strategy.js';
export { BACKOFF_DEFAULTS, BackoffIdleStrategy, BusySpinIdleStrategy, SleepingIdleStrategy, YieldingIdleStrategy, } from './strategies.js';
export { type IdleStrategy, sleepSync } from './strategy.js';
declare const BY_NAME: {
    'busy-spin': () => BusySpinIdleStrategy;
    yielding: () => YieldingIdleStrategy;
    backoff: () => BackoffIdleStrategy;
    sleeping: () => SleepingIdleStrategy;
};
/** The strategies that have a name. */
export type IdleName = keyof typeof BY_NAME;
/** An idle strategy by name, or one of your own. */
export type Idle = IdleName | IdleStrategy;
/**
 * The strategy that `idle` names, or `idle` itself.
 *
 * @throws {TypeError} for anything else
 */
export declare function idleStrategy(idle: Idle): IdleStrategy;
