import type { Ratio, Row } from './results.js';
import { relativeSpread } from './statistics.js';
import { TARGETS, type Target } from './targets.js';

/** The most noise that may excuse a broken target: a machine that is noisier cannot judge it. */
export const MAX_NOISE = 0.25;

/** The ratios of those targets whose two rows are there. */
export function ratiosOf(rows: readonly Row[], targets: readonly Target[] = TARGETS): Ratio[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const ratios: Ratio[] = [];
  for (const target of targets) {
    const numerator = byId.get(target.numerator);
    const denominator = byId.get(target.denominator);
    if (numerator === undefined || denominator === undefined) continue;
    const value = numerator.value / denominator.value;
    ratios.push({
      id: `${target.numerator} / ${target.denominator}`,
      value,
      target: `${target.comparison} ${target.limit}`,
      holds: holds(target, value),
      noise: relativeSpread(numerator.perRound) + relativeSpread(denominator.perRound),
    });
  }
  return ratios;
}

/** Whether `value` is on the right side of a target's limit, once `slack` (relative) is granted. */
export function holds({ comparison, limit }: Target, value: number, slack = 0): boolean {
  return comparison === '<=' ? value <= limit * (1 + slack) : value >= limit / (1 + slack);
}

/** Whether a ratio breaks its target by more than its noise, of which {@link MAX_NOISE} counts at most. */
export function breaksBeyondNoise(target: Target, { value, noise }: Ratio): boolean {
  return !holds(target, value, Math.min(noise, MAX_NOISE));
}
