import type { Row, RowRecorder } from './results.js';
/** Latency distributions of the round trips, fastest first, as the text of an SVG; `undefined` when there are none. */
export declare function drawLatencies(recorders: readonly RowRecorder[]): Promise<string> | undefined;
/** Cost of a write over its size, as the text of an SVG; `undefined` when no write was measured. */
export declare function drawWrites(rows: readonly Row[]): Promise<string> | undefined;
