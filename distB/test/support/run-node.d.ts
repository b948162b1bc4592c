import { type ChildProcess } from 'node:child_process';
/** URL of a compiled module of this package, for code that is handed to a child: `lib/index.js`. */
export declare function builtUrl(module: string): string;
/** What a child process left when it ended. */
export interface Ended {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stdout: string;
    readonly stderr: string;
}
export interface ChildOptions {
    /** Flags for node. */
    readonly flags?: readonly string[];
    readonly uid?: number;
    readonly gid?: number;
    /** A program and its arguments to run node under: `['unshare', '--ipc']`. */
    readonly under?: readonly string[];
}
/** Starts a Node process that runs `code`, an ES module; `lib`, `syscalls` and `layout` are there as imports. */
export declare function startNode(code: string, { flags, under, ...ids }?: ChildOptions): ChildProcess;
/** Resolves when `child` has ended and its output is complete. */
export declare function ended(child: ChildProcess): Promise<Ended>;
/** Runs `code` in a Node process to its end. */
export declare function runNode(code: string, options?: ChildOptions): Promise<Ended>;
/** As {@link runNode}, for code that prints one line of JSON; fails unless it ends with code 0. */
export declare function evaluate<T>(code: string, options?: ChildOptions): Promise<T>;
/** For an afterEach hook: kills what a failed test left running. */
export declare function killChildren(): void;
