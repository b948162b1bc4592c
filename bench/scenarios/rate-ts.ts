/*
 * rate-64-ts: how many messages of 64 bytes a second get across when none may be lost. Two Node processes: the sender
 * writes the next message once `stats()` says that the one before was read (`m2sReadCount`), spinning; the reader
 * spins with `tryReadInto` and fails the run when a message was missed. Cores as rtt-64-ts.
 */
import type { Scenario } from '../scenario.js';
import { connected, running } from './pairs.js';

export const rateTs: Scenario = {
  id: 'rate-64-ts',
  group: 'rate',
  unit: 'msg/s',
  spins: true,
  start: async (bench) => {
    const [sender, reader] = [bench.node(bench.cores?.[0]), bench.node(bench.cores?.[1])];
    return running([sender, reader], () =>
      connected(bench, sender, reader, '', async () => {
        const { streamed } = bench.amounts;
        const [value] = await Promise.all([
          sender.figure(`stream ${streamed}`),
          reader.command(`drain ${streamed}`),
        ]);
        return { value };
      }),
    );
  },
};
