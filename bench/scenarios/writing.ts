import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Running } from '../scenario.js';
import { median } from '../statistics.js';
import { running } from './pairs.js';

/**
 * Writes before the first round, the same for every driver: V8 takes 1.6 million of them until the last of its compilers
 * has had its turn (Node 20.20), which is 50 ms once in the life of a process.
 */
const WARM_UP_BATCHES = 30;
const WARM_UP_WRITES = 100_000;

/**
 * A driver that writes messages of `size` bytes; the first batch of each round is not counted either.
 *
 * @param share - of the writes of other rows, where one takes that much longer
 */
export async function writing(
  bench: Bench,
  driver: Driver,
  size: number,
  order: string,
  share = 1,
): Promise<Running> {
  const { writeBatches } = bench.amounts;
  const writes = Math.ceil(bench.amounts.writes * share);
  await driver.command(`open master ${bench.name()} ${order}`);
  await driver.command(`write ${size} ${Math.ceil(WARM_UP_WRITES * share)} ${WARM_UP_BATCHES}`);
  await driver.command('close');
  return running([driver], async () => {
    await driver.command(`open master ${bench.name()} ${order}`);
    const [, ...batches] = await driver.figures(`write ${size} ${writes} ${writeBatches + 1}`);
    await driver.command('close');
    return { value: median(batches) };
  });
}
