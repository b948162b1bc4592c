import type { Results, RowRecorder } from './results.js';
/** Writes `latency.svg`, `write.svg` and `report.md` into `folder`; a picture without rows is left as it was. */
export declare function writeReport(folder: string, results: Results, recorders: readonly RowRecorder[]): Promise<void>;
/** The results as a page of Markdown. */
export declare function formatReport({ machine, node, command, date, rows, ratios, leftOut, coreDistance, }: Results): string;
