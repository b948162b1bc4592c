import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Running } from '../scenario.js';
import { median } from '../statistics.js';
import { running } from './pairs.js';

/** A driver that writes messages of `size` bytes; the first batch of each round is its warm-up. */
export async function writing(bench: Bench, driver: Driver, size: number, order: string): Promise<Running> {
  const { writes, writeBatches } = bench.amounts;
  return running([driver], async () => {
    await driver.command(`open master ${bench.name()} ${order}`);
    const [, ...batches] = await driver.figures(`write ${size} ${writes} ${writeBatches + 1}`);
    await driver.command('close');
    return { value: median(batches) };
  });
}
