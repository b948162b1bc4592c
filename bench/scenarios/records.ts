/*
 * update-64-ts, update-64-ts-plain: one Node process, the master of a channel nobody reads, calls `endpoint.update(fill)`
 * in a loop; `fill` sets the eight doubles of a record of 64 bytes, each to another value each time. update-64-c: one
 * C++ process sets the same eight doubles of a struct and calls `eshm_write` through the pointer that dlsym gave.
 * Batches, rounds and medians as write-SIZE-ts; the rounds of the three alternate. Not pinned.
 */
import type { Driver } from '../driver.js';
import type { Running, Scenario } from '../scenario.js';
import { median } from '../statistics.js';
import { running } from './pairs.js';

/** As for writes: until the last of V8's compilers has had its turn. */
const WARM_UP_BATCHES = 30;
const WARM_UP_UPDATES = 100_000;

const timed = async (
  driver: Driver,
  command: (count: number, batches: number) => string,
  count: number,
  batches: number,
): Promise<Running> => {
  await driver.command(command(WARM_UP_UPDATES, WARM_UP_BATCHES));
  return running([driver], async () => {
    const [, ...figures] = await driver.figures(command(count, batches + 1));
    return { value: median(figures) };
  });
};

const inNode = (order: 'atomics' | 'plain'): Scenario => ({
  id: order === 'plain' ? 'update-64-ts-plain' : 'update-64-ts',
  group: 'update-64',
  unit: 'ns',
  start: (bench) => {
    const { writes, writeBatches } = bench.amounts;
    return timed(
      bench.node(),
      (count, batches) => `update ${bench.name()} ${order} ${count} ${batches}`,
      writes,
      writeBatches,
    );
  },
});

const inCpp: Scenario = {
  id: 'update-64-c',
  group: 'update-64',
  unit: 'ns',
  start: async (bench) => {
    const { writes, writeBatches } = bench.amounts;
    const driver = bench.native();
    const command = (count: number, batches: number) => `update ${bench.name()} ${count} ${batches}`;
    return timed(driver, command, writes, writeBatches);
  },
};

export const update: readonly Scenario[] = [inNode('atomics'), inNode('plain'), inCpp];

/*
 * view-64-ts, read-64-ts, view-4096-ts, read-4096-ts: one Node process has both ends of a channel and looks at one message
 * after the other, by `view` or by `tryReadInto`. The master wrote the first; the others are the same bytes under the next
 * `sequence`, so the figure is of the reader's half alone: the time of a batch less that of moving the counters. view-64-ts
 * sums eight doubles, view-4096-ts two fields at the ends of 4096 bytes; the reads copy the message and look at nothing.
 */
export const view: readonly Scenario[] = ([64, 4096] as const).flatMap((size) =>
  (['view', 'read'] as const).map(
    (how): Scenario => ({
      id: `${how}-${size}-ts`,
      group: `view-${size}`,
      unit: 'ns',
      start: (bench) => {
        const { writes, writeBatches } = bench.amounts;
        const command = (count: number, batches: number) =>
          `look ${bench.name()} ${how} ${size} ${count} ${batches}`;
        return timed(bench.node(), command, writes, writeBatches);
      },
    }),
  ),
);
