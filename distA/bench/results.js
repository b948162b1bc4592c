import { createHistogram, median, percentilesOf } from './statistics.js';
/** Collects the rounds of one scenario. */
export class RowRecorder {
    #scenario;
    #perRound = [];
    #histogram;
    constructor(scenario) {
        this.#scenario = scenario;
    }
    add({ value, samplesNs }) {
        this.#perRound.push(value);
        if (samplesNs === undefined)
            return;
        this.#histogram ??= createHistogram();
        for (const sampleNs of samplesNs)
            this.#histogram.recordValue(Math.max(1, Math.round(sampleNs)));
    }
    /** The latencies of all rounds, where the row has any. */
    get percentiles() {
        return this.#histogram && percentilesOf(this.#histogram);
    }
    get row() {
        const { id, unit } = this.#scenario;
        const { percentiles } = this;
        return {
            id,
            unit,
            value: median(this.#perRound),
            ...(percentiles && {
                p50: percentiles.p50,
                p99: percentiles.p99,
                p999: percentiles.p999,
                max: percentiles.max,
            }),
            rounds: this.#perRound.length,
            perRound: this.#perRound,
        };
    }
}
//# sourceMappingURL=results.js.map