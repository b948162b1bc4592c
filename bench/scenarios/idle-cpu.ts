/*
 * idle-cpu-ts, idle-cpu-c: one process with one open endpoint, a master without a slave, that does nothing else. The
 * CPU time of the whole process, user and system (getrusage), over the time for which it was left alone; a share of
 * one core. It begins half a second after the opening. Not pinned. idle-cpu-200-ts: the same with 200 endpoints in the process.
 * posix-idle-cpu-ts: idle-cpu-ts with a file.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Running, Scenario } from '../scenario.js';
import { running } from './pairs.js';

/** What opening leaves to do, as collecting its garbage, is over by then, in ms. */
const SETTLE_MS = 500;

async function idling(bench: Bench, driver: Driver, endpoints = 1): Promise<Running> {
  return running([driver], async () => {
    await driver.command(`open master ${bench.name()}`);
    const others = Array.from({ length: endpoints - 1 }, () => bench.name());
    if (others.length > 0) await driver.command(`open-others ${others.join(' ')}`);
    await sleep(SETTLE_MS);
    const startMs = performance.now();
    const before = await driver.figure('cpu');
    await sleep(bench.amounts.idleMs);
    const spentUs = (await driver.figure('cpu')) - before;
    const tookMs = performance.now() - startMs;
    await driver.command('close');
    return { value: spentUs / 10 / tookMs };
  });
}

export const idleCpu: Scenario[] = [
  {
    id: 'idle-cpu-ts',
    group: 'idle-cpu',
    unit: '% of a core',
    sleeps: true,
    start: (bench) => idling(bench, bench.node()),
  },
  {
    id: 'idle-cpu-c',
    group: 'idle-cpu',
    unit: '% of a core',
    sleeps: true,
    start: (bench) => idling(bench, bench.native()),
  },
  {
    id: 'posix-idle-cpu-ts',
    group: 'idle-cpu',
    unit: '% of a core',
    sleeps: true,
    start: (bench) => idling(bench, bench.node(undefined, 'posix')),
  },
  {
    id: 'idle-cpu-200-ts',
    group: 'idle-cpu',
    unit: '% of a core',
    sleeps: true,
    start: (bench) => idling(bench, bench.node(), 200),
  },
];
