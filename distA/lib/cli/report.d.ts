import { type Finding, type Side } from './inspect.js';
/** Writes lines to stdout. */
export declare function print(...lines: string[]): void;
/** Writes one line to stderr: what happened beside the result. */
export declare function warn(line: string): void;
/** `1 segment`, `2 segments`. */
export declare function plural(count: number, noun: string): string;
/** Columns of the terminal; no limit where output is no terminal. */
export declare function terminalWidth(): number;
/** `1234 node`, `1234 (gone)`, `-` for none. */
export declare function showSide({ pid, process: name }: Side): string;
/** Whether a side's heart beats, in a word. */
export declare function showHealth({ beating, flagged, pid }: Side): string;
/** A finding for `--json`: plain data, counters as numbers while they are exact. */
export declare function toJson(finding: Finding): Record<string, unknown>;
