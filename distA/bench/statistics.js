import { build } from 'hdr-histogram-js';
/** The middle value; the mean of the middle two. `NaN` for none. */
export function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    if (sorted.length % 2 === 1)
        return sorted[middle];
    return (sorted[middle - 1] + sorted[middle]) / 2;
}
/** What is taken for the spread of a row that has too few rounds to show one. */
export const UNKNOWN_SPREAD = 0.25;
/**
 * How much the rounds of a row differ, relative to their median: half the distance between the quartiles. One round
 * that the machine spoilt does not count, as it does not count for the median. Fewer than three rounds tell nothing of
 * it: then it is {@link UNKNOWN_SPREAD}.
 */
export function relativeSpread(rounds) {
    if (rounds.length < 3)
        return UNKNOWN_SPREAD;
    const sorted = [...rounds].sort((a, b) => a - b);
    const at = (share) => {
        const position = share * (sorted.length - 1);
        const below = Math.floor(position);
        const above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    };
    return (at(0.75) - at(0.25)) / 2 / median(rounds);
}
/** A histogram for latencies from 1 ns to a minute, with three digits. */
export function createHistogram() {
    return build({
        lowestDiscernibleValue: 1,
        highestTrackableValue: 60e9,
        numberOfSignificantValueDigits: 3,
    });
}
export function percentilesOf(histogram) {
    const at = (percentile) => histogram.getValueAtPercentile(percentile);
    return {
        p1: at(1),
        p25: at(25),
        p50: at(50),
        p75: at(75),
        p99: at(99),
        p999: at(99.9),
        max: histogram.maxValue,
    };
}
//# sourceMappingURL=statistics.js.map