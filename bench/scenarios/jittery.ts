/*
 * Readers of writers that are no timers, with the figures of streams.ts: `-ts` with `for await` (wake: 'balanced'), `-c` with
 * the library's blocking `eshm_read_ex`. stream-1khz-* has a jitter of a tenth of the period.
 *
 * stream-jitter50-*: 1000 messages a second, each up to half of the period early or late: two may come at once, of which
 * nobody reads both.
 * stream-bursts-*: bursts of ten messages, 0.2 ms apart, one each 10 ms.
 * stream-changing-*: the pace changes every second: 1000 messages a second, 500, 1500. A run takes three seconds at least.
 * stream-two-*: one process reads two channels, of 1000 messages a second and of 300, each of a writer of its own: `-ts` in
 * one thread, `-c` in a thread for each. The figures are of both together.
 *
 * They take their time and are left out of --quick, unless --only names them.
 */
import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Scenario } from '../scenario.js';
import { bursts, changing, countWithin, type Pace, steady, writing } from './paces.js';
import { connected } from './pairs.js';
import { SharedRun } from './shared-run.js';
import { follow, SILENCE_MS, type StreamFigure, streamRows } from './stream-rows.js';
import { READERS, type Reader, streamRun } from './streams.js';

const WRITERS: Readonly<Record<string, Pace>> = { jitter50: steady(1000, 0.5), bursts, changing };

const [FAST, SLOW] = [steady(1000), steady(300)];

/** The run of a reader of two channels. */
function twoRun({ driver, how }: Reader): SharedRun<StreamFigure> {
  return new SharedRun(
    (bench) => [bench.native(), bench.native(), driver(bench, 'system-v')],
    (bench, [fast, slow, reader]) =>
      connected(bench, fast!, reader!, '', () => readBoth(bench, fast!, slow!, reader!, how)),
  );
}

/** Of the channel that `fast` and `reader` have open, and of one more. */
async function readBoth(bench: Bench, fast: Driver, slow: Driver, reader: Driver, how: string) {
  const { streamMs } = bench.amounts;
  const [many, few] = [countWithin(FAST, streamMs), countWithin(SLOW, streamMs)];
  const name = bench.name();
  try {
    await slow.command(`open master ${name}`);
    await reader.command(`open-beside ${name}`);
    return await follow(reader, many + few, `follow-both ${many} ${SILENCE_MS} ${few} ${how}`, () =>
      Promise.all([fast.command(writing(FAST, many)), slow.command(writing(SLOW, few))]),
    );
  } finally {
    await slow.command('close').catch(() => {});
  }
}

export const jittery: readonly Scenario[] = [
  ...Object.entries(WRITERS).map(([name, pace]) => ({
    name,
    runOf: (reader: Reader) => streamRun(pace, reader),
  })),
  { name: 'two', runOf: twoRun },
].flatMap(({ name, runOf }) =>
  (['ts', 'c'] as const).flatMap((reader) =>
    streamRows(runOf(READERS[reader]), {
      id: `stream-${name}-${reader}`,
      group: `stream-${name}`,
      fullOnly: true,
    }),
  ),
);
