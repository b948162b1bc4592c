import type { Bench } from './bench.js';
import { CoreDistance } from './distance.js';
import { RowRecorder } from './results.js';
import type { Round, Running, Scenario } from './scenario.js';

/** Rounds that are made however long they take. */
const LEAST_ROUNDS = 3;

/** What a run reports while it goes on. */
export type Progress = (line: string) => void;

/** What a run measured. */
export interface Measured {
  readonly recorders: RowRecorder[];
  /** Spinning rounds, by how far the two cores were apart; `undefined` where there were none. */
  readonly distance: CoreDistance['rounds'] | undefined;
}

interface Context {
  readonly recorders: ReadonlyMap<Scenario, RowRecorder>;
  readonly distance: CoreDistance | undefined;
  readonly progress: Progress;
  /** After this, a group ends with the round it is in, once it has three. */
  readonly deadlineMs: number;
}

/** Runs `scenarios`, group by group, and gives their rows in the order of `scenarios`. */
export async function runScenarios(
  bench: Bench,
  scenarios: readonly Scenario[],
  progress: Progress,
): Promise<Measured> {
  const recorders = new Map(scenarios.map((scenario) => [scenario, new RowRecorder(scenario)]));
  const distance = scenarios.some(({ spins }) => spins) ? await CoreDistance.start(bench) : undefined;
  const startMs = performance.now();
  let left = scenarios.length;
  for (const name of new Set(scenarios.map(({ group }) => group))) {
    const group = scenarios.filter((scenario) => scenario.group === name);
    // A busy machine gets fewer rounds, not a longer run: each group may have its share of the time that is left.
    const nowMs = performance.now();
    const deadlineMs = nowMs + ((startMs + bench.amounts.limitMs - nowMs) * group.length) / left;
    left -= group.length;
    await runGroup(bench, group, { recorders, distance, progress, deadlineMs });
  }
  await distance?.stop();
  return { recorders: [...recorders.values()], distance: distance?.rounds };
}

/** The rounds of a group alternate, so that whatever the machine does meanwhile happens to all of them. */
async function runGroup(
  bench: Bench,
  group: readonly Scenario[],
  { recorders, distance, progress, deadlineMs }: Context,
): Promise<void> {
  const runnings: [Scenario, Running][] = [];
  const started = await Promise.all(group.map((scenario) => scenario.start(bench)));
  for (const [i, scenario] of group.entries()) runnings.push([scenario, started[i]!]);
  const once = group.every((scenario) => scenario.once);
  if (!once) {
    for (const [scenario, running] of runnings)
      await attempt(scenario, running, { distance: undefined, deadlineMs, progress });
  }
  const taken: Taken[] = [];
  for (let round = 0; round < (once ? 1 : bench.amounts.rounds); round++) {
    if (round >= LEAST_ROUNDS && performance.now() > deadlineMs) break;
    for (const [scenario, running] of runnings) {
      taken.push({ scenario, ...(await attempt(scenario, running, { distance, deadlineMs, progress })) });
    }
  }
  for (const { scenario, result } of comparable(taken, distance)) recorders.get(scenario)!.add(result);
  await Promise.all(runnings.map(([, running]) => running.stop()));
  for (const scenario of group) {
    const { id, unit, value } = recorders.get(scenario)!.row;
    progress(`${id}: ${value.toPrecision(4)} ${unit}`);
  }
}

/** One round, and whether it counts as taken while the cores were apart. */
interface Taken {
  readonly scenario: Scenario;
  readonly result: Round;
  readonly apart: boolean;
}

/** The rounds taken while the cores were apart, if every row has one; else all of them: like with like. */
function comparable(taken: readonly Taken[], distance: CoreDistance | undefined): readonly Taken[] {
  const rows = new Set(taken.map(({ scenario }) => scenario));
  const apart = taken.filter((round) => round.apart);
  const kept = new Set(apart.map(({ scenario }) => scenario)).size === rows.size ? apart : taken;
  for (const round of kept) {
    if (round.scenario.spins && distance !== undefined) distance.rounds[round.apart ? 'apart' : 'close'] += 1;
  }
  return kept;
}

/** One round; one that fails is told of and taken again once, so that a starved process does not end a long run. */
async function attempt(
  { id, spins }: Scenario,
  running: Running,
  { distance, deadlineMs, progress }: Omit<Context, 'recorders'>,
): Promise<{ result: Round; apart: boolean }> {
  const take = async () => {
    if (spins && distance !== undefined) return distance.whileApart(() => running.round(), deadlineMs);
    return { result: await running.round(), apart: true };
  };
  try {
    return await take();
  } catch (error) {
    progress(`${id}: a round failed and is taken again: ${(error as Error).message}`);
  }
  try {
    return await take();
  } catch (error) {
    throw new Error(`Cannot measure ${id}: ${(error as Error).message}`, { cause: error });
  }
}
