/*
 * stream-100hz-*, stream-1khz-*, stream-5khz-*: a C++ process writes 64 bytes at that pace, each message up to a tenth of the
 * period early or late, sleeping in between; another process reads: `-ts` with `for await` (wake: 'balanced'), `-ts-sync`
 * with `readSync` (idle: 'adaptive'), `-ts-busy` as `-ts` in a process whose event loop has 30 % of other work, `-c` with the
 * library's blocking `eshm_read_ex`, `-observe` with `Eshm.observe` and `-record` with a recorder, as `eshm record` has one:
 * both look on while nobody reads. The latency runs from just before the write to the line after the read, both clocks
 * CLOCK_MONOTONIC; the row's figure is its median. Beside each row, of the same run: `-cpu`, the CPU time of the reading
 * process, user and system (getrusage), with its heartbeat, a share of one core; `-read`, the share of the messages that
 * were read. Nothing is pinned. posix-stream-1khz-*: the same over files, for half as long.
 */
import { createRequire } from 'node:module';
import type { ShmKind } from '../../lib/store/index.js';
import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import { type Round, type Running, rowName, type Scenario, type Unit } from '../scenario.js';
import { median } from '../statistics.js';
import { connected } from './pairs.js';

const PACES = { '100hz': 100, '1khz': 1000, '5khz': 5000 } as const;

/** A reader gives up when nothing comes for so long, in ms. */
const SILENCE_MS = 1000;

interface Reader {
  readonly driver: (bench: Bench, shm: ShmKind) => Driver;
  /** What is opened. */
  readonly as: 'slave' | 'observer' | 'recorder';
  /** Options of what is opened. */
  readonly options: (bench: Bench) => string;
  /** What is told it, and what beyond count and silence. */
  readonly follow: string;
  readonly how: string;
}

const inNode = (bench: Bench, shm: ShmKind) => bench.node(undefined, shm);

const READS = { as: 'slave', options: () => '', follow: 'follow' } as const;
const LOOKS = { driver: inNode, follow: 'watch', how: '' } as const;

const READERS: Readonly<Record<string, Reader>> = {
  ts: { ...READS, driver: inNode, how: 'balanced' },
  'ts-sync': { ...READS, driver: inNode, options: () => 'atomics adaptive', how: 'sync' },
  'ts-busy': { ...READS, driver: inNode, how: 'balanced busy' },
  c: { ...READS, driver: (bench, shm) => bench.native(undefined, shm), how: '' },
  observe: { ...LOOKS, as: 'observer', options: () => '' },
  record: { ...LOOKS, as: 'recorder', options: (bench) => bench.path('mcap') },
};

/** What one run of a stream showed. */
type Figures = Readonly<Record<'delay' | 'cpu' | 'read', Round>>;

/** One stream and its reader, which several rows are about: each run serves every row once. */
class Stream {
  readonly #perSecond: number;
  readonly #reader: Reader;
  readonly #shm: ShmKind;
  #processes: readonly [Driver, Driver] | undefined;
  #rows = 0;
  readonly #waiting = new Map<keyof Figures, Round[]>();

  constructor(perSecond: number, reader: Reader, shm: ShmKind) {
    this.#perSecond = perSecond;
    this.#reader = reader;
    this.#shm = shm;
  }

  /** One row of it. */
  start(bench: Bench, figure: keyof Figures): Running {
    this.#processes ??= [bench.native(undefined, this.#shm), this.#reader.driver(bench, this.#shm)];
    this.#rows++;
    const waiting: Round[] = [];
    this.#waiting.set(figure, waiting);
    return {
      round: async () => {
        if (waiting.length === 0) {
          const figures = await this.#run(bench);
          for (const [each, rounds] of this.#waiting) rounds.push(figures[each]);
        }
        return waiting.shift()!;
      },
      stop: async () => {
        if (--this.#rows > 0) return;
        await Promise.all(this.#processes!.map((driver) => driver.quit()));
        this.#processes = undefined;
      },
    };
  }

  async #run(bench: Bench): Promise<Figures> {
    const [writer, reader] = this.#processes!;
    const durationMs = bench.amounts.streamMs / (this.#shm === 'posix' ? 2 : 1);
    const count = Math.ceil((this.#perSecond * durationMs) / 1000);
    const { as, options, follow, how } = this.#reader;
    return connected(
      bench,
      writer,
      reader,
      '',
      async () => {
        const startMs = performance.now();
        const before = await reader.figure('cpu');
        const following = reader.figures(`${follow} ${count} ${SILENCE_MS} ${how}`);
        await writer.command(`jittered ${count} ${1e9 / this.#perSecond}`);
        const samplesNs = await following;
        const spentUs = (await reader.figure('cpu')) - before;
        const tookMs = performance.now() - startMs;
        return {
          delay: { value: median(samplesNs), samplesNs },
          cpu: { value: spentUs / 10 / tookMs },
          read: { value: (samplesNs.length / count) * 100 },
        };
      },
      options(bench),
      as,
    );
  }
}

const ROWS: readonly [figure: keyof Figures, suffix: string, unit: Unit][] = [
  ['delay', '', 'ns'],
  ['cpu', '-cpu', '% of a core'],
  ['read', '-read', '% read'],
];

function rowsOf(pace: keyof typeof PACES, name: string, shm: ShmKind): Scenario[] {
  const stream = new Stream(PACES[pace], READERS[name]!, shm);
  const isRecorder = READERS[name]!.as === 'recorder';
  // When a recorder has seen a message it does not say.
  return ROWS.filter(([figure]) => !isRecorder || figure !== 'delay').map(([figure, suffix, unit]) => ({
    id: rowName(`stream-${pace}-${name}${suffix}`, shm),
    group: rowName(`stream-${pace}`, shm),
    unit,
    ...(isRecorder ? { missing: missingMcap } : {}),
    start: async (bench: Bench) => stream.start(bench, figure),
  }));
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
  Object.keys(READERS)
    // What other work and `readSync` cost is shown at one pace.
    .filter((reader) => pace === '1khz' || reader === 'ts' || reader === 'c')
    .flatMap((reader) => rowsOf(pace, reader, 'system-v')),
);

export const posixStreams: Scenario[] = ['ts', 'c'].flatMap((reader) => rowsOf('1khz', reader, 'posix'));
