import { Segment } from '../syscalls/index.js';
import { Header, type Role } from './header.js';
import type { ResolvedOptions } from './options.js';
/** An attached segment whose header has this process's mark as `role`, and nothing beats for it yet. */
export interface Place {
    readonly role: Role;
    readonly segment: Segment;
    /** Whether this endpoint created it. */
    readonly created: boolean;
}
/**
 * Finds or creates the segment for a start in `options.role` (ESHM protocol version 2, section 4).
 * May block this thread for the stale threshold, to see whether a flagged peer lives.
 *
 * @throws {EshmError} with the reason; nothing is left attached or created then
 */
export declare function findPlace(name: string, key: number, options: ResolvedOptions): Place;
/**
 * Why `segment` cannot be this channel's, or `undefined`. A segment without any header gets a moment: its creator may
 * be about to fill it in.
 */
export declare function faultOf(segment: Segment, { maxDataSize }: Pick<ResolvedOptions, 'maxDataSize'>): string | undefined;
/**
 * Whether `role` shows a beat within the stale threshold. Only a flagged role is given the time; a live one is seen
 * within a millisecond or two, a dead one blocks this thread for the threshold.
 */
export declare function lives(header: Header, role: Role): boolean;
/** @throws {EshmError} when `ownerOnly` is set and another user made or owns the segment */
export declare function checkOwner(name: string, segment: Segment, { ownerOnly }: Pick<ResolvedOptions, 'ownerOnly'>): void;
