import { median } from '../statistics.js';
import { connected, PAUSE_US, running } from './pairs.js';
export const rttTsC = {
    id: 'rtt-64-ts-c',
    group: 'rtt-64',
    unit: 'ns',
    start: async (bench) => {
        const [ping, echo] = [bench.node(bench.cores?.[0]), bench.native(bench.cores?.[1])];
        return running([ping, echo], () => connected(bench, ping, echo, '', async () => {
            const { slowTrips } = bench.amounts;
            const [samplesNs] = await Promise.all([
                ping.figures(`careful-ping 64 ${slowTrips} ${PAUSE_US}`),
                echo.command(`lib-echo ${slowTrips}`),
            ]);
            return { value: median(samplesNs), samplesNs };
        }));
    },
};
//# sourceMappingURL=rtt-ts-c.js.map