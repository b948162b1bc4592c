/*
 * rtt-64-zeromq: two Node processes with a PAIR socket each over ipc://, 64 bytes there and back, each trip timed on
 * its own. zeromq is not among the dependencies (41 MB); the row is left out where it is not installed. Pinned as
 * rtt-64-ts.
 */
import type { Scenario } from '../scenario.js';
import { piping } from './piping.js';

export const rttZeromq: Scenario = {
  id: 'rtt-64-zeromq',
  group: 'rtt-64',
  unit: 'ns',
  missing: async () => {
    try {
      import.meta.resolve('zeromq');
      return undefined;
    } catch {
      return 'zeromq is not installed; npm i --no-save --ignore-scripts zeromq@6.8.0';
    }
  },
  start: (bench) => piping(bench, 'zeromq'),
};
