/** A small seeded generator (mulberry32), so that a run of faults can be repeated. Not for secrets. */
export declare class Random {
    #private;
    constructor(seed: number);
    /** A number from 0 to below 1. */
    next(): number;
    /** An integer from `least` to `most`, both included. */
    integer(least: number, most: number): number;
    /** One of `items`. */
    pick<T>(items: readonly T[]): T;
    /** A copy of `items` in random order. */
    shuffle<T>(items: readonly T[]): T[];
}
