import type { Eshm } from '../../lib/index.js';
/** Nanoseconds per write of `size` bytes, one figure for each batch of `count` writes. */
export declare function timeWrites(endpoint: Eshm, size: number, count: number, batches: number): Float64Array;
