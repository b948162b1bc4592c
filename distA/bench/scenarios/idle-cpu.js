/*
 * idle-cpu-ts, idle-cpu-c: one process with one open endpoint, a master without a slave, that does nothing else. The
 * CPU time of the whole process, user and system (getrusage), over the time for which it was left alone; a share of
 * one core. Not pinned.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { running } from './pairs.js';
async function idling(bench, driver) {
    return running([driver], async () => {
        await driver.command(`open master ${bench.name()}`);
        const startMs = performance.now();
        const before = await driver.figure('cpu');
        await sleep(bench.amounts.idleMs);
        const spentUs = (await driver.figure('cpu')) - before;
        const tookMs = performance.now() - startMs;
        await driver.command('close');
        return { value: spentUs / 10 / tookMs };
    });
}
export const idleCpu = [
    {
        id: 'idle-cpu-ts',
        group: 'idle-cpu',
        unit: '% of a core',
        start: (bench) => idling(bench, bench.node()),
    },
    {
        id: 'idle-cpu-c',
        group: 'idle-cpu',
        unit: '% of a core',
        start: (bench) => idling(bench, bench.native()),
    },
];
//# sourceMappingURL=idle-cpu.js.map