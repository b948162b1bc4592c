/**
 * How a wait passes the time between two looks at the slot. One instance serves one wait at a time.
 *
 * The shape and the names are Agrona's.
 */
export interface IdleStrategy {
    /** Called after a look that found nothing. */
    idle(): void;
    /** Called after work was found, so that the next wait starts eager again. */
    reset(): void;
}
/**
 * Blocks this thread for `ms` milliseconds. Linux adds its timer slack: 1 microsecond takes 75, 100 take 195
 * (Node 20.20, 2026-11).
 */
export declare function sleepSync(ms: number): void;
