/**
 * Which values of `sequence` are stable ones.
 *
 * A healthy channel keeps `sequence = 2 * writeCount` while nobody writes, one more during a write and two more for
 * the moment before the count moves. The difference `sequence - 2 * writeCount` at rest is called the drift here.
 * A writer that dies in mid-write adds 1 to it. Our own next writer repairs that, to a drift that is a multiple of
 * {@link REPAIR_STEP}. The original's next writer adds 1 to whatever it finds, so with it "odd" means stable and
 * "even" means a write is under way, for good. A reader must find that out without ever returning a torn message.
 */
/** A drift of 0 modulo this is at rest for certain: the original drifts by 1 or 2 a death, never by this much. */
export declare const REPAIR_STEP = 256;
/** Whether a channel with this drift is a healthy or a repaired one, and at rest. */
export declare function isWhole(drift: number): boolean;
/**
 * Finds the drift of a writer of which nothing is known but that an earlier one died in mid-write.
 *
 * Fed with what a reader sees, look by look; belongs to one reader. Never guesses: until it knows, the reader
 * reports no data.
 */
export declare class PhaseFinder {
    #private;
    constructor(nowMs?: () => number);
    /** Whether a whole write has been seen since the search began: only then is the slot's content known to be good. */
    get sawWrite(): boolean;
    /** Forgets everything. */
    reset(): void;
    /**
     * Takes one look: a drift and the low half of the count, true at the same moment, and the low half of the writer's
     * heartbeat.
     *
     * @returns the drift at rest, or `undefined` while it is not known
     */
    look(drift: number, count: number, beat: number): number | undefined;
}
