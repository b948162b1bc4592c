import type { Eshm } from '../../lib/index.js';
/** Round trips of `size` bytes: nanoseconds per trip, one figure for each batch of `batch` trips. */
export declare function ping(endpoint: Eshm, size: number, batch: number, batches: number): Float64Array;
/** Sends back `count` messages. */
export declare function echo(endpoint: Eshm, count: number): void;
/**
 * Round trips to a peer that may miss a message, as the C library does when one falls between two of its reads: it is
 * sent again then, and the trip takes as long as it takes. Messages are numbered from 1 in their first four bytes.
 *
 * @param pauseUs - before each trip a pause of this to twice this, so that trips meet all phases of the peer's sleep
 * @returns nanoseconds of each trip
 */
export declare function carefulPing(endpoint: Eshm, size: number, count: number, pauseUs: number): Float64Array;
