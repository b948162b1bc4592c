/*
 * Round trips: a message there and back between two processes, one trip at a time, one process on each of two cores
 * (taskset). Where both spin, the figure is the time of 100 trips over 100, and the percentiles are of trips timed singly,
 * one look at the clock each; else each trip is timed on its own.
 *
 * rtt-SIZE-ts, rtt-SIZE-ts-plain: two Node processes. One writes and spins with `tryReadInto` until the answer is there;
 * the other spins and writes back what it read.
 * rtt-64-native: two C++ processes with the library's handles open (so its heartbeats run, as ours do), that write and
 * spin on the same segment with the layout and the barriers of the original (test/peers/cpp/channel.hpp) instead of its
 * sleeping reads: the best that a native program could do with them.
 * rtt-64-floor: two C++ processes hand one 32-bit word on one cache line back and forth, with plain ordered stores and no
 * protocol: what the machine itself takes to carry a cache line there and back. The id says 64 because it is the floor
 * under the round trips of 64 bytes.
 * rtt-64-c: what the C library itself delivers. `eshm_write` and `eshm_read_ex` on both sides, so both wait as the library
 * does. A message that fell between two reads of the other end (the original counts from the start of each read) is sent
 * again after 20 ms and its trip takes that long. Before each trip a random pause, so that trips meet all phases of the
 * library's sleep.
 * rtt-64-ts-c: a Node process drives, spinning with `tryReadInto`; a C++ process echoes with the library's own reads.
 * Messages that are missed, and pauses, as for rtt-64-c.
 * rtt-64-ts-py: a Node process drives, spinning; a Python process echoes through the wrapper over the same library. Python
 * takes some microseconds from its write to its next read, and the original's read counts from its own start: an answer
 * that comes at once would be missed each time. So the driver waits 0.5 to 1 ms before each trip, which is not part of it.
 * rtt-64-ts-async: two Node processes, `await read()` on both sides: what a program pays that leaves its event loop free.
 */
import type { ShmKind } from '../../lib/store/index.js';
import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import { type Round, rowName, type Scenario, SIZES } from '../scenario.js';
import { median } from '../statistics.js';
import { connected, PAUSE_US, running, spinningRound, timedRound } from './pairs.js';

const PYTHON_PAUSE_US = 500;

/** Longer than any pause of the driver, for the read that ends the echo. */
const ECHO_TIMEOUT_MS = 300;

type Language = 'node' | 'native' | 'python';
type MakeRound = (bench: Bench, ping: Driver, echo: Driver) => Promise<Round>;

/** What tells one row from another. */
interface RoundTrip {
  /** Without the kind of memory. */
  readonly id: string;
  /** Who asks, and who answers. */
  readonly between: readonly [ping: Language, echo: Language];
  readonly round: MakeRound;
  readonly size?: number;
  readonly shm?: ShmKind;
  readonly order?: string;
  readonly spins?: boolean;
}

/** A row of the table. */
export function roundTrip({
  id,
  between: [ping, echo],
  round,
  size = 64,
  shm = 'system-v',
  order = '',
  spins = false,
}: RoundTrip): Scenario {
  return {
    id: rowName(id, shm),
    group: rowName(`rtt-${size}`, shm),
    unit: 'ns',
    ...(spins && { spins }),
    ...(echo === 'python' && { missing: (bench: Bench) => bench.lacks(['python']) }),
    start: async (bench) => {
      const ends = [bench[ping](bench.cores?.[0], shm), bench[echo](bench.cores?.[1], shm)] as const;
      return running(ends, () => connected(bench, ...ends, order, () => round(bench, ...ends)));
    },
  };
}

/** Both spin; `share` as `spinningRound` takes it. */
export const spinning =
  (size: number, share?: number): MakeRound =>
  (bench, ping, echo) =>
    spinningRound(bench, ping, echo, size, share);

const timed =
  (pinging: (trips: number) => string, echoing: (trips: number) => string): MakeRound =>
  ({ amounts: { slowTrips } }, ping, echo) =>
    timedRound(ping, pinging(slowTrips), echo, echoing(slowTrips));

const bouncing: MakeRound = async ({ amounts: { trips, tripBatches, timedTrips } }, ping, echo) => {
  const bounce = async (batch: number, batches: number) => {
    const [figures] = await Promise.all([
      ping.figures(`floor-ping ${batch} ${batches}`),
      echo.command(`floor-echo ${batch * batches}`),
    ]);
    return figures;
  };
  const [, ...batches] = await bounce(trips, tripBatches + 1);
  return { value: median(batches), samplesNs: await bounce(1, timedTrips) };
};

const withPython: MakeRound = async ({ amounts: { slowTrips } }, ping, echo) => {
  // It ends with a timeout: a message that was sent twice may be answered twice.
  const echoing = echo.command(`echo ${slowTrips * 100} ${ECHO_TIMEOUT_MS}`).catch(() => {});
  const samplesNs = await ping.figures(`careful-ping 64 ${slowTrips} ${PYTHON_PAUSE_US}`);
  await echoing;
  return { value: median(samplesNs), samplesNs };
};

/** The rows in which both ends have a channel with the library of C++, in either kind of memory. */
export const withLibrary = (shm: ShmKind): Record<'c' | 'tsC', Scenario> => {
  const echoing = (trips: number) => `lib-echo ${trips}`;
  return {
    c: roundTrip({
      id: 'rtt-64-c',
      between: ['native', 'native'],
      round: timed((trips) => `lib-ping 64 ${trips} ${PAUSE_US}`, echoing),
      shm,
    }),
    tsC: roundTrip({
      id: 'rtt-64-ts-c',
      between: ['node', 'native'],
      round: timed((trips) => `careful-ping 64 ${trips} ${PAUSE_US}`, echoing),
      shm,
    }),
  };
};

const bySize = SIZES.flatMap((size) =>
  (['atomics', 'plain'] as const).map((order) =>
    roundTrip({
      id: order === 'plain' ? `rtt-${size}-ts-plain` : `rtt-${size}-ts`,
      between: ['node', 'node'],
      round: spinning(size),
      size,
      order,
      spins: true,
    }),
  ),
);

/** The rows between processes with channels in segments, in the order of the table; those of `observed` among them. */
export const roundTrips = (observed: Scenario): readonly Scenario[] => {
  const { c, tsC } = withLibrary('system-v');
  return [
    ...bySize,
    roundTrip({ id: 'rtt-64-native', between: ['native', 'native'], round: spinning(64), spins: true }),
    roundTrip({ id: 'rtt-64-floor', between: ['native', 'native'], round: bouncing, spins: true }),
    c,
    observed,
    tsC,
    roundTrip({ id: 'rtt-64-ts-py', between: ['node', 'python'], round: withPython }),
    roundTrip({
      id: 'rtt-64-ts-async',
      between: ['node', 'node'],
      round: timed(
        (trips) => `awaited-ping 64 ${trips}`,
        (trips) => `awaited-echo ${trips}`,
      ),
    }),
  ];
};
