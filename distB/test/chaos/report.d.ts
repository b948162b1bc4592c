import { type Incident } from './faults.js';
import type { ChaosReport } from './runner.js';
/** Faults of one kind together; times in ms, from the restart or the end of the fault to the first good message. */
export interface Row {
    readonly fault: string;
    readonly count: number;
    readonly recovered: number;
    readonly worstMs: number;
    readonly medianMs: number;
    /** Median start of the new process, 0 where none was started. */
    readonly startMs: number;
    /** Recoveries beyond the stale threshold + two retry intervals + the start of the new process. */
    readonly late: number;
    /** Blocked event loops that the other side noticed. */
    readonly noticed: number;
}
/** The table, a row for each kind of fault and one for all. */
export declare function rowsOf(incidents: readonly Incident[]): Row[];
/** What counts as failed: incidents without recovery, too late or noticed, and everything that must not be. */
export declare function failuresOf(report: ChaosReport): number;
/** Whether an incident ended as promised; time for which the machine had no core is not held against it. */
export declare function isGood({ recoveryMs, boundMs, lagMs, noticed }: Incident): boolean;
/** The report for people; the last line is `N passed, N failed`. */
export declare function format(report: ChaosReport): string;
