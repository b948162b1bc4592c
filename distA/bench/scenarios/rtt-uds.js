import { piping } from './piping.js';
export const rttUds = {
    id: 'rtt-64-uds',
    group: 'rtt-64',
    unit: 'ns',
    start: (bench) => piping(bench, 'uds'),
};
//# sourceMappingURL=rtt-uds.js.map