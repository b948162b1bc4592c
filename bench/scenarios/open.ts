/*
 * open-first-ts: a fresh Node process each round; opening and closing a master, the first endpoint of the process, so
 * that the heartbeat worker starts. The import of the package is over by then.
 * open-ts: the same process opens and closes a master again and again; the figure is without the first.
 * open-c: a C++ process does the same with `eshm_init` and `eshm_destroy`.
 * Milliseconds; open and close together. Not pinned.
 */
import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Running, Scenario } from '../scenario.js';
import { median } from '../statistics.js';
import { running } from './pairs.js';

async function opening(bench: Bench, driver: Driver): Promise<Running> {
  return running([driver], async () => {
    const [, ...times] = await driver.figures(`opens ${bench.amounts.opens + 1} ${bench.name()}`);
    return { value: median(times) };
  });
}

export const open: Scenario[] = [
  {
    id: 'open-first-ts',
    group: 'open',
    unit: 'ms',
    start: async (bench) => ({
      round: async () => {
        const driver = bench.node();
        const value = await driver.figure(`open-first ${bench.name()}`);
        await driver.quit();
        return { value };
      },
      stop: async () => {},
    }),
  },
  { id: 'open-ts', group: 'open', unit: 'ms', start: (bench) => opening(bench, bench.node()) },
  { id: 'open-c', group: 'open', unit: 'ms', start: (bench) => opening(bench, bench.native()) },
];
