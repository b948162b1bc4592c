import { type SegmentStat } from '../../syscalls/index.js';
/** A channel name that no other test and no other run uses; {@link removeLeftovers} takes away what it left. */
export declare function uniqueName(what?: string): string;
/** The segment under the key of `name`, as the kernel's table has it. */
export declare function segmentOf(name: string): SegmentStat | undefined;
/** A copy of the bytes of the segment of `name`. */
export declare function imageOf(name: string): Buffer;
/** System V attachments of this process, one line of its memory map each. */
export declare function attachmentsHere(): number;
/** Removes the segments of this file's names, and no others; returns the names that had one. */
export declare function removeLeftovers(): string[];
/**
 * For an afterEach hook: fails the test that left a segment or an attachment behind.
 *
 * @param attachments - those of this process before the test
 */
export declare function assertNothingLeft(attachments?: number): void;
/** Waits until `condition` holds; fails under a watchdog only, never for being slow. */
export declare function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void>;
/** What `act` throws; fails the test when it throws nothing. */
export declare function thrownBy<E extends Error = Error>(act: () => unknown): E;
