import type { Machine } from './machine.js';
import type { Ratio } from './ratios.js';
import type { Round, Scenario, Unit } from './scenario.js';
import { type Percentiles } from './statistics.js';
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
    readonly coreDistance: {
        readonly apart: number;
        readonly close: number;
    } | null;
    /** Rows that could not run here, and what to do about it. */
    readonly leftOut: readonly {
        readonly id: string;
        readonly reason: string;
    }[];
}
/** Collects the rounds of one scenario. */
export declare class RowRecorder {
    #private;
    constructor(scenario: Scenario);
    add({ value, samplesNs }: Round): void;
    /** The latencies of all rounds, where the row has any. */
    get percentiles(): Percentiles | undefined;
    get row(): Row;
}
