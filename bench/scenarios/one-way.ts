/*
 * oneway-1khz-ts, oneway-1khz-c-ts: a message of 64 bytes each millisecond, from a Node or a C++ process to a Node
 * process that spins with `tryReadInto`. The sender puts the intended time of each message into it, sleeps until
 * 0.4 ms before and spins the rest; the latency runs from the intended time, so that a late sender counts too (no
 * coordinated omission), to the moment when the reader has it. Both clocks are CLOCK_MONOTONIC. The figure is the
 * median. Sender and reader on the cores of rtt-64-ts.
 */
import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Running, Scenario } from '../scenario.js';
import { median } from '../statistics.js';
import { connected, running } from './pairs.js';

const PERIOD_NS = 1_000_000;
const TIMEOUT_MS = 100;

async function sending(bench: Bench, sender: Driver): Promise<Running> {
  const reader = bench.node(bench.cores?.[1]);
  return running([sender, reader], () =>
    connected(bench, sender, reader, '', async () => {
      const { pacedMessages } = bench.amounts;
      const [samplesNs] = await Promise.all([
        reader.figures(`collect ${pacedMessages} ${TIMEOUT_MS}`),
        sender.command(`paced ${pacedMessages} ${PERIOD_NS}`),
      ]);
      return { value: median(samplesNs), samplesNs };
    }),
  );
}

export const oneWay: Scenario[] = [
  {
    id: 'oneway-1khz-ts',
    group: 'oneway',
    unit: 'ns',
    start: (bench) => sending(bench, bench.node(bench.cores?.[0])),
  },
  {
    id: 'oneway-1khz-c-ts',
    group: 'oneway',
    unit: 'ns',
    start: (bench) => sending(bench, bench.native(bench.cores?.[0])),
  },
];
