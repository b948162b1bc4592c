import type { Bench } from './bench.js';
import type { CoreDistance } from './distance.js';
import { Missing } from './native.js';
import type { LeftOut } from './results.js';
import type { Round, Running, Scenario } from './scenario.js';

/** What a run reports while it goes on. */
export type Progress = (line: string) => void;

/** How one sitting goes: the life of one set of processes. */
export interface Sitting {
  readonly sitting: number;
  /** Rounds of each scenario. */
  readonly rounds: number;
  /** Rounds that are made however long they take. */
  readonly least: number;
  /** Whether the first round is thrown away. */
  readonly warmsUp: boolean;
  /** After this it ends with the round it is in, once it has the least and unless its rounds are cheap. */
  readonly deadlineMs: number;
  readonly distance: CoreDistance | undefined;
  readonly progress: Progress;
}

/** One round, and whether it counts as taken while the cores were apart. */
export interface Taken {
  readonly scenario: Scenario;
  readonly sitting: number;
  readonly round: number;
  readonly result: Round;
  readonly apart: boolean;
}

/**
 * Starts the scenarios, takes their rounds, and ends them. The rounds alternate, so that whatever the machine does
 * meanwhile happens to all of them.
 *
 * @returns the rounds, and the scenarios that need what is not here or failed
 */
export async function sit(bench: Bench, group: readonly Scenario[], plan: Sitting) {
  const startMs = performance.now();
  const { runnings, leftOut } = await start(bench, group);
  const taken: Taken[] = [];
  const take = async ([scenario, running]: [Scenario, Running], round: number) => {
    if (leftOut.some(({ id }) => id === scenario.id)) return;
    try {
      // Of a warm-up it does not matter how far the cores are apart.
      const found = await attempt(scenario, running, round < 0 ? { ...plan, distance: undefined } : plan);
      if (round >= 0) taken.push({ scenario, sitting: plan.sitting, round, ...found });
    } catch (error) {
      // One row that cannot be had does not cost the others of a long run.
      leftOut.push({ id: scenario.id, reason: (error as Error).message, failed: true });
    }
  };
  if (plan.warmsUp) {
    // What sleeps most of the time warms up side by side: nothing is measured yet.
    const sleepers = runnings.filter(([{ sleeps }]) => sleeps);
    const warmMs = performance.now() + bench.amounts.sleepersWarmUpMs;
    // All as often: rows of one run share its rounds.
    do await Promise.all(sleepers.map((each) => take(each, -1)));
    while (sleepers.length > 0 && performance.now() < warmMs);
    for (const each of runnings) if (!each[0].sleeps) await take(each, -1);
  }
  const readyMs = performance.now();
  for (let round = 0; round < plan.rounds; round++) {
    if (isOver(plan, round, { startMs, readyMs, nowMs: performance.now() })) break;
    for (const each of runnings) await take(each, round);
  }
  await Promise.all(runnings.map(([, running]) => running.stop()));
  return { taken, leftOut };
}

/** Rounds that have taken less than this share of what came before the first one are cheap. */
const CHEAP_SHARE = 0.1;

/**
 * Whether a sitting ends before this round: it has the least of them, its time is over, and one more is not cheap beside
 * starting the processes and warming them up.
 */
export function isOver(
  { least, deadlineMs }: Pick<Sitting, 'least' | 'deadlineMs'>,
  round: number,
  { startMs, readyMs, nowMs }: { startMs: number; readyMs: number; nowMs: number },
): boolean {
  if (round < least || nowMs <= deadlineMs) return false;
  return nowMs - readyMs > CHEAP_SHARE * (readyMs - startMs);
}

async function start(bench: Bench, group: readonly Scenario[]) {
  const started = await Promise.allSettled(group.map(async (scenario) => scenario.start(bench)));
  const runnings: [Scenario, Running][] = [];
  const leftOut: LeftOut[] = [];
  for (const [i, outcome] of started.entries()) {
    const scenario = group[i]!;
    if (outcome.status === 'fulfilled') runnings.push([scenario, outcome.value]);
    else if (outcome.reason instanceof Missing)
      leftOut.push({ id: scenario.id, reason: outcome.reason.message });
    else throw outcome.reason;
  }
  return { runnings, leftOut };
}

/** How often a round is tried: a starved process does not end a long run. */
const TRIALS = 3;

/** One round; one that fails is told of and taken again. */
async function attempt(
  { id, spins }: Scenario,
  running: Running,
  { distance, deadlineMs, progress }: Sitting,
): Promise<{ result: Round; apart: boolean }> {
  for (let trial = 1; ; trial++) {
    try {
      if (spins && distance !== undefined) {
        return await distance.whileApart(() => running.round(), deadlineMs);
      }
      return { result: await running.round(), apart: true };
    } catch (error) {
      const { message } = error as Error;
      if (trial === TRIALS) throw new Error(`it failed ${TRIALS} times: ${message}`, { cause: error });
      progress(`${id}: a round failed and is taken again: ${message}`);
    }
  }
}
