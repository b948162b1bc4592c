/*
 * How sure a ratio of two rows is. Their rounds are drawn anew, with replacement, a thousand times, and the ratio of
 * the medians of each draw is taken: the middle 95 % of these are the interval (a percentile bootstrap).
 *
 * What is drawn is first the sittings, then rounds of each. A sitting is the life of the processes that were measured:
 * two lives of one program differ, by where its memory came to lie and by what its compiler did, and no number of
 * rounds in one life shows that. A round is drawn for both rows at once, because they were taken one after the other:
 * what the machine did meanwhile, it did to both.
 */
import { median } from './statistics.js';

/** The rounds of one row. */
export interface Rounds {
  readonly perRound: readonly number[];
  /** For each of them, the sitting and the round in it. */
  readonly at: readonly (readonly [sitting: number, round: number])[];
}

/** From where to where a figure may well lie. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const DRAWS = 1000;

/** Share of the draws that is outside of the interval, half of it at each end. */
const OUTSIDE = 0.05;

/** With fewer rounds than this nothing is known of how they differ. */
const LEAST_ROUNDS = 3;

/** What is taken for half of the interval, relative, where there are too few rounds to show one. */
export const UNKNOWN = 0.25;

/**
 * Two runs differ by more than the rounds of one tell, whatever was drawn: by the state of the host, which a run has to
 * take as it is. An interval reaches at least this far to both sides, relative; see docs/benchmarks.md for how it was found.
 */
export const MARGIN = 0.05;

/**
 * Of a few rounds a bootstrap makes too little: what it draws never lies outside of what was seen. So the interval reaches
 * further from the ratio than the draws do, in proportions, by so many rounds' worth: 1.5 times as far with twelve rounds,
 * thrice as far with three, which is what a busy machine gets. test/bench/bootstrap.test.ts shows what that is good for.
 */
const UNSEEN_ROUNDS = 6;

/** The ratio of two rows: that of their medians. */
export function ratioOf(numerator: Rounds, denominator: Rounds): number {
  return median(numerator.perRound) / median(denominator.perRound);
}

/**
 * The interval of {@link ratioOf}. The same rounds always have the same.
 *
 * @param draws - how often the rounds are drawn anew: the more, the steadier the ends of the interval
 */
export function ratioInterval(numerator: Rounds, denominator: Rounds, draws = DRAWS): Interval {
  const rounds = roundsOf(numerator, denominator);
  return intervalOf(ratioOf(numerator, denominator), drawRatios(numerator, denominator, 1, draws), rounds);
}

/**
 * The interval of one row's figure, the median of its rounds, drawn and widened as that of a ratio, by differences: a
 * figure may be 0. It does not reach below 0.
 */
export function figureInterval(rounds: Rounds): Interval {
  const value = median(rounds.perRound);
  const draws = drawRatios(rounds, { perRound: rounds.perRound.map(() => 1), at: rounds.at }, 1);
  if (draws.length === 0) return { low: value / (1 + UNKNOWN), high: value * (1 + UNKNOWN) };
  const { low, high } = middleOf(draws);
  const reach = (drawn: number) => value + (drawn - value) * (1 + UNSEEN_ROUNDS / rounds.perRound.length);
  return {
    low: Math.max(0, Math.min(reach(low), value / (1 + MARGIN))),
    high: Math.max(reach(high), value * (1 + MARGIN)),
  };
}

/** A ratio in two runs. */
export interface Change extends Interval {
  /** The ratio of the later run over that of the earlier one. */
  readonly value: number;
}

/** How far a ratio has moved from one run to another; the two were drawn without regard to each other. */
export function changeOf(before: readonly [Rounds, Rounds], after: readonly [Rounds, Rounds]): Change {
  const value = ratioOf(...after) / ratioOf(...before);
  const earlier = drawRatios(...before, 1);
  const later = drawRatios(...after, 2);
  const draws = later.slice(0, earlier.length).map((ratio, i) => ratio / earlier[i]!);
  const isKnown = earlier.length > 0 && later.length > 0;
  const rounds = Math.min(roundsOf(...before), roundsOf(...after));
  return { value, ...intervalOf(value, isKnown ? draws : [], rounds) };
}

/** How many rounds a ratio rests on. */
function roundsOf(numerator: Rounds, denominator: Rounds): number {
  return Math.min(numerator.perRound.length, denominator.perRound.length);
}

/** The middle of the draws, wide enough for what draws cannot show; they are none where there are too few rounds. */
function intervalOf(value: number, draws: readonly number[], rounds: number): Interval {
  if (draws.length === 0) return { low: value / (1 + UNKNOWN), high: value * (1 + UNKNOWN) };
  const { low, high } = middleOf(draws);
  const reach = (drawn: number) => value * (drawn / value) ** (1 + UNSEEN_ROUNDS / rounds);
  return {
    low: Math.min(reach(low), value / (1 + MARGIN)),
    high: Math.max(reach(high), value * (1 + MARGIN)),
  };
}

/** From where to where the middle 95 % of the draws are. */
function middleOf(draws: readonly number[]): Interval {
  const sorted = Float64Array.from(draws).sort();
  const outside = Math.floor((sorted.length * OUTSIDE) / 2);
  return { low: sorted[outside]!, high: sorted[sorted.length - 1 - outside]! };
}

/** Ratios of drawn rounds; empty where either row has too few. */
function drawRatios(numerator: Rounds, denominator: Rounds, seed: number, draws = DRAWS): number[] {
  if (roundsOf(numerator, denominator) < LEAST_ROUNDS) return [];
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const sittings = pairUp(numerator, denominator);
  const ratios: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const drawn: Pair[] = [];
    for (const _ of sittings) {
      const sitting = pick(sittings);
      for (const _ of sitting) drawn.push(pick(sitting));
    }
    const ratio = median(drawn.flatMap(([above]) => above)) / median(drawn.flatMap(([, below]) => below));
    // A draw without any round of one row says nothing.
    if (!Number.isNaN(ratio)) ratios.push(ratio);
  }
  return ratios;
}

/** What was measured of both rows in one round: mostly one figure each; a round may have counted for one only. */
type Pair = readonly [above: number[], below: number[]];

/** The rounds of both rows, sitting by sitting. */
function pairUp(numerator: Rounds, denominator: Rounds): Pair[][] {
  const sittings = new Map<number, Map<number, Pair>>();
  for (const [side, { perRound, at }] of [numerator, denominator].entries()) {
    for (const [i, [sitting, round]] of at.entries()) {
      const rounds = sittings.get(sitting) ?? new Map<number, Pair>();
      sittings.set(sitting, rounds);
      const pair: Pair = rounds.get(round) ?? [[], []];
      rounds.set(round, pair);
      pair[side]!.push(perRound[i]!);
    }
  }
  return [...sittings.values()].map((rounds) => [...rounds.values()]);
}

/** Numbers from 0 up to 1, the same for the same seed: xorshift (Marsaglia, 2003) of 32 bits, the first ones left out. */
function randomFrom(seed: number): () => number {
  let state = (seed * 0x9e3779b1) | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}
