/*
 * rtt-64-uds: two Node processes over a Unix domain socket (node:net), 64 bytes there and back, one trip at a time,
 * each timed on its own. What a Node user picks without shared memory. Pinned as rtt-64-ts.
 */
import type { Scenario } from '../scenario.js';
import { piping } from './piping.js';

export const rttUds: Scenario = {
  id: 'rtt-64-uds',
  group: 'rtt-64',
  unit: 'ns',
  start: (bench) => piping(bench, 'uds'),
};
