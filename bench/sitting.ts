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
  /** After this it ends with the round it is in, once it has the least. */
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
 * @returns the rounds, and the scenarios that need what is not here
 */
export async function sit(bench: Bench, group: readonly Scenario[], plan: Sitting) {
  const { runnings, leftOut } = await start(bench, group);
  if (plan.warmsUp) {
    for (const [scenario, running] of runnings)
      await attempt(scenario, running, { ...plan, distance: undefined });
  }
  const taken: Taken[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    if (round >= plan.least && performance.now() > plan.deadlineMs) break;
    for (const [scenario, running] of runnings) {
      const found = await attempt(scenario, running, plan);
      taken.push({ scenario, sitting: plan.sitting, round, ...found });
    }
  }
  await Promise.all(runnings.map(([, running]) => running.stop()));
  return { taken, leftOut };
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
      if (trial === TRIALS) throw new Error(`Cannot measure ${id}: ${message}`, { cause: error });
      progress(`${id}: a round failed and is taken again: ${message}`);
    }
  }
}
