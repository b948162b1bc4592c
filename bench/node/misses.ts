import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setImmediate as turn } from 'node:timers/promises';
import { Eshm } from '../../lib/index.js';

const ignore = (): void => {};

/**
 * Nanoseconds per read that finds one message missed, with the two writes before it, one figure for each batch of
 * `count`. Both ends are in this thread: nothing but the code is measured.
 *
 * @param isWatched - whether somebody listens on `eshm:missed`
 */
export async function timeMisses(
  master: Eshm,
  size: number,
  count: number,
  batches: number,
  isWatched: boolean,
): Promise<number[]> {
  const [message, target] = [Buffer.alloc(size, 0x5a), Buffer.alloc(size)];
  const slave = Eshm.open(master.name, { role: 'slave', shm: 'system-v' });
  if (isWatched) subscribe('eshm:missed', ignore);
  try {
    const results: number[] = [];
    for (let batch = 0; batch < batches; batch++) {
      const startMs = performance.now();
      for (let i = 0; i < count; i++) {
        master.write(message);
        master.write(message);
        slave.tryReadInto(target);
      }
      // What is told, is told on the next tick: it belongs to the batch.
      await turn();
      results.push(((performance.now() - startMs) * 1e6) / count);
    }
    return results;
  } finally {
    unsubscribe('eshm:missed', ignore);
    slave.close();
  }
}
