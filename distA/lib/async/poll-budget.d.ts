/** Time to poll for in any case, in ms: some tens of turns of the event loop. */
export declare const LEAST_POLL_MS = 0.1;
/** Longest time to poll, in ms: a little more than the heartbeat worker takes to wake a parked wait. */
export declare const LONGEST_POLL_MS = 1.25;
/** Every so many waits poll for the longest time, to find out whether that would pay again. */
export declare const PROBE_EVERY = 16;
/**
 * How long a wait polls before it parks. Polling pays while messages come sooner than parking would deliver them, so
 * the time follows what polling has found lately: four times as long as it took, halved by every wait it was in vain.
 *
 * Two ends that answer each other and both park would see each other come a millisecond late for ever; the probes get
 * them out of that.
 *
 * Belongs to one kind of wait of one endpoint. Durations in ms.
 */
export declare class PollBudget {
    #private;
    /** Whether messages have come quickly of late. */
    get eager(): boolean;
    /** Time that the next wait may poll. */
    take(): number;
    /** Polling found what it was for after `waitedMs`. */
    found(waitedMs: number): void;
    /** Polling was in vain. */
    gaveUp(): void;
}
