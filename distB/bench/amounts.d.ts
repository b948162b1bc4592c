/** How much work a round is; chosen so that a quick run of everything ends within a minute on two cores. */
export interface Amount {
    /** Rounds of each scenario after the warm-up. */
    readonly rounds: number;
    /** When a run is longer than this, the rest of it makes do with fewer rounds, in ms. */
    readonly limitMs: number;
    /** Writes in a batch, short beside the scheduler's time slice, and batches in a round. */
    readonly writes: number;
    readonly writeBatches: number;
    /** Spinning round trips in a batch, short too, batches in a round, and trips timed singly. */
    readonly trips: number;
    readonly tripBatches: number;
    readonly timedTrips: number;
    /** Round trips in a round where each takes tens or hundreds of microseconds. */
    readonly slowTrips: number;
    /** Messages of a paced sender. */
    readonly pacedMessages: number;
    /** Messages that are sent one after the other as fast as they are read. */
    readonly streamed: number;
    /** How long an idle process is watched, in ms. */
    readonly idleMs: number;
    /** Endpoints opened and closed. */
    readonly opens: number;
}
export declare function amounts(quick: boolean): Amount;
