/*
 * rtt-64-floor: two C++ processes hand one 32-bit word on one cache line back and forth, with plain ordered stores and
 * no protocol: what the machine itself takes to carry a cache line there and back. Cores, batches and percentiles as
 * rtt-64-ts. The id says 64 because it is the floor under the round trips of 64 bytes.
 */
import type { Scenario } from '../scenario.js';
import { median } from '../statistics.js';
import { connected, running } from './pairs.js';

export const rttFloor: Scenario = {
  id: 'rtt-64-floor',
  group: 'rtt-64',
  unit: 'ns',
  spins: true,
  start: async (bench) => {
    const [ping, echo] = [bench.native(bench.cores?.[0]), bench.native(bench.cores?.[1])];
    const { trips, tripBatches, timedTrips } = bench.amounts;
    const bounce = async (batch: number, batches: number) => {
      const [figures] = await Promise.all([
        ping.figures(`floor-ping ${batch} ${batches}`),
        echo.command(`floor-echo ${batch * batches}`),
      ]);
      return figures;
    };
    return running([ping, echo], () =>
      connected(bench, ping, echo, '', async () => {
        const [, ...batches] = await bounce(trips, tripBatches + 1);
        return { value: median(batches), samplesNs: await bounce(1, timedTrips) };
      }),
    );
  },
};
