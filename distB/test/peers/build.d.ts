export interface Peers {
    /** The C library that the programs and Python use: ESHM_LIB, else the built one. */
    readonly lib: string;
    /** `eshm_demo`, the original's demo programs. */
    readonly demo: string;
    /** `eshm_peer`, driven line by line: grammar at the top of cpp/eshm_peer.cpp. */
    readonly peer: string;
    /** `eshm_traffic`, the C++ side of the chaos runner. */
    readonly traffic: string;
    /** The Python interpreter. */
    readonly python: string;
    /** Folder of eshm.py, master.py, slave.py and peer.py. */
    readonly pythonDir: string;
    /** The environment for every one of these child processes. */
    readonly env: NodeJS.ProcessEnv;
}
export interface BuildOptions {
    /** N, the bytes of a channel's slot; the original's is 4096. */
    readonly maxDataSize?: number;
}
/** The repository's root: tests run from dist/, their sources lie beside package.json. */
export declare function findRepoRoot(start?: string): string;
export type PeerKind = 'c++' | 'python';
/** What has to be installed for peers of these kinds; empty when nothing is missing. */
export declare function missingTools(kinds: readonly PeerKind[]): Promise<string[]>;
export interface ProgramOptions {
    /** The folder with the program's own sources; every file of it counts as a source of change. */
    readonly folder: string;
    /** Names in `folder` of what is compiled. */
    readonly sources: readonly string[];
    /** What the program is called. */
    readonly name: string;
}
/**
 * Builds a program with the flags of the peers, on the headers of test/peers/cpp, and gives its path. It is not
 * linked with the library: it loads one at run time.
 */
export declare function buildProgram({ folder, sources, name }: ProgramOptions): Promise<string>;
/** Builds once per process and size; needs g++ (see requirePeers), not Python. */
export declare function buildPeers({ maxDataSize }?: BuildOptions): Promise<Peers>;
/**
 * For a mocha hook: builds the peers, or skips what follows where a tool is missing, saying once what to
 * install. With CI=true a missing tool is a failure.
 */
export declare function requirePeers(context: Mocha.Context, kinds: readonly PeerKind[], options?: BuildOptions): Promise<Peers>;
