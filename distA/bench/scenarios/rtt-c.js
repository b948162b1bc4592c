import { median } from '../statistics.js';
import { connected, PAUSE_US, running } from './pairs.js';
export const rttC = {
    id: 'rtt-64-c',
    group: 'rtt-64',
    unit: 'ns',
    start: async (bench) => {
        const [ping, echo] = [bench.native(bench.cores?.[0]), bench.native(bench.cores?.[1])];
        return running([ping, echo], () => connected(bench, ping, echo, '', async () => {
            const { slowTrips } = bench.amounts;
            const [samplesNs] = await Promise.all([
                ping.figures(`lib-ping 64 ${slowTrips} ${PAUSE_US}`),
                echo.command(`lib-echo ${slowTrips}`),
            ]);
            return { value: median(samplesNs), samplesNs };
        }));
    },
};
//# sourceMappingURL=rtt-c.js.map