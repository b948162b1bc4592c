import type { Eshm } from '../../lib/index.js';
import { nowNs } from './serve.js';

/** How long a reader waits for a message of {@link rouse} before it takes the other end for dead, in ms. */
const PATIENCE_MS = 5000;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

let waiting: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined;

/** Begins a read that nothing is written for. */
export function park(endpoint: Eshm): void {
  const stop = new AbortController();
  const reading = endpoint.read({ timeoutMs: Number.POSITIVE_INFINITY, signal: stop.signal });
  waiting = { stop, ended: reading.catch(() => {}) };
}

/** Ends the read that {@link park} began. */
export async function unpark(): Promise<void> {
  waiting?.stop.abort();
  await waiting?.ended;
  waiting = undefined;
}

/** Writes `count` messages with the time of their writing, each `leastMs` to three times that after the one before. */
export function rouse(endpoint: Eshm, count: number, leastMs: number): void {
  const message = Buffer.alloc(64);
  for (let i = 0; i < count; i++) {
    Atomics.wait(sleeper, 0, 0, leastMs * (1 + 2 * Math.random()));
    message.writeBigInt64LE(nowNs());
    endpoint.write(message);
  }
}

/** Awaits `count` messages of {@link rouse}; nanoseconds from the writing of each to the reader's going on. */
export async function roused(endpoint: Eshm, count: number): Promise<Float64Array> {
  const results = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const message = await endpoint.read({ timeoutMs: PATIENCE_MS });
    results[i] = Number(nowNs() - message.readBigInt64LE());
    if (endpoint.missed > 0) throw new Error(`${endpoint.missed} messages were missed`);
  }
  return results;
}
