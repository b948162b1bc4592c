import type { BenchArguments } from './arguments.js';
import type { Results, RowRecorder } from './results.js';
/** Where the committed pictures are. */
export declare const defaultReport: string;
/** The run was ended by a signal; everything is cleaned up. */
export declare class Interrupted extends Error {
    readonly name = "Interrupted";
}
/** A run's results and, for the pictures, its latencies. */
export interface Outcome {
    readonly results: Results;
    readonly recorders: readonly RowRecorder[];
}
/** Measures the rows that `args` asks for; leaves no process, segment or file behind. */
export declare function benchmark(args: BenchArguments): Promise<Outcome>;
/** Prints the tables, and writes the JSON and the report where `args` says. */
export declare function publish({ results, recorders }: Outcome, args: BenchArguments): Promise<void>;
