import { piping } from './piping.js';
export const rttZeromq = {
    id: 'rtt-64-zeromq',
    group: 'rtt-64',
    unit: 'ns',
    missing: async () => {
        try {
            import.meta.resolve('zeromq');
            return undefined;
        }
        catch {
            return 'zeromq is not installed; npm i --no-save --ignore-scripts zeromq@6.8.0';
        }
    },
    start: (bench) => piping(bench, 'zeromq'),
};
//# sourceMappingURL=rtt-zeromq.js.map