/** What a {@link Wait} waits for. */
export interface Condition<T> {
    /** One look, in well under a microsecond: what was waited for, or `undefined`. What it throws ends the wait. */
    look(): T | undefined;
    /** Has the heartbeat worker watch for it; false where there is no worker. Called after a look, and one follows. */
    arm(): boolean;
    /** Takes back `arm`. */
    disarm(): void;
    /** Milliseconds until a look is due whether or not anything moved; `Infinity` where none ever is. */
    dueInMs(): number;
    /** What the wait ends with when its time is up. */
    timeoutError(): Error;
}
/** Longest delay of a timer, in ms. */
export declare const LONGEST_TIMER_MS: number;
/**
 * Waits for one condition without blocking the event loop: looks at once, then at every turn of the event loop for as
 * long as its {@link PollBudget} allows, then parks until the heartbeat worker wakes it. The process stays alive
 * meanwhile, and afterwards no listener, timer or handle is left.
 *
 * One wait at a time; belongs to its endpoint's thread.
 */
export declare class Wait<T> {
    #private;
    constructor(condition: Condition<T>);
    /** Whether a wait is under way. */
    get busy(): boolean;
    /**
     * The looks before a wait; `undefined` means that {@link start} must follow, also where the event loop is owed a turn.
     *
     * @throws what the look throws
     */
    tryAtOnce(): T | undefined;
    /** Begins to wait. Rejects with the timeout's error, with `signal`'s reason, or with what a look throws. */
    start(deadlineMs: number, signal: AbortSignal | undefined): Promise<T>;
    /** Has a parked wait look again: something moved, or the endpoint's state changed. */
    wake(): void;
    /** Ends the wait that is under way with `reason`. */
    end(reason: unknown): void;
}
