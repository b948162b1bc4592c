/*
 * rtt-64-ts-async: two Node processes, `await read()` on both sides, 64 bytes there and back, one trip at a time, each
 * timed on its own: what a program pays that leaves its event loop free. As many trips, timed alike and on the same
 * cores as rtt-64-uds, whose two ends wait on their event loops too.
 */
import type { Scenario } from '../scenario.js';
import { connected, running, timedRound } from './pairs.js';

export const rttTsAsync: Scenario = {
  id: 'rtt-64-ts-async',
  group: 'rtt-64',
  unit: 'ns',
  start: async (bench) => {
    const { slowTrips } = bench.amounts;
    const [ping, echo] = [bench.node(bench.cores?.[0]), bench.node(bench.cores?.[1])];
    return running([ping, echo], () =>
      connected(bench, ping, echo, '', () =>
        timedRound(ping, `awaited-ping 64 ${slowTrips}`, echo, `awaited-echo ${slowTrips}`),
      ),
    );
  },
};
