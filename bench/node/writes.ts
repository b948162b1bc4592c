import type { Eshm } from '../../lib/index.js';

/** Nanoseconds per write of `size` bytes, one figure for each batch of `count` writes. */
export function timeWrites(endpoint: Eshm, size: number, count: number, batches: number): Float64Array {
  const message = Buffer.alloc(size, 0x5a);
  const results = new Float64Array(batches);
  for (let batch = 0; batch < batches; batch++) results[batch] = timeBatch(endpoint, message, count);
  return results;
}

function timeBatch(endpoint: Eshm, message: Uint8Array, count: number): number {
  const startMs = performance.now();
  for (let i = 0; i < count; i++) endpoint.write(message);
  return ((performance.now() - startMs) * 1e6) / count;
}
