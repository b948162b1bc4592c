/**
 * The tear test: a writer at full speed, a reader that checks every byte, each in a process of its own. Messages have
 * 1 to 4096 bytes, all the same, another one each time; a copy of two halves shows at once.
 */
import type { Peers } from '../peers/build.js';
import { type PeerLanguage } from '../peers/peer-process.js';
/** One run: who writes, who reads, and how a TypeScript writer publishes. */
export interface TortureCase {
    readonly writer: PeerLanguage;
    readonly reader: PeerLanguage;
    readonly order: 'atomics' | 'plain';
}
/** What a run found. */
export interface TortureResult extends TortureCase {
    readonly written: number;
    readonly read: number;
    readonly torn: number;
}
/** Every pairing with a TypeScript end, in both orders where it is TypeScript that writes. */
export declare const TORTURE_CASES: readonly TortureCase[];
/** `typescript -> c++, plain`. */
export declare function nameOf({ writer, reader, order }: TortureCase): string;
/** Runs one case for `seconds` in channel `name`. The reader is the slave in one half of the time, then the master. */
export declare function torture(peers: Peers, oneCase: TortureCase, seconds: number, name: string): Promise<TortureResult>;
