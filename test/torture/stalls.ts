/**
 * The torture with stalls: a writer at full speed that stands still in the middle of a write now and then, its heart
 * beating, for short and for long, and goes on; a reader that was there before, joins while the writer stands, or just
 * after. The reader must never return a torn message, nor one twice, and read again soon after.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LagMeter } from '../chaos/lag.js';
import type { Random } from '../chaos/random.js';
import { JOINS } from '../chaos/stall.js';
import type { Peers } from '../peers/build.js';
import { Pair, type PairOptions } from './pair.js';
import { type Aftermath, type Judgement, judge } from './verdict.js';

/** The protocol's default, which the peers are opened with. */
const THRESHOLD_MS = 100;

/** A stall ends within these, in ms: short ones, and ones beyond every threshold. */
const SHORT_MS = [20, 90] as const;
const LONG_MS = [200, 1500] as const;

/** For how long a writer's process is stopped so that it is found stale, and its stall goes on after that, in ms. */
const STOP_MS = 300;

/** Traffic at full speed before each stall, in seconds. */
const FULL_SPEED_S = 0.25;

/** A piece of the traffic at an easy pace after it, in seconds. */
const EASY_S = 0.1;

/** Longest time in which a verdict is sought, in ms: far beyond what a machine takes that is busy with something else. */
const PATIENCE_MS = 120_000;

/** One stall. */
export interface StallPlan {
  /** After which step of a write; see steps-write of eshm_peer.cpp. */
  readonly step: number;
  readonly ms: number;
  readonly join: (typeof JOINS)[number];
  /** Whether the writer's process is stopped as a whole meanwhile, and so found stale. */
  readonly stopped: boolean;
}

/** A stall and what came of it. */
export interface StallRound extends StallPlan, Judgement {
  readonly lagMs: number;
}

/** What a run of one pair found. */
export interface StallResult {
  readonly written: number;
  readonly read: number;
  readonly torn: number;
  readonly repeated: number;
  readonly rounds: readonly StallRound[];
}

/** The steps after which this writer can stand still: what is a plain store of ours cannot be stopped at. */
function stepsOf({ writer, order }: PairOptions): readonly number[] {
  return writer === 'typescript' && order === 'plain' ? [1, 2, 3] : [1, 2, 3, 4, 5];
}

/**
 * Every join with every step, each once, in random order; half of those that need not be long are short. To be taken
 * from the end: there a reader joins during a long stall, and then one has found its writer stale, so that also a run
 * of two rounds has what is hardest.
 */
export function plansOf(options: PairOptions, random: Random, longestMs: number = LONG_MS[1]): StallPlan[] {
  const planFor = (join: StallPlan['join'], step: number, stopped: boolean): StallPlan => {
    const isLong = join === 'during' || stopped || random.integer(0, 1) === 0;
    const [least, most] = isLong ? [LONG_MS[0], longestMs] : SHORT_MS;
    return { step, join, stopped, ms: random.integer(least, most) + (stopped ? STOP_MS : 0) };
  };
  const steps = stepsOf(options);
  const plans = JOINS.flatMap((join) => steps.map((step) => planFor(join, step, random.integer(0, 3) === 0)));
  const open = steps.filter((step) => step < 5);
  const hardest = [planFor('before', random.pick(open), true), planFor('during', random.pick(open), false)];
  return [...random.shuffle(plans), ...hardest];
}

/** Runs one pair in channel `name` for `seconds`, a round at least. */
export async function tortureWithStalls(
  peers: Peers,
  options: PairOptions,
  seconds: number,
  name: string,
  random: Random,
  longestMs?: number,
): Promise<StallResult> {
  const endMs = performance.now() + seconds * 1000;
  const lag = new LagMeter();
  const pair = await Pair.open(peers, name, options);
  const rounds: StallRound[] = [];
  try {
    let plans: StallPlan[] = [];
    do {
      if (plans.length === 0) plans = plansOf(options, random, longestMs);
      rounds.push(await oneRound(pair, plans.pop()!, random, lag));
    } while (performance.now() < endMs);
  } finally {
    lag.stop();
  }
  await pair.quit();
  return { ...totalsOf(pair), rounds };
}

/** What the reader of `pair` has counted. */
export function totalsOf({ written, stretches }: Pair): Omit<StallResult, 'rounds'> {
  const sum = (what: 'messages' | 'torn' | 'repeated') =>
    stretches.reduce((total, stretch) => total + stretch[what], 0);
  return { written, read: sum('messages'), torn: sum('torn'), repeated: sum('repeated') };
}

async function oneRound(pair: Pair, plan: StallPlan, random: Random, lag: LagMeter): Promise<StallRound> {
  const { step, ms, join, stopped } = plan;
  const { maxDataSize } = pair.options;
  pair.listen(random.pick(['spin', 'lib'] as const));
  await pair.write(FULL_SPEED_S);
  const from = pair.stretches.length;
  const stalling = pair.stall(random.integer(maxDataSize >>> 1, maxDataSize), step, ms);
  stalling.catch(() => {}); // told below, unless something else failed before
  let openedUs = 0;
  await sleep(random.integer(5, 15));
  if (join === 'during') openedUs = await pair.rejoin();
  if (stopped) await stop(pair);
  const { resumedUs } = await stalling;
  // At full speed a reader of large messages may starve for good reasons: its copy takes longer than the writer's pause.
  const gapUs = 50 + (maxDataSize >>> 9);
  if (join === 'after') [openedUs] = await Promise.all([pair.rejoin(), pair.write(EASY_S, gapUs)]);
  const sinceUs = Math.max(resumedUs, openedUs);
  const sinceStall = () => pair.stretches.slice(from);
  const [startMs, lagBeforeMs] = [performance.now(), lag.totalMs];
  let published = 0;
  let aftermath: Aftermath;
  do {
    published += await pair.write(EASY_S, gapUs);
    const [publishingMs, lagMs] = [performance.now() - startMs, lag.totalMs - lagBeforeMs];
    aftermath = { sinceUs, stretches: sinceStall(), publishingMs, published, lagMs };
  } while (judge(aftermath, THRESHOLD_MS).verdict === 'not known' && aftermath.publishingMs < PATIENCE_MS);
  await pair.hush();
  // What came in the stretch that was under way counts.
  aftermath = { ...aftermath, stretches: sinceStall() };
  return { ...plan, ...judge(aftermath, THRESHOLD_MS), lagMs: aftermath.lagMs };
}

/** Stops the writer's process as a whole while it stands in a write: it is found stale, and recovers. */
async function stop({ writer }: Pair): Promise<void> {
  writer.signal('SIGSTOP');
  await sleep(STOP_MS);
  writer.signal('SIGCONT');
}
