import { connected, running, spinningRound } from './pairs.js';
export const rttNative = {
    id: 'rtt-64-native',
    group: 'rtt-64',
    unit: 'ns',
    spins: true,
    start: async (bench) => {
        const [ping, echo] = [bench.native(bench.cores?.[0]), bench.native(bench.cores?.[1])];
        return running([ping, echo], () => connected(bench, ping, echo, '', () => spinningRound(bench, ping, echo, 64)));
    },
};
//# sourceMappingURL=rtt-native.js.map