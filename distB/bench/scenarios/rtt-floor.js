import { median } from '../statistics.js';
import { connected, running } from './pairs.js';
export const rttFloor = {
    id: 'rtt-64-floor',
    group: 'rtt-64',
    unit: 'ns',
    spins: true,
    start: async (bench) => {
        const [ping, echo] = [bench.native(bench.cores?.[0]), bench.native(bench.cores?.[1])];
        const { trips, tripBatches, timedTrips } = bench.amounts;
        const bounce = async (batch, batches) => {
            const [figures] = await Promise.all([
                ping.figures(`floor-ping ${batch} ${batches}`),
                echo.command(`floor-echo ${batch * batches}`),
            ]);
            return figures;
        };
        return running([ping, echo], () => connected(bench, ping, echo, '', async () => {
            const [, ...batches] = await bounce(trips, tripBatches + 1);
            return { value: median(batches), samplesNs: await bounce(1, timedTrips) };
        }));
    },
};
//# sourceMappingURL=rtt-floor.js.map