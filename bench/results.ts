import type { ShmKind } from '../lib/store/index.js';
import type { Machine } from './machine.js';
import type { Round, Scenario, Unit } from './scenario.js';
import { median, type Percentiles, percentilesOf } from './statistics.js';

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
  /** For each of them, the sitting (the life of the processes) and the round in it; rows of one group share these. */
  readonly at: readonly (readonly [sitting: number, round: number])[];
}

/** What a run can say about a target: bootstrap.ts says how. */
export type Verdict = 'holds' | 'missed' | 'unclear';

/** One ratio beside its target, or one figure. */
export interface Ratio {
  /** `NUMERATOR / DENOMINATOR`, or the figure's row. */
  readonly id: string;
  readonly value: number;
  /** Between these it may well lie. */
  readonly low: number;
  readonly high: number;
  /** `<= 1.4`. */
  readonly target: string;
  readonly verdict: Verdict;
}

/** What a run found; the shape of `--json`. */
export interface Results {
  readonly machine: Machine;
  /** Node's version. */
  readonly node: string;
  /** Path of the C library, the chosen one where there is one; `null` where there was none to compare with. */
  readonly lib: string | null;
  /** That of the rows of either kind; reports of before there were two have none. */
  readonly libs?: Readonly<Record<ShmKind, string>> | null;
  /** Whether `lib` is the library of test/peers. */
  readonly standIn: boolean;
  readonly command: string;
  readonly date: string;
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
  /** Spinning rounds, by how far the host had the two cores apart meanwhile: see distance.ts. */
  readonly coreDistance: { readonly apart: number; readonly close: number } | null;
  /** Rows that could not run here, and what to do about it. */
  readonly leftOut: readonly LeftOut[];
}

/** A row that could not run here, or that failed again and again. */
export interface LeftOut {
  readonly id: string;
  readonly reason: string;
  readonly failed?: true;
}

/** Collects the rounds of one scenario. */
export class RowRecorder {
  readonly #scenario: Scenario;
  readonly #perRound: number[] = [];
  readonly #at: [sitting: number, round: number][] = [];
  readonly #samplesNs: number[] = [];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  add({ value, samplesNs = [] }: Round, sitting: number, round: number): void {
    this.#perRound.push(value);
    this.#at.push([sitting, round]);
    for (const sampleNs of samplesNs) this.#samplesNs.push(sampleNs);
  }

  /** The latencies of all rounds, where the row has any. */
  get percentiles(): Percentiles | undefined {
    return percentilesOf(this.#samplesNs);
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
      at: this.#at,
    };
  }
}
