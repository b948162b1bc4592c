/*
 * rtt-64-native: two C++ processes with the library's handles open (so its heartbeats run, as ours do), that write and
 * spin on the same segment with the layout and the barriers of the original (test/peers/cpp/channel.hpp) instead of
 * its sleeping reads: the best that a native program could do with them. Cores, batches and percentiles as rtt-64-ts.
 */
import type { Scenario } from '../scenario.js';
import { connected, running, spinningRound } from './pairs.js';

export const rttNative: Scenario = {
  id: 'rtt-64-native',
  group: 'rtt-64',
  unit: 'ns',
  spins: true,
  start: async (bench) => {
    const [ping, echo] = [bench.native(bench.cores?.[0]), bench.native(bench.cores?.[1])];
    return running([ping, echo], () =>
      connected(bench, ping, echo, '', () => spinningRound(bench, ping, echo, 64)),
    );
  },
};
