/*
 * rtt-SIZE-ts, rtt-SIZE-ts-plain: two Node processes. One writes and spins with `tryReadInto` until the answer is
 * there; the other spins and writes back what it read. One process on each of two cores (taskset), as rtt-64-native.
 * The figure is the time of 100 trips over 100; percentiles are of trips timed singly, one look at the clock each.
 */
import { SIZES } from '../scenario.js';
import { connected, running, spinningRound } from './pairs.js';
export const rttTs = SIZES.flatMap((size) => ['atomics', 'plain'].map((order) => ({
    id: order === 'plain' ? `rtt-${size}-ts-plain` : `rtt-${size}-ts`,
    group: `rtt-${size}`,
    unit: 'ns',
    spins: true,
    start: async (bench) => {
        const [ping, echo] = [bench.node(bench.cores?.[0]), bench.node(bench.cores?.[1])];
        return running([ping, echo], () => connected(bench, ping, echo, order, () => spinningRound(bench, ping, echo, size)));
    },
})));
//# sourceMappingURL=rtt-ts.js.map