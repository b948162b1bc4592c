/*
 * parked-cpu-ts: what a reader that is parked in `await read()` costs beyond the heartbeat. Two Node processes with one
 * open endpoint each (a master without a slave), of which one reads and gets nothing; the CPU time of the whole
 * process, user and system (getrusage), of the one less that of the other, over the same minute; a share of one core.
 * It may come out below 0: then the difference is smaller than the noise. Not pinned.
 *
 * parked-wake-ts: how soon a parked reader has the first message. One Node process writes a message with the time of
 * its writing every 15 to 45 ms at random, sleeping in between; another awaits `read()`, which parks after 1.25 ms at
 * most, so every message finds it parked. The latency runs from just before the write to the line after `await`, both
 * clocks CLOCK_MONOTONIC. A parked reader looks at nothing, so that it does not matter for how long it was parked. The
 * figure is the median. Not pinned: where both threads of a reader share a core with a busy process is the scheduler's
 * choice, as in any program.
 *
 * Both take their time and are left out of --quick, unless --only names them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario.js';
import { median } from '../statistics.js';
import { connected, running } from './pairs.js';

/** Shortest time for which a reader is left parked, in ms; thrice this is the longest. */
const LEAST_PARKED_MS = 15;

export const parked: Scenario[] = [
  {
    id: 'parked-cpu-ts',
    group: 'parked-cpu',
    unit: '% of a core',
    once: true,
    start: async (bench) => {
      const [reading, idle] = [bench.node(), bench.node()];
      return running([reading, idle], async () => {
        for (const driver of [reading, idle]) await driver.command(`open master ${bench.name()}`);
        await reading.command('park');
        const startMs = performance.now();
        const before = await Promise.all([reading.figure('cpu'), idle.figure('cpu')]);
        await sleep(bench.amounts.parkedMs);
        const after = await Promise.all([reading.figure('cpu'), idle.figure('cpu')]);
        const tookMs = performance.now() - startMs;
        await reading.command('unpark');
        for (const driver of [reading, idle]) await driver.command('close');
        const spentUs = after[0] - before[0] - (after[1] - before[1]);
        return { value: spentUs / 10 / tookMs };
      });
    },
  },
  {
    id: 'parked-wake-ts',
    group: 'parked-wake',
    unit: 'ns',
    once: true,
    start: async (bench) => {
      const [writer, reader] = [bench.node(), bench.node()];
      return running([writer, reader], () =>
        connected(bench, writer, reader, '', async () => {
          const { wakes } = bench.amounts;
          const [samplesNs] = await Promise.all([
            reader.figures(`roused ${wakes}`),
            writer.command(`rouse ${wakes} ${LEAST_PARKED_MS}`),
          ]);
          return { value: median(samplesNs), samplesNs };
        }),
      );
    },
  },
];
