import type { Eshm } from '../../lib/index.js';
import { nowNs } from './serve.js';

/** Work of {@link keepBusy}: this much of each period, in ms. */
const BUSY_MS = 0.6;
const BUSY_PERIOD_MS = 2;

/**
 * Follows a stream of `count` messages with `for await` until the last has come, or none for `timeoutMs`.
 *
 * @param wake - how the reader waits
 * @returns nanoseconds from the writing of each message to the loop's body
 */
export async function follow(
  endpoint: Eshm,
  count: number,
  timeoutMs: number,
  wake: 'eager' | 'balanced' | 'lazy',
): Promise<number[]> {
  const results: number[] = [];
  const messages = endpoint.messages({ wake });
  let last = 0;
  const watchdog = setInterval(() => {
    if (results.length === last) messages.return?.();
    last = results.length;
  }, timeoutMs);
  try {
    for await (const { data } of messages) {
      results.push(Number(nowNs() - data.readBigInt64LE()));
      if (data.readBigUInt64LE(8) === BigInt(count - 1)) break;
    }
  } finally {
    clearInterval(watchdog);
  }
  return results;
}

/** As {@link follow}, with `readSync`. */
export function followSync(endpoint: Eshm, count: number, timeoutMs: number): number[] {
  const results: number[] = [];
  for (;;) {
    let data: Buffer;
    try {
      data = endpoint.readSync({ timeoutMs }) as Buffer;
    } catch {
      return results;
    }
    results.push(Number(nowNs() - data.readBigInt64LE()));
    if (data.readBigUInt64LE(8) === BigInt(count - 1)) return results;
  }
}

/** Has the event loop do other work for 30 % of its time; returns what ends it. */
export function keepBusy(): () => void {
  const timer = setInterval(() => {
    const endMs = performance.now() + BUSY_MS;
    while (performance.now() < endMs);
  }, BUSY_PERIOD_MS);
  return () => clearInterval(timer);
}
