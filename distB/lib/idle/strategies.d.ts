import { type IdleStrategy } from './strategy.js';
/** Never gives up the core: the least delay there is (a look every few ns) for 100 % of a core. */
export declare class BusySpinIdleStrategy implements IdleStrategy {
    idle(): void;
    reset(): void;
}
/**
 * Gives up the core after every look, for as short as the system allows. JavaScript has no `sched_yield`, so a
 * yield is the shortest sleep: about 75 microseconds of delay, about 10 % of a core.
 */
export declare class YieldingIdleStrategy implements IdleStrategy {
    idle(): void;
    reset(): void;
}
/** Sleeps a fixed time after every look: that much delay at most, and 5 % of a core at 1 ms. */
export declare class SleepingIdleStrategy implements IdleStrategy {
    #private;
    /** @param sleepMs - milliseconds, more than 0; 1 by default */
    constructor(sleepMs?: number);
    idle(): void;
    reset(): void;
}
/** What {@link BackoffIdleStrategy} does where its caller sets nothing. */
export declare const BACKOFF_DEFAULTS: Readonly<{
    /** Looks without a pause before the first yield: about 20 microseconds of spinning. */
    maxSpins: 2000;
    /** Yields before the first longer sleep. */
    maxYields: 10;
    /** First longer sleep, in ms. */
    minParkMs: 0.05;
    /** Sleeps double up to this, in ms: the delay of a message after a long silence. */
    maxParkMs: 1;
}>;
/** Spins, then yields, then sleeps in doubling steps: quick while messages come quickly, cheap while they do not. */
export declare class BackoffIdleStrategy implements IdleStrategy {
    #private;
    /** @param options - limits to change; the others are {@link BACKOFF_DEFAULTS} */
    constructor(options?: Partial<Record<keyof typeof BACKOFF_DEFAULTS, number>>);
    idle(): void;
    reset(): void;
}
