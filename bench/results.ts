import type { Histogram } from 'hdr-histogram-js';
import type { Machine } from './machine.js';
import type { Round, Scenario, Unit } from './scenario.js';
import { createHistogram, median, type Percentiles, percentilesOf } from './statistics.js';

/** One row of the table. Percentiles are in ns, over all rounds together. */
export interface Row {
  readonly id: string;
  readonly unit: Unit;
  /** The median of the rounds. */
  readonly value: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly p999?: number;
  readonly max?: number;
  readonly rounds: number;
  readonly perRound: readonly number[];
}

/** One ratio beside its target. */
export interface Ratio {
  /** `NUMERATOR / DENOMINATOR`. */
  readonly id: string;
  readonly value: number;
  /** `<= 1.4`. */
  readonly target: string;
  readonly holds: boolean;
  /** How far the ratio may be off by this machine's noise, relative: the spreads of both rows over their rounds. */
  readonly noise: number;
}

/** What a run found; the shape of `--json`. */
export interface Results {
  readonly machine: Machine;
  /** Node's version. */
  readonly node: string;
  /** Path of the C library. */
  readonly lib: string;
  readonly command: string;
  readonly date: string;
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
  /** Spinning rounds, by how far the host had the two cores apart meanwhile: see distance.ts. */
  readonly coreDistance: { readonly apart: number; readonly close: number } | null;
  /** Rows that could not run here, and what to do about it. */
  readonly leftOut: readonly { readonly id: string; readonly reason: string }[];
}

/** Collects the rounds of one scenario. */
export class RowRecorder {
  readonly #scenario: Scenario;
  readonly #perRound: number[] = [];
  #histogram: Histogram | undefined;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  add({ value, samplesNs }: Round): void {
    this.#perRound.push(value);
    if (samplesNs === undefined) return;
    this.#histogram ??= createHistogram();
    for (const sampleNs of samplesNs) this.#histogram.recordValue(Math.max(1, Math.round(sampleNs)));
  }

  /** The latencies of all rounds, where the row has any. */
  get percentiles(): Percentiles | undefined {
    return this.#histogram && percentilesOf(this.#histogram);
  }

  get row(): Row {
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
