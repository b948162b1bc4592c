/*
 * Channels in files (`shm: 'posix'`), where a load or a store is a system call.
 *
 * posix-write-64-ts: as write-64-ts, a hundredth of the writes. posix-rtt-64-ts: as rtt-64-ts, a fiftieth of the trips;
 * it does not matter for them how far the cores are apart. posix-rtt-64-ts-c, posix-rtt-64-c: as rtt-64-ts-c and rtt-64-c,
 * in which the library's own reader and writer are called as its users call them. posix-stream-1khz-ts, -c: streams.ts.
 * posix-idle-cpu-ts: idle-cpu.ts.
 *
 * posix-flatout-read: messages a second that a Node process reads, spinning with `tryReadInto`, of a C++ process that calls
 * `eshm_write` with 64 bytes without a pause, from the first to the last that is written; a message that is torn or older
 * than the one before fails the round. Cores as rtt-64-ts.
 */
import type { Scenario } from '../scenario.js';
import { connected, running } from './pairs.js';
import { roundTrip, spinning, withLibrary } from './round-trips.js';
import { posixStreams } from './streams.js';
import { writing } from './writing.js';

/** Of what write-64-ts and rtt-64-ts do: each of these is some system calls. */
const WRITES_SHARE = 1 / 100;
const TRIPS_SHARE = 1 / 50;

const write: Scenario = {
  id: 'posix-write-64-ts',
  group: 'posix-write-64',
  unit: 'ns',
  start: (bench) => writing(bench, bench.node(undefined, 'posix'), 64, '', WRITES_SHARE),
};

const flatOut: Scenario = {
  id: 'posix-flatout-read',
  group: 'posix-flatout',
  unit: 'msg/s',
  start: async (bench) => {
    const [writer, reader] = [bench.native(bench.cores?.[0], 'posix'), bench.node(bench.cores?.[1], 'posix')];
    return running([writer, reader], () =>
      connected(bench, writer, reader, '', async () => {
        const [value] = await Promise.all([
          reader.figure('flatout'),
          writer.command(`flood ${bench.amounts.idleMs / 2}`),
        ]);
        return { value };
      }),
    );
  },
};

export const inFiles: readonly Scenario[] = [
  write,
  roundTrip({ id: 'rtt-64-ts', between: ['node', 'node'], round: spinning(64, TRIPS_SHARE), shm: 'posix' }),
  withLibrary('posix').tsC,
  withLibrary('posix').c,
  ...posixStreams,
  flatOut,
];
