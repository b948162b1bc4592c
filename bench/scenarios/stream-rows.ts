import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Scenario, Unit } from '../scenario.js';
import { median } from '../statistics.js';
import type { Figures, SharedRun } from './shared-run.js';

/** What one run of a stream shows of its reader. */
export type StreamFigure = 'delay' | 'late' | 'cpu' | 'read';

/** A reader gives up when nothing comes for so long, in ms. */
export const SILENCE_MS = 1000;

/** A message that is later than this is late. */
const LATE_NS = 1e6;

const ROWS: readonly [figure: StreamFigure, suffix: string, unit: Unit][] = [
  ['delay', '', 'ns'],
  ['late', '-late', '% late'],
  ['cpu', '-cpu', '% of a core'],
  ['read', '-read', '% read'],
];

/**
 * The rows of one reader: its delay under the name of `of.id`, and the others beside it.
 *
 * @param of - what else is said of each row
 * @param hasDelays - whether it is known when a message was seen
 */
export function streamRows(
  run: SharedRun<StreamFigure>,
  of: Omit<Scenario, 'unit' | 'start' | 'run' | 'sleeps'>,
  hasDelays = true,
): Scenario[] {
  return ROWS.filter(([figure]) => hasDelays || figure === 'cpu' || figure === 'read').map(
    ([figure, suffix, unit]) => ({
      ...of,
      id: `${of.id}${suffix}`,
      unit,
      run,
      sleeps: true,
      start: async (bench: Bench) => run.start(bench, figure),
    }),
  );
}

/**
 * What `reader` shows while it follows `count` messages.
 *
 * @param following - the command by which it does
 * @param write - writes the messages; they may come from several channels
 */
export async function follow(
  reader: Driver,
  count: number,
  following: string,
  write: () => Promise<unknown>,
): Promise<Figures<StreamFigure>> {
  const startMs = performance.now();
  const before = await reader.figure('cpu');
  const [samplesNs] = await Promise.all([reader.figures(following), write()]);
  const spentUs = (await reader.figure('cpu')) - before;
  const tookMs = performance.now() - startMs;
  return figuresOf(samplesNs, count, spentUs / 10 / tookMs);
}

/**
 * The figures of `count` messages, of which so many were read as there are delays.
 *
 * @throws where nothing was read: then there is nothing to say of it, and the round is taken again
 */
export function figuresOf(
  samplesNs: readonly number[],
  count: number,
  cpuPercent: number,
): Figures<StreamFigure> {
  if (samplesNs.length === 0) throw new Error('no message was read');
  const late = samplesNs.filter((delayNs) => delayNs > LATE_NS).length;
  return {
    delay: { value: median(samplesNs), samplesNs },
    late: { value: (late / samplesNs.length) * 100 },
    cpu: { value: cpuPercent },
    read: { value: (samplesNs.length / count) * 100 },
  };
}
