import type { Link } from './link.js';
import type { ResolvedOptions } from './options.js';
/** How an attempt ended. */
export type Attempt = 'reconnected' | 'again' | 'gave-up';
/**
 * A slave's search for a new segment after its master went stale (ESHM protocol version 2, section 5).
 *
 * One search, from `begin` to success or giving up; belongs to the slave's thread. It is driven by whoever calls
 * {@link tick}: a timer, or a wait that blocks the event loop.
 */
export declare class Reconnector {
    #private;
    constructor(name: string, key: number, link: Link, options: ResolvedOptions, nowMs: number);
    /** When the search began, in ms. */
    get sinceMs(): number;
    /** Makes an attempt if one is due. */
    tick(nowMs: number): Attempt;
    /** Milliseconds until {@link tick} has something to do: an attempt, or to give up. No longer than a timer can wait. */
    dueInMs(nowMs: number): number;
}
