/**
 * The memory at `address` as a Buffer, without copying. Costs 5 microseconds the first time, then a map look-up.
 *
 * The view does not keep the memory mapped: touching it while nothing is attached there kills the process.
 * Never hand it to a caller.
 *
 * @throws {UnsupportedError} where foreign memory cannot be mapped into JavaScript
 */
export declare function viewOf(address: number, length: number): Buffer;
