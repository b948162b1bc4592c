import type { Peers } from '../peers/build.js';
export type Language = 'typescript' | 'c++' | 'python';
export type Role = 'master' | 'slave';
/** What every process of the run is told. */
export interface Settings {
    readonly thresholdMs: number;
    readonly retryMs: number;
    readonly periodMs: number;
}
/** Now, in ns of CLOCK_MONOTONIC: comparable with what the processes say. */
export declare const nowNs: () => bigint;
/** One life of one end of a channel: a process with traffic, and what it has said so far. */
export declare class Side {
    #private;
    /** Every process id ever started here, to tell whose segments are left. */
    static readonly pids: Set<number>;
    readonly role: Role;
    readonly language: Language;
    readonly instance: number;
    readonly spawnedNs: bigint;
    /** Lines that must not be: torn and repeated messages, errors. */
    readonly torn: string[];
    readonly errors: string[];
    empties: number;
    staleNs: bigint[];
    openedNs: bigint | undefined;
    unblockedNs: bigint | undefined;
    constructor(peers: Peers, language: Language, role: Role, name: string, settings: Settings, mode: string);
    /** Ends whatever still runs. */
    static killAll(): Promise<void>;
    get running(): boolean;
    get crashed(): boolean;
    /** When a good message of `sender` came at or after `sinceNs`, as far as is known. */
    goodFrom(sender: Side, sinceNs: bigint): bigint | undefined;
    tell(line: string): void;
    signal(signal: NodeJS.Signals): void;
    /** SIGKILL, and waits until it is gone. */
    kill(): Promise<void>;
    /** Has it die by its own hand after step `step` of a write. */
    dieInWrite(step: number): Promise<void>;
    /** Asks it to close and end; `false` when it did not within `watchdogMs` and had to be killed. */
    quit(watchdogMs: number): Promise<boolean>;
}
