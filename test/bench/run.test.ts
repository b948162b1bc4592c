import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { amounts } from '../../bench/amounts.js';
import type { Bench } from '../../bench/bench.js';
import { Missing } from '../../bench/native.js';
import { runScenarios } from '../../bench/run.js';
import type { Scenario } from '../../bench/scenario.js';
import { isOver } from '../../bench/sitting.js';

/** A bench of scenarios that start nothing. */
const bench = { lib: undefined, amounts: { ...amounts(true), sleepersWarmUpMs: 0 } } as Bench;

/** A row whose rounds give what `round` does; notes each start and each end. */
function scenario(id: string, log: string[], round: (number: number) => number): Scenario {
  let number = 0;
  return {
    id,
    group: 'g',
    unit: 'ns',
    start: async () => {
      log.push(`${id} starts`);
      return {
        round: async () => ({ value: round(number++) }),
        stop: async () => {
          log.push(`${id} ends`);
        },
      };
    },
  };
}

const count = (log: readonly string[], line: string) => log.filter((other) => other === line).length;

describe('a run of the benchmark', () => {
  it('starts what a target speaks of anew for each sitting, and all else once; the first round is thrown away', async () => {
    const log: string[] = [];
    const judged = scenario('write-64-ts', log, (number) => number);
    const other = scenario('write-1-x', log, (number) => number);
    const { recorders } = await runScenarios(bench, [judged, other], () => {});
    const { sittings, rounds } = bench.amounts;
    const [row, once] = recorders.map((recorder) => recorder.row);
    assert.equal(count(log, 'write-64-ts starts'), sittings);
    assert.equal(count(log, 'write-64-ts ends'), sittings);
    assert.equal(count(log, 'write-1-x starts'), 1);
    assert.equal(row!.rounds, rounds);
    assert.deepEqual(once!.perRound, [1, 2, 3]);
    assert.deepEqual(
      row!.at.map(([sitting]) => sitting),
      [0, 0, 0, 1, 1, 1, 2, 2, 2],
    );
  });

  it('takes rows that have their rounds in common with a judged one in every sitting too', async () => {
    const log: string[] = [];
    const [one, other] = [{}, {}];
    const row = (id: string, run?: object): Scenario => ({
      ...scenario(id, log, () => 1),
      ...(run && { run }),
    });
    const rows = [row('write-64-ts', one), row('a', one), row('b', other), row('c', other), row('d')];
    await runScenarios(bench, rows, () => {});
    const { sittings } = bench.amounts;
    assert.deepEqual(
      rows.map(({ id }) => count(log, `${id} starts`)),
      [sittings, sittings, 1, 1, 1],
    );
  });

  it('warms up what sleeps for as long as V8 compiles it, and rows of one run as often as each other', async () => {
    const warmUps: number[] = [];
    const rows = ['a', 'b'].map(
      (id, row): Scenario => ({
        ...scenario(id, [], () => 1),
        sleeps: true,
        start: async () => {
          warmUps[row] = 0;
          return {
            round: async () => {
              warmUps[row]!++;
              await sleep(row === 0 ? 1 : 5);
              return { value: 1 };
            },
            stop: async () => {},
          };
        },
      }),
    );
    const slow = {
      ...bench,
      amounts: { ...bench.amounts, sleepersWarmUpMs: 100, rounds: 0, sittings: 1 },
    } as Bench;
    await runScenarios(slow, rows, () => {});
    assert.ok(warmUps[0]! >= 2, `${warmUps}`);
    assert.equal(warmUps[0], warmUps[1]);
  });

  it('warms up what sleeps side by side, and takes every round that counts by itself', async () => {
    let active = 0;
    const most = { warmUp: 0, round: 0 };
    const row = (id: string, sleeps: boolean): Scenario => ({
      ...scenario(id, [], () => 1),
      sleeps,
      start: async () => {
        let rounds = 0;
        return {
          round: async () => {
            const kind = rounds++ === 0 ? 'warmUp' : 'round';
            most[kind] = Math.max(most[kind], ++active);
            await new Promise(setImmediate);
            active--;
            return { value: rounds };
          },
          stop: async () => {},
        };
      },
    });
    const rows = [row('a', true), row('b', false), row('c', true), row('d', false)];
    const { recorders } = await runScenarios(bench, rows, () => {});
    assert.deepEqual(most, { warmUp: 2, round: 1 });
    for (const recorder of recorders) assert.deepEqual(recorder.row.perRound, [2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('makes do with the least rounds when its time is over, and with all where they are cheap beside the start', () => {
    const plan = { least: 1, deadlineMs: 500 };
    const over = (round: number, nowMs: number) => isOver(plan, round, { startMs: 0, readyMs: 1000, nowMs });
    assert.equal(over(0, 9000), false, 'the least is taken');
    assert.equal(over(1, 1001), false, 'cheap so far');
    assert.equal(over(8, 1100), false, 'still');
    assert.equal(over(1, 1101), true);
    assert.equal(
      isOver({ least: 1, deadlineMs: 2000 }, 5, { startMs: 0, readyMs: 1000, nowMs: 2000 }),
      false,
    );
  });

  it('takes a failed round again, and leaves out a row that fails on and on, but not the others', async () => {
    const told: string[] = [];
    const log: string[] = [];
    const failing = (text: string, until: number) => (number: number) => {
      if (number < until) throw new Error(text);
      return 1;
    };
    const rows = [
      scenario('write-64-ts', log, failing('starved', 2)),
      scenario('write-64-c', log, failing('broken', Number.POSITIVE_INFINITY)),
    ];
    const { recorders, leftOut } = await runScenarios(bench, rows, (line) => told.push(line));
    assert.deepEqual(
      recorders.map(({ row }) => [row.id, row.rounds]),
      [['write-64-ts', bench.amounts.rounds]],
    );
    assert.deepEqual(leftOut, [{ id: 'write-64-c', reason: 'it failed 3 times: broken', failed: true }]);
    assert.equal(count(log, 'write-64-c starts'), 1);
    assert.equal(count(log, 'write-64-c ends'), 1);
    assert.equal(count(told, 'write-64-ts: a round failed and is taken again: starved'), 2);
  });

  it('leaves out what needs what is not here, and ends where anything else cannot be started', async () => {
    const starting = (id: string, error: Error): Scenario => ({
      ...scenario(id, [], () => 1),
      start: () => {
        throw error;
      },
    });
    const missing = starting('a', new Missing('install it'));
    const { recorders, leftOut } = await runScenarios(bench, [missing, scenario('b', [], () => 1)], () => {});
    assert.deepEqual(leftOut, [{ id: 'a', reason: 'install it' }]);
    assert.deepEqual(
      recorders.map(({ row }) => row.id),
      ['b'],
    );
    await assert.rejects(
      runScenarios(bench, [starting('a', new Error('refused'))], () => {}),
      /refused/,
    );
  });
});
