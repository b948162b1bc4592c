/*
 * rtt-64-c-observed: as rtt-64-c, while a third process observes the channel (`Eshm.observe`, both directions): whether
 * two C++ programs can tell that somebody looks on. The observer is not pinned.
 */
import type { Scenario } from '../scenario.js';
import { connected, PAUSE_US, running, timedRound } from './pairs.js';

export const rttCObserved: Scenario = {
  id: 'rtt-64-c-observed',
  group: 'rtt-64',
  unit: 'ns',
  start: async (bench) => {
    const { slowTrips } = bench.amounts;
    const [ping, echo] = [bench.native(bench.cores?.[0]), bench.native(bench.cores?.[1])];
    const observer = bench.node();
    return running([ping, echo, observer], () =>
      connected(bench, ping, echo, '', async (name) => {
        await observer.command(`open observer ${name}`);
        const round = await timedRound(
          ping,
          `lib-ping 64 ${slowTrips} ${PAUSE_US}`,
          echo,
          `lib-echo ${slowTrips}`,
        );
        const seen = await observer.figure('watched');
        await observer.command('close');
        // It must have looked: a message each way of each trip, less what came before it was there or had a core.
        if (seen < slowTrips / 5) throw new Error(`the observer saw ${seen} messages of ${2 * slowTrips}`);
        return round;
      }),
    );
  },
};
