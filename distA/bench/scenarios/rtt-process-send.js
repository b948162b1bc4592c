import { piping } from './piping.js';
export const rttProcessSend = {
    id: 'rtt-64-process-send',
    group: 'rtt-64',
    unit: 'ns',
    start: (bench) => piping(bench, 'process-send'),
};
//# sourceMappingURL=rtt-process-send.js.map