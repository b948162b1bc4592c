import type { Eshm } from '../../lib/index.js';

/** How long one end waits for the other before it takes it for dead, in ms. */
const PATIENCE_MS = 5000;

/**
 * Round trips of `size` bytes with `await read()`, to {@link awaitedEcho}: nanoseconds of each. One trip more comes
 * first and is not timed: the two ends may begin a moment apart.
 */
export async function awaitedPing(endpoint: Eshm, size: number, count: number): Promise<Float64Array> {
  const message = Buffer.alloc(size, 0x5a);
  const results = new Float64Array(count);
  for (let i = -1; i < count; i++) {
    const startMs = performance.now();
    endpoint.write(message);
    await endpoint.read({ timeoutMs: PATIENCE_MS });
    if (i >= 0) results[i] = (performance.now() - startMs) * 1e6;
  }
  return results;
}

/** Sends back what it reads with `await read()`: the other end of `count` round trips. */
export async function awaitedEcho(endpoint: Eshm, count: number): Promise<void> {
  for (let i = -1; i < count; i++) endpoint.write(await endpoint.read({ timeoutMs: PATIENCE_MS }));
}
