import type { Bench } from './bench.js';
import { CoreDistance } from './distance.js';
import { type LeftOut, RowRecorder } from './results.js';
import type { Scenario } from './scenario.js';
import { type Progress, sit, type Taken } from './sitting.js';
import { TARGETS } from './targets.js';

/** Rounds that are made however long they take, over all sittings. */
const LEAST_ROUNDS = 3;

/** What a run measured. */
export interface Measured {
  readonly recorders: RowRecorder[];
  /** Scenarios that turned out to need what is not here, or that failed. */
  readonly leftOut: readonly LeftOut[];
  /** Spinning rounds, by how far the two cores were apart; `undefined` where there were none. */
  readonly distance: CoreDistance['rounds'] | undefined;
}

interface Context {
  readonly distance: CoreDistance | undefined;
  readonly progress: Progress;
  /** After this, a group makes only the rounds that it must. */
  readonly deadlineMs: number;
}

/** Runs `scenarios`, group by group, and gives their rows in the order of `scenarios`. */
export async function runScenarios(
  bench: Bench,
  scenarios: readonly Scenario[],
  progress: Progress,
): Promise<Measured> {
  const recorders = new Map(scenarios.map((scenario) => [scenario, new RowRecorder(scenario)]));
  const leftOut: LeftOut[] = [];
  const distance = await startDistance(bench, scenarios);
  const startMs = performance.now();
  let left = scenarios.length;
  for (const name of new Set(scenarios.map(({ group }) => group))) {
    const group = scenarios.filter((scenario) => scenario.group === name);
    // A busy machine gets fewer rounds, not a longer run: each group may have its share of the time that is left.
    const nowMs = performance.now();
    const deadlineMs = nowMs + ((startMs + bench.amounts.limitMs - nowMs) * group.length) / left;
    left -= group.length;
    const found = await runGroup(bench, group, { distance, progress, deadlineMs });
    const lost = new Set(found.leftOut.map(({ id }) => id));
    const kept = found.taken.filter(({ scenario }) => !lost.has(scenario.id));
    for (const { scenario, result, sitting, round } of comparable(kept, distance)) {
      recorders.get(scenario)!.add(result, sitting, round);
    }
    leftOut.push(...found.leftOut);
    for (const scenario of group) {
      if (lost.has(scenario.id)) recorders.delete(scenario);
      tell(recorders.get(scenario), progress);
    }
  }
  await distance?.stop();
  return { recorders: [...recorders.values()], leftOut, distance: distance?.rounds };
}

/** The probe of the cores' distance, where a round depends on it and there is a native driver to ask. */
async function startDistance(bench: Bench, scenarios: readonly Scenario[]) {
  if (bench.lib === undefined || !scenarios.some(({ spins }) => spins)) return undefined;
  return CoreDistance.start(bench);
}

/**
 * A group in its sittings. In each the processes are started anew, because two lives of one program differ by more than
 * two rounds of one life do (bootstrap.ts). For a row of which no target speaks, one sitting is enough, unless it has its
 * rounds in common with one of which it does.
 */
async function runGroup(bench: Bench, group: readonly Scenario[], { deadlineMs, ...context }: Context) {
  const once = group.every((scenario) => scenario.once);
  const judgedRuns = new Set(group.filter(isJudged).flatMap(({ run }) => run ?? []));
  const isSeatedAgain = (scenario: Scenario) =>
    isJudged(scenario) || (scenario.run !== undefined && judgedRuns.has(scenario.run));
  const sittings = once || !group.some(isJudged) ? 1 : bench.amounts.sittings;
  const rounds = once ? 1 : Math.ceil(bench.amounts.rounds / sittings);
  const least = Math.min(rounds, Math.ceil(LEAST_ROUNDS / sittings));
  const taken: Taken[] = [];
  const leftOut: LeftOut[] = [];
  for (let sitting = 0; sitting < sittings; sitting++) {
    const nowMs = performance.now();
    const seated = group.filter(
      (scenario) =>
        (sitting === 0 || isSeatedAgain(scenario)) && !leftOut.some((other) => other.id === scenario.id),
    );
    const found = await sit(bench, seated, {
      ...context,
      sitting,
      rounds,
      least,
      warmsUp: !once,
      deadlineMs: nowMs + (deadlineMs - nowMs) / (sittings - sitting),
    });
    taken.push(...found.taken);
    leftOut.push(...found.leftOut);
  }
  return { taken, leftOut };
}

/** Whether a target speaks of this row. */
function isJudged({ id }: Scenario): boolean {
  return TARGETS.some(({ numerator, denominator }) => numerator === id || denominator === id);
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

function tell(recorder: RowRecorder | undefined, progress: Progress): void {
  if (recorder === undefined) return;
  const { id, unit, value } = recorder.row;
  progress(`${id}: ${value.toPrecision(4)} ${unit}`);
}
