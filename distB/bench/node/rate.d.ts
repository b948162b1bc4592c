import type { Eshm } from '../../lib/index.js';
/**
 * Sends `count` messages of 64 bytes, each once the one before was read: the peer's `read_count` says so.
 *
 * @returns messages per second
 */
export declare function stream(endpoint: Eshm, count: number): number;
/** Reads `count` messages and throws when one was lost. */
export declare function drain(endpoint: Eshm, count: number): void;
