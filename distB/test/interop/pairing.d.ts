import type { Peers } from '../peers/build.js';
import { type PeerLanguage } from '../peers/peer-process.js';
/** Who is the master and who is the slave. */
export interface Pairing {
    readonly master: PeerLanguage;
    readonly slave: PeerLanguage;
}
/** What was seen while the pair ran. */
export interface PairingResult {
    readonly key: number;
    readonly perms: string;
    /** Bytes of the segment. */
    readonly size: number;
    /** Messages that arrived, each with the content that was sent. */
    readonly down: number;
    readonly up: number;
}
/** All nine. */
export declare const pairings: readonly Pairing[];
/** Messages each way that one pairing exchanges. */
export declare const MESSAGE_COUNT = 24;
/**
 * Runs one pairing from the start of its processes to their end.
 *
 * @throws {AssertionError} when anything is not as the protocol has it
 */
export declare function runPairing(peers: Peers, { master, slave }: Pairing): Promise<PairingResult>;
