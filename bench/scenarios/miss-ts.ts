/*
 * miss-64-ts, miss-64-ts-watched: one Node process, both ends of a channel in one thread; the master writes twice, the
 * slave reads once with `tryReadInto` and finds that it missed one. The figure is the time of a batch over the number of
 * those rounds; a row is the median of its rounds, a round the median of its batches. In `-watched` somebody listens on
 * `eshm:missed` of `node:diagnostics_channel`. Without a listener a miss costs what the two writes and the read cost.
 */
import type { Scenario } from '../scenario.js';
import { median } from '../statistics.js';
import { running } from './pairs.js';

/** Of what writes alone do: each of these is three operations, and a told miss takes a tick of its own. */
const SHARE = 1 / 20;

export const missTs: Scenario[] = ['', ' watched'].map((watched) => ({
  id: watched === '' ? 'miss-64-ts' : 'miss-64-ts-watched',
  group: 'miss-64',
  unit: 'ns',
  start: async (bench) => {
    const driver = bench.node();
    const { writes, writeBatches } = bench.amounts;
    const rounds = Math.ceil(writes * SHARE);
    return running([driver], async () => {
      await driver.command(`open master ${bench.name()}`);
      const [, ...batches] = await driver.figures(`misses 64 ${rounds} ${writeBatches + 1}${watched}`);
      await driver.command('close');
      return { value: median(batches) };
    });
  },
}));
