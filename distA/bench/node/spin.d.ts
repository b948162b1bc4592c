import type { Eshm } from '../../lib/index.js';
/**
 * Spins until the next message is in `target`.
 *
 * @returns its size in bytes
 * @throws {Error} when none came for some seconds
 */
export declare function spinReadInto(endpoint: Eshm, target: Uint8Array): number;
/** Spins until a message is in `target` or `timeoutMs` is over; its size in bytes, or -1. */
export declare function trySpin(endpoint: Eshm, target: Uint8Array, timeoutMs: number): number;
