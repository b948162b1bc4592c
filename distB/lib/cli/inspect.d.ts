import { type DecodedSegment } from '../../layout/index.js';
import { type SegmentStat } from '../../syscalls/index.js';
import { type DataSize } from './data-size.js';
/**
 * What a segment is found to be: `live` (a heart beats in it), `stale` (ESHM's, and none does), `foreign` (not
 * ESHM's), `unreadable` (this user may not look).
 */
export type SegmentState = 'live' | 'stale' | 'foreign' | 'unreadable';
/** One side of a channel as seen from outside. */
export interface Side {
    readonly pid: number;
    /** Name of the process under that id here; `undefined` when there is none. */
    readonly process: string | undefined;
    /** The flag, which stays set when a process is killed. */
    readonly flagged: boolean;
    /** Whether the heartbeat moved between two looks. */
    readonly beating: boolean;
}
/** An ESHM segment, judged and copied. */
export interface Channel {
    readonly state: 'live' | 'stale';
    readonly stat: SegmentStat;
    readonly content: DecodedSegment;
    readonly dataSize: DataSize;
    readonly master: Side;
    readonly slave: Side;
}
/** A segment that is not ESHM's or could not be looked into. */
export interface OtherSegment {
    readonly state: 'foreign' | 'unreadable';
    readonly stat: SegmentStat;
    /** Why, as the end of a sentence. */
    readonly reason: string;
}
/** A segment and what it was found to be. */
export type Finding = Channel | OtherSegment;
/** Whether a finding is an ESHM segment. */
export declare function isChannel(finding: Finding): finding is Channel;
/** All segments of this IPC namespace, judged. Takes 10 ms, or the stale threshold where a flagged heart stands still. */
export declare function inspectAll(maxDataSize?: number): Promise<Finding[]>;
/**
 * Looks into segments, read-only, and judges them by two looks or more at the heartbeats. A segment that goes away
 * meanwhile is left out.
 *
 * @param maxDataSize - bytes in one slot, where the user knows
 */
export declare function inspect(stats: readonly SegmentStat[], maxDataSize?: number): Promise<Finding[]>;
