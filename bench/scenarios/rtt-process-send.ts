/*
 * rtt-64-process-send: a Node process and one that it forked, over `process.send` with `serialization: 'advanced'`
 * (structured clone, a Buffer of 64 bytes there and back), each trip timed on its own. Pinned as rtt-64-ts.
 */
import type { Scenario } from '../scenario.js';
import { piping } from './piping.js';

export const rttProcessSend: Scenario = {
  id: 'rtt-64-process-send',
  group: 'rtt-64',
  unit: 'ns',
  start: (bench) => piping(bench, 'process-send'),
};
