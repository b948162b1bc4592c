import type { Eshm } from '../../lib/index.js';
import { trySpin } from './spin.js';

/** The number in every eight bytes of the last message of a flood; the same in bench/native/writes.cpp. */
const LAST = 2n ** 64n - 1n;

/** How long nothing may come before the other end is taken for dead, in ms. */
const PATIENCE_MS = 10_000;

/**
 * Reads what native `flood` writes, as much as can be had, from the first message to the last, after which nothing is
 * written: so the last one is always had.
 *
 * @returns messages per second, without the first
 * @throws {Error} when a message is torn, or is not newer than the one before
 */
export function readFlatOut(endpoint: Eshm): number {
  const target = Buffer.alloc(4096);
  const words = new BigUint64Array(target.buffer, target.byteOffset, 8);
  let [count, startMs, before] = [-1, 0, -1n];
  do {
    const size = trySpin(endpoint, target, PATIENCE_MS);
    if (size < 0) throw new Error('the other end is gone');
    const number = words[0]!;
    if (size !== words.byteLength || words.some((word) => word !== number))
      throw new Error('a message is torn');
    if (number <= before) throw new Error(`message ${number} came after ${before}`);
    before = number;
    if (++count === 0) startMs = performance.now();
  } while (before !== LAST);
  return count / ((performance.now() - startMs) / 1000);
}
