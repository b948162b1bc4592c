import type { Bench } from './bench.js';
import { CoreDistance } from './distance.js';
import { RowRecorder } from './results.js';
import type { Scenario } from './scenario.js';
/** What a run reports while it goes on. */
export type Progress = (line: string) => void;
/** What a run measured. */
export interface Measured {
    readonly recorders: RowRecorder[];
    /** Spinning rounds, by how far the two cores were apart; `undefined` where there were none. */
    readonly distance: CoreDistance['rounds'] | undefined;
}
/** Runs `scenarios`, group by group, and gives their rows in the order of `scenarios`. */
export declare function runScenarios(bench: Bench, scenarios: readonly Scenario[], progress: Progress): Promise<Measured>;
