import type { Eshm } from '../../lib/index.js';
/** Writes `count` messages of 64 bytes, one each period; the first eight bytes are the intended time. */
export declare function paced(endpoint: Eshm, count: number, periodNs: bigint): void;
/**
 * Spins for up to `count` messages of {@link paced} until none comes for `timeoutMs`.
 *
 * @returns nanoseconds from the intended time of each to the reader; a message overwritten unread has none
 */
export declare function collect(endpoint: Eshm, count: number, timeoutMs: number): number[];
