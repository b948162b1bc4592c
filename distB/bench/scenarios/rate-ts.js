import { connected, running } from './pairs.js';
export const rateTs = {
    id: 'rate-64-ts',
    group: 'rate',
    unit: 'msg/s',
    spins: true,
    start: async (bench) => {
        const [sender, reader] = [bench.node(bench.cores?.[0]), bench.node(bench.cores?.[1])];
        return running([sender, reader], () => connected(bench, sender, reader, '', async () => {
            const { streamed } = bench.amounts;
            const [value] = await Promise.all([
                sender.figure(`stream ${streamed}`),
                reader.command(`drain ${streamed}`),
            ]);
            return { value };
        }));
    },
};
//# sourceMappingURL=rate-ts.js.map