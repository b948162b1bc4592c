import { setTimeout as sleep } from 'node:timers/promises';
import type { Peers } from './build.js';
import { PeerProcess } from './peer-process.js';
export { sleep };
export interface SegmentEntry {
    readonly key: number;
    /** As ipcs shows it: octal permission bits. */
    readonly perms: string;
    readonly size: number;
    readonly attached: number;
}
/** The live segments of /proc/sysvipc/shm. */
export declare function listSegments(): SegmentEntry[];
/** A channel name that no other test and no other run uses; cleanUp() takes away what it left. */
export declare function uniqueName(what?: string): string;
/** For an afterEach hook: ends every peer and removes the segments of this test's names, and no others. */
export declare function cleanUp(peers: Peers): Promise<void>;
/** Waits until `condition` holds; fails under a watchdog only, never for being slow. */
export declare function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void>;
/** What `act` is refused with: the C API's number, or undefined when it succeeds. */
export declare function refusal(act: Promise<unknown>): Promise<number | undefined>;
/**
 * Writes until the other side has read it: its reader counts from the start of each read, so one write may
 * fall between two of its reads.
 */
export declare function pass(from: PeerProcess, to: PeerProcess, data: Uint8Array): Promise<Buffer>;
/** One write that the other side is surely waiting for. */
export declare function passOnce(from: PeerProcess, to: PeerProcess, data: Uint8Array): Promise<Buffer>;
/** Byte i = (step * i + start) mod 256, as the test vectors have it. */
export declare function pattern(length: number, step: number, start: number): Uint8Array;
