import { type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Peers } from '../../peers/build.js';
import { type PeerLanguage, PeerProcess } from '../../peers/peer-process.js';
/** The built command. */
export declare const ESHM: string;
/** How a finished command ended. */
export interface Outcome {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}
export interface RunOptions {
    /** What it reads from stdin; nothing where it is left out. */
    readonly input?: string | Uint8Array;
    /** The user it runs as. */
    readonly uid?: number;
    readonly env?: NodeJS.ProcessEnv;
}
/**
 * A private IPC namespace: what `rm --stale` finds in it is the test's own, and other people's segments are out of
 * reach. Lives as long as a process that holds it.
 */
export declare class Lab {
    #private;
    /** For a `before` hook: a lab, or skips what follows where this user may not have one. */
    static start(context: Mocha.Context): Promise<Lab>;
    private constructor();
    /** The words that run a command in the lab. */
    command(words: readonly string[], uid?: number): [program: string, args: string[]];
    /** A peer in the lab. */
    peer(peers: Peers, language?: PeerLanguage): PeerProcess;
    /** Starts any program in the lab; it is killed with it. */
    spawn(words: readonly string[], { uid, env }?: RunOptions): ChildProcessWithoutNullStreams;
    /** Starts `eshm`. */
    start(args: readonly string[], options?: RunOptions): ChildProcessWithoutNullStreams;
    /** Runs `eshm` to its end. */
    run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
    /** Runs a shell line in which `eshm` is the command; `"${ESHM[@]}" ... &` makes `$!` its own process id. */
    shell(line: string): Promise<Outcome>;
    /** Creates a segment that stays, all zero. */
    create(key: number, size: number, mode: number): Promise<void>;
    /** What `eshm ls --all --json` says. */
    list(): Promise<Record<string, unknown>[]>;
    /** Kills what still runs; the namespace and its segments go with the last process. */
    end(): Promise<void>;
}
/** Waits for a child's end and collects what it says. */
export declare function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome>;
/** A stack trace has no place in what a user sees. */
export declare const STACK_TRACE: RegExp;
