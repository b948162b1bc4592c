import { median } from '../statistics.js';
import { running } from './pairs.js';
async function opening(bench, driver) {
    return running([driver], async () => {
        const [, ...times] = await driver.figures(`opens ${bench.amounts.opens + 1} ${bench.name()}`);
        return { value: median(times) };
    });
}
export const open = [
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
            stop: async () => { },
        }),
    },
    { id: 'open-ts', group: 'open', unit: 'ms', start: (bench) => opening(bench, bench.node()) },
    { id: 'open-c', group: 'open', unit: 'ms', start: (bench) => opening(bench, bench.native()) },
];
//# sourceMappingURL=open.js.map