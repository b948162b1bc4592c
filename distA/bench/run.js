import { CoreDistance } from './distance.js';
import { RowRecorder } from './results.js';
/** Rounds that are made however long they take. */
const LEAST_ROUNDS = 3;
/** Runs `scenarios`, group by group, and gives their rows in the order of `scenarios`. */
export async function runScenarios(bench, scenarios, progress) {
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
async function runGroup(bench, group, { recorders, distance, progress, deadlineMs }) {
    const runnings = [];
    const started = await Promise.all(group.map((scenario) => scenario.start(bench)));
    for (const [i, scenario] of group.entries())
        runnings.push([scenario, started[i]]);
    for (const [scenario, running] of runnings)
        await attempt(scenario, running, { distance: undefined, deadlineMs, progress });
    const taken = [];
    for (let round = 0; round < bench.amounts.rounds; round++) {
        if (round >= LEAST_ROUNDS && performance.now() > deadlineMs)
            break;
        for (const [scenario, running] of runnings) {
            taken.push({ scenario, ...(await attempt(scenario, running, { distance, deadlineMs, progress })) });
        }
    }
    for (const { scenario, result } of comparable(taken, distance))
        recorders.get(scenario).add(result);
    await Promise.all(runnings.map(([, running]) => running.stop()));
    for (const scenario of group) {
        const { id, unit, value } = recorders.get(scenario).row;
        progress(`${id}: ${value.toPrecision(4)} ${unit}`);
    }
}
/** The rounds taken while the cores were apart, if every row has one; else all of them: like with like. */
function comparable(taken, distance) {
    const rows = new Set(taken.map(({ scenario }) => scenario));
    const apart = taken.filter((round) => round.apart);
    const kept = new Set(apart.map(({ scenario }) => scenario)).size === rows.size ? apart : taken;
    for (const round of kept) {
        if (round.scenario.spins && distance !== undefined)
            distance.rounds[round.apart ? 'apart' : 'close'] += 1;
    }
    return kept;
}
/** One round; one that fails is told of and taken again once, so that a starved process does not end a long run. */
async function attempt({ id, spins }, running, { distance, deadlineMs, progress }) {
    const take = async () => {
        if (spins && distance !== undefined)
            return distance.whileApart(() => running.round(), deadlineMs);
        return { result: await running.round(), apart: true };
    };
    try {
        return await take();
    }
    catch (error) {
        progress(`${id}: a round failed and is taken again: ${error.message}`);
    }
    try {
        return await take();
    }
    catch (error) {
        throw new Error(`Cannot measure ${id}: ${error.message}`, { cause: error });
    }
}
//# sourceMappingURL=run.js.map