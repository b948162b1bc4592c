import type { Eshm } from '../../lib/index.js';
import { nowNs } from './serve.js';
import { trySpin } from './spin.js';

/** The sender sleeps until this long before the intended time and spins the rest, as the native driver does. */
const SPIN_NS = 400_000n;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes `count` messages of `size` bytes, one each period; the first eight bytes are the intended time. */
export function paced(endpoint: Eshm, count: number, periodNs: bigint, size: number): void {
  const message = Buffer.alloc(size);
  let intendedNs = nowNs() + 2_000_000n;
  for (let i = 0; i < count; i++, intendedNs += periodNs) {
    message.writeBigInt64LE(intendedNs);
    const leftNs = intendedNs - nowNs() - SPIN_NS;
    if (leftNs > 0n) Atomics.wait(sleeper, 0, 0, Number(leftNs) / 1e6);
    while (nowNs() < intendedNs);
    endpoint.write(message);
  }
}

/**
 * Spins for up to `count` messages of {@link paced} until none comes for `timeoutMs`.
 *
 * @returns nanoseconds from the intended time of each to the reader; a message overwritten unread has none
 */
export function collect(endpoint: Eshm, count: number, timeoutMs: number): number[] {
  const target = Buffer.alloc(4096);
  const results: number[] = [];
  for (let seen = 0; seen < count; seen += 1 + endpoint.missed) {
    if (trySpin(endpoint, target, timeoutMs) < 0) break;
    results.push(Number(nowNs() - target.readBigInt64LE()));
  }
  return results;
}
