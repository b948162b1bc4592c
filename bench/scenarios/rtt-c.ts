/*
 * rtt-64-c: what the C library itself delivers. Two C++ processes, `eshm_write` and `eshm_read_ex` on both sides, so
 * both wait as the library does. Each trip is timed on its own. A message that fell between two reads of the other end
 * (the original counts from the start of each read) is sent again after 20 ms and its trip takes that long. Before
 * each trip a random pause, so that trips meet all phases of the library's sleep. Pinned as rtt-64-ts.
 */
import type { ShmKind } from '../../lib/store/index.js';
import { rowName, type Scenario } from '../scenario.js';
import { connected, PAUSE_US, running, timedRound } from './pairs.js';

export const rttC = (shm: ShmKind): Scenario => ({
  id: rowName('rtt-64-c', shm),
  group: rowName('rtt-64', shm),
  unit: 'ns',
  start: async (bench) => {
    const { slowTrips } = bench.amounts;
    const [ping, echo] = [bench.native(bench.cores?.[0], shm), bench.native(bench.cores?.[1], shm)];
    return running([ping, echo], () =>
      connected(bench, ping, echo, '', () =>
        timedRound(ping, `lib-ping 64 ${slowTrips} ${PAUSE_US}`, echo, `lib-echo ${slowTrips}`),
      ),
    );
  },
});
