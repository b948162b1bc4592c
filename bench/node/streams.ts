import type { Eshm } from '../../lib/index.js';
import { nowNs } from './serve.js';

/** Of {@link keepBusy}: the share of the time, how often it goes to work, in ms, and for how long at most. */
const BUSY_SHARE = 0.3;
const BUSY_PERIOD_MS = 2;
const BUSY_MOST_MS = 2;

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
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const endMs = nowMs + workMs(nowMs - lastMs);
    lastMs = nowMs;
    while (performance.now() < endMs);
  }, BUSY_PERIOD_MS);
  return () => clearInterval(timer);
}

/** How long to work when the work before began so long ago: a timer is later than it should be, by half and more. */
export function workMs(sinceMs: number): number {
  return Math.min(BUSY_SHARE * sinceMs, BUSY_MOST_MS);
}
