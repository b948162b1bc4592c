import { median } from '../statistics.js';
import { connected, running } from './pairs.js';
const PERIOD_NS = 1_000_000;
const TIMEOUT_MS = 100;
async function sending(bench, sender) {
    const reader = bench.node(bench.cores?.[1]);
    return running([sender, reader], () => connected(bench, sender, reader, '', async () => {
        const { pacedMessages } = bench.amounts;
        const [samplesNs] = await Promise.all([
            reader.figures(`collect ${pacedMessages} ${TIMEOUT_MS}`),
            sender.command(`paced ${pacedMessages} ${PERIOD_NS}`),
        ]);
        return { value: median(samplesNs), samplesNs };
    }));
}
export const oneWay = [
    {
        id: 'oneway-1khz-ts',
        group: 'oneway',
        unit: 'ns',
        start: (bench) => sending(bench, bench.node(bench.cores?.[0])),
    },
    {
        id: 'oneway-1khz-c-ts',
        group: 'oneway',
        unit: 'ns',
        start: (bench) => sending(bench, bench.native(bench.cores?.[0])),
    },
];
//# sourceMappingURL=one-way.js.map