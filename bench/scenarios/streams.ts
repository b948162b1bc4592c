/*
 * stream-100hz-*, stream-1khz-*, stream-5khz-*: a C++ process writes 64 bytes at that pace, each message up to a tenth of the
 * period early or late, sleeping in between; another process reads: `-ts` with `for await` (wake: 'balanced'), `-ts-sync`
 * with `readSync` (idle: 'adaptive'), `-ts-busy` as `-ts` in a process whose event loop has 30 % of other work, `-c` with the
 * library's blocking `eshm_read_ex`, `-observe` with `Eshm.observe` and `-record` with a recorder, as `eshm record` has one:
 * both look on while nobody reads. The latency runs from just before the write to the line after the read, both clocks
 * CLOCK_MONOTONIC; the row's figure is its median. Beside each row, of the same run: `-late`, the share of the messages
 * read that came later than a millisecond; `-cpu`, the CPU time of the reading process, user and system (getrusage), with
 * its heartbeat, a share of one core; `-read`, the share of the messages that were read. Nothing is pinned.
 * stream-5khz-* last half as long. posix-stream-1khz-*: the same over files, for half as long too. Writers of another kind:
 * jittery.ts.
 */
import { createRequire } from 'node:module';
import type { ShmKind } from '../../lib/store/index.js';
import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import { rowName, type Scenario } from '../scenario.js';
import { countWithin, type Pace, steady, writing } from './paces.js';
import { connected } from './pairs.js';
import { SharedRun } from './shared-run.js';
import { follow, SILENCE_MS, type StreamFigure, streamRows } from './stream-rows.js';

const PACES = { '100hz': 100, '1khz': 1000, '5khz': 5000 } as const;

/** From so many messages a second on half of the time has messages enough. */
const MANY_PER_SECOND = 2000;

/** Who reads, and how. */
export interface Reader {
  readonly driver: (bench: Bench, shm: ShmKind) => Driver;
  /** What is opened. */
  readonly as: 'slave' | 'observer' | 'recorder';
  /** Options of what is opened. */
  readonly options: (bench: Bench) => string;
  /** What is told it, and what beyond count and silence. */
  readonly following: string;
  readonly how: string;
}

const inNode = (bench: Bench, shm: ShmKind) => bench.node(undefined, shm);

const READS = { as: 'slave', options: () => '', following: 'follow' } as const;
const LOOKS = { driver: inNode, following: 'watch', how: '' } as const;

export const READERS = {
  ts: { ...READS, driver: inNode, how: 'balanced' },
  'ts-sync': { ...READS, driver: inNode, options: () => 'atomics adaptive', how: 'sync' },
  'ts-busy': { ...READS, driver: inNode, how: 'balanced busy' },
  c: { ...READS, driver: (bench, shm) => bench.native(undefined, shm), how: '' },
  observe: { ...LOOKS, as: 'observer', options: () => '' },
  record: { ...LOOKS, as: 'recorder', options: (bench) => bench.path('mcap') },
} as const satisfies Record<string, Reader>;

/** The run of one writer and one reader of it. */
export function streamRun(pace: Pace, reader: Reader, shm: ShmKind = 'system-v'): SharedRun<StreamFigure> {
  const { driver, as, options, following, how } = reader;
  return new SharedRun(
    (bench) => [bench.native(undefined, shm), driver(bench, shm)],
    (bench, [writer, reading]) => {
      const half = shm === 'posix' || pace.perSecond >= MANY_PER_SECOND;
      const count = countWithin(pace, bench.amounts.streamMs / (half ? 2 : 1));
      return connected(
        bench,
        writer!,
        reading!,
        '',
        () =>
          follow(reading!, count, `${following} ${count} ${SILENCE_MS} ${how}`, () =>
            writer!.command(writing(pace, count)),
          ),
        options(bench),
        as,
      );
    },
  );
}

function rowsOf(pace: keyof typeof PACES, name: keyof typeof READERS, shm: ShmKind): Scenario[] {
  const reader: Reader = READERS[name];
  const isRecorder = reader.as === 'recorder';
  return streamRows(
    streamRun(steady(PACES[pace]), reader, shm),
    {
      id: rowName(`stream-${pace}-${name}`, shm),
      group: rowName(`stream-${pace}`, shm),
      ...(isRecorder ? { missing: missingMcap } : {}),
    },
    // When a recorder has seen a message it does not say.
    !isRecorder,
  );
}

/** Why nothing can be recorded here. */
async function missingMcap(): Promise<string | undefined> {
  try {
    createRequire(import.meta.url).resolve('@mcap/core');
    return undefined;
  } catch {
    return 'install @mcap/core';
  }
}

export const streams: Scenario[] = (['100hz', '1khz', '5khz'] as const).flatMap((pace) =>
  (Object.keys(READERS) as (keyof typeof READERS)[])
    // What other work and `readSync` cost is shown at one pace.
    .filter((reader) => pace === '1khz' || reader === 'ts' || reader === 'c')
    .flatMap((reader) => rowsOf(pace, reader, 'system-v')),
);

export const posixStreams: Scenario[] = (['ts', 'c'] as const).flatMap((reader) =>
  rowsOf('1khz', reader, 'posix'),
);
