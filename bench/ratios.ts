import { changeOf, figureInterval, type Interval, ratioInterval, ratioOf } from './bootstrap.js';
import type { Ratio, Results, Row, Verdict } from './results.js';
import { TARGETS, type Target } from './targets.js';

/** The ratios of those targets whose two rows are there, and the figures of those that are of one. */
export function ratiosOf(rows: readonly Row[], targets: readonly Target[] = TARGETS): Ratio[] {
  const ratios = pairsOf(rows, targets).map(({ target, id, pair }) =>
    judged(target, id, ratioOf(...pair), ratioInterval(...pair)),
  );
  const figures = targets.flatMap((target) => {
    const row = target.denominator === undefined && rows.find(({ id }) => id === target.numerator);
    return row ? [judged(target, row.id, row.value, intervalOfFigure(row))] : [];
  });
  return [...ratios, ...figures];
}

function judged(target: Target, id: string, value: number, interval: Interval): Ratio {
  const { comparison, limit } = target;
  return { id, value, ...interval, target: `${comparison} ${limit}`, verdict: judge(target, interval) };
}

/** Of a share it is the rest that differs from run to run: 99.9 % and 99.8 % read are one message missed, and two. */
function intervalOfFigure({ unit, perRound, at }: Row): Interval {
  if (unit !== '% read') return figureInterval({ perRound, at });
  const { low, high } = figureInterval({ perRound: perRound.map((share) => 100 - share), at });
  return { low: 100 - high, high: 100 - low };
}

/**
 * Whether a target holds (the whole interval is on its side), is missed (the interval excludes it), or whether the
 * rounds do not tell.
 */
export function judge(target: Pick<Target, 'comparison' | 'limit'>, { low, high }: Interval): Verdict {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'unclear';
  const [best, worst] = target.comparison === '<=' ? [low, high] : [high, low];
  if (isWithin(target, worst)) return 'holds';
  return isWithin(target, best) ? 'unclear' : 'missed';
}

/** By how much a ratio may be worse than in the last report. */
const MOST_WORSE = 1.1;

/** What has become of a ratio since an earlier run. */
export interface Comparison extends Interval {
  readonly id: string;
  /** How many times as bad as it was; below 1 where it is better. */
  readonly worse: number;
  /** What is judged is that it is at most a tenth worse. */
  readonly verdict: Verdict;
}

/** The ratios that both runs have, the later one set beside the earlier; figures of one row are not compared. */
export function compare(
  before: readonly Row[],
  after: readonly Row[],
  targets: readonly Target[] = TARGETS,
): Comparison[] {
  const earlier = new Map(pairsOf(before, targets).map(({ id, pair }) => [id, pair]));
  return pairsOf(after, targets).flatMap(({ target, id, pair }) => {
    const old = earlier.get(id);
    if (old === undefined) return [];
    // Where more is better, it has become worse by what it was over what it is.
    const change = target.comparison === '<=' ? changeOf(old, pair) : changeOf(pair, old);
    const { value: worse, ...interval } = change;
    const verdict = judge({ comparison: '<=', limit: MOST_WORSE }, interval);
    return [{ id, worse, ...interval, verdict }];
  });
}

/**
 * What makes the figures of two runs on one kind of host another matter, so that they are not compared; `undefined` where
 * nothing does.
 */
export function otherThan(last: Origin, now: Origin): 'Node' | 'C library' | undefined {
  if (last.node.split('.')[0] !== now.node.split('.')[0]) return 'Node';
  const isSame = last.standIn === now.standIn && (now.standIn || last.lib === now.lib);
  return isSame ? undefined : 'C library';
}

/** What a run ran with. */
type Origin = Pick<Results, 'node' | 'standIn' | 'lib'>;

function isWithin({ comparison, limit }: Pick<Target, 'comparison' | 'limit'>, value: number): boolean {
  return comparison === '<=' ? value <= limit : value >= limit;
}

function pairsOf(rows: readonly Row[], targets: readonly Target[]) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return targets.flatMap((target) => {
    const numerator = byId.get(target.numerator);
    const denominator = target.denominator === undefined ? undefined : byId.get(target.denominator);
    if (numerator === undefined || denominator === undefined) return [];
    const pair: [Row, Row] = [numerator, denominator];
    return [{ target, id: `${target.numerator} / ${target.denominator}`, pair }];
  });
}
