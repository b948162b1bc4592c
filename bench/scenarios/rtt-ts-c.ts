/*
 * rtt-64-ts-c: a Node process drives, spinning with `tryReadInto`; a C++ process echoes with the library's own reads.
 * Each trip is timed on its own; a message that the library missed is sent again after 20 ms, as for rtt-64-c, and the
 * pauses are the same. Pinned
 * as rtt-64-ts.
 */
import type { ShmKind } from '../../lib/store/index.js';
import { rowName, type Scenario } from '../scenario.js';
import { connected, PAUSE_US, running, timedRound } from './pairs.js';

export const rttTsC = (shm: ShmKind): Scenario => ({
  id: rowName('rtt-64-ts-c', shm),
  group: rowName('rtt-64', shm),
  unit: 'ns',
  start: async (bench) => {
    const { slowTrips } = bench.amounts;
    const [ping, echo] = [bench.node(bench.cores?.[0], shm), bench.native(bench.cores?.[1], shm)];
    return running([ping, echo], () =>
      connected(bench, ping, echo, '', () =>
        timedRound(ping, `careful-ping 64 ${slowTrips} ${PAUSE_US}`, echo, `lib-echo ${slowTrips}`),
      ),
    );
  },
});
