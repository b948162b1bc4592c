import type { PeerKind, Peers } from './build.js';
export type PeerLanguage = PeerKind | 'typescript';
export declare class PeerError extends Error {
    readonly name = "PeerError";
    /** The C API's number, where the peer gave one. */
    readonly status: number | undefined;
    constructor(command: string, answer: string);
}
export declare class PeerProcess implements AsyncDisposable {
    #private;
    static start(peers: Peers, language?: PeerLanguage): PeerProcess;
    /** Ends whatever a failed test left running: for an afterEach hook. */
    static killAll(): Promise<void>;
    constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv);
    get pid(): number;
    /** Sends one line and gives the answer line; `error ...` answers too. Commands may be sent ahead. */
    ask(line: string, watchdogMs?: number): Promise<string>;
    /** Sends one line and gives the answer line; throws PeerError for an `error` answer. */
    command(line: string, watchdogMs?: number): Promise<string>;
    /** Runs a command whose answer is `WORD key=value ...` and gives the values. */
    values(line: string, watchdogMs?: number): Promise<Record<string, number>>;
    /** Opens a channel; the name may be any string. */
    open(role: 'master' | 'slave' | 'auto', name: string, options?: string): Promise<string>;
    write(data: Uint8Array): Promise<string>;
    read(timeoutMs: number): Promise<Buffer>;
    isRemoteAlive(): Promise<boolean>;
    staleCount(): Promise<number>;
    /** The whole segment, read past the library (C++ peer only). */
    dump(name?: string): Promise<Buffer>;
    signal(signal: NodeJS.Signals): void;
    /** Ends the process at once, by SIGKILL unless told; resolves when it is gone. */
    kill(signal?: NodeJS.Signals): Promise<void>;
    /** Closes the channel and ends the process in good order. */
    quit(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
