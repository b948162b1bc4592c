import { type Histogram } from 'hdr-histogram-js';
/** The middle value; the mean of the middle two. `NaN` for none. */
export declare function median(values: readonly number[]): number;
/** What is taken for the spread of a row that has too few rounds to show one. */
export declare const UNKNOWN_SPREAD = 0.25;
/**
 * How much the rounds of a row differ, relative to their median: half the distance between the quartiles. One round
 * that the machine spoilt does not count, as it does not count for the median. Fewer than three rounds tell nothing of
 * it: then it is {@link UNKNOWN_SPREAD}.
 */
export declare function relativeSpread(rounds: readonly number[]): number;
/** A histogram for latencies from 1 ns to a minute, with three digits. */
export declare function createHistogram(): Histogram;
/** Latency marks of a row, in ns. */
export interface Percentiles {
    readonly p1: number;
    readonly p25: number;
    readonly p50: number;
    readonly p75: number;
    readonly p99: number;
    readonly p999: number;
    readonly max: number;
}
export declare function percentilesOf(histogram: Histogram): Percentiles;
