import { nativeFfi } from './native.js';
import { Views } from './views.js';

const views = new Views(nativeFfi);

/**
 * The memory at `address` as a Buffer, without copying. Costs 5 microseconds the first time, then a map look-up. Views are
 * kept, some thousand of them: ask for whole mappings and take parts of those.
 *
 * The view does not keep the memory mapped: touching it while nothing is attached there kills the process.
 * Never hand it to a caller.
 *
 * @param address - where it is mapped
 * @param length - bytes, no more than are mapped there
 * @throws {UnsupportedError} where foreign memory cannot be mapped into JavaScript
 */
export function viewOf(address: number, length: number): Buffer {
  return views.of(address, length);
}
