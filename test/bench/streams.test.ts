import assert from 'node:assert/strict';
import { amounts } from '../../bench/amounts.js';
import type { Bench } from '../../bench/bench.js';
import { chosen } from '../../bench/benchmark.js';
import type { Driver } from '../../bench/driver.js';
import { workMs } from '../../bench/node/streams.js';
import type { Scenario } from '../../bench/scenario.js';
import { SCENARIOS } from '../../bench/scenarios/index.js';
import { bursts, changing, countWithin, steady, writing } from '../../bench/scenarios/paces.js';
import { figuresOf } from '../../bench/scenarios/stream-rows.js';

/** Everything that these drivers are told, in its order; a reader has read two messages, one of them late. */
class Told {
  readonly lines: string[] = [];
  #count = 0;

  driver(kind: string): Driver {
    const name = `${kind}${++this.#count}`;
    const command = async (line: string) => {
      this.lines.push(`${name}: ${line}`);
      return 'ok';
    };
    return {
      command,
      figure: async (line: string) => {
        await command(line);
        return 0;
      },
      figures: async (line: string) => {
        await command(line);
        return [50_000, 1_000_001];
      },
      quit: async () => {
        await command('quit');
      },
    } as unknown as Driver;
  }

  /** Lines that begin so, behind the name of who was told. */
  of(start: string): string[] {
    return this.lines.filter((line) => line.split(': ')[1]!.startsWith(start));
  }
}

/** One round of these rows, as a run takes them. */
async function roundOf(ids: readonly string[]) {
  const told = new Told();
  const bench = {
    amounts: { ...amounts(true), streamMs: 1000 },
    name: () => `n${told.of('open').length}`,
    native: () => told.driver('c'),
    node: () => told.driver('ts'),
  } as unknown as Bench;
  const runnings = await Promise.all(ids.map((id) => scenario(id).start(bench)));
  // As in a warm-up.
  await Promise.all(runnings.map((running) => running.round()));
  assert.equal(told.of('follow').length, 1, 'one run for all');
  told.lines.length = 0;
  const rounds = [];
  for (const running of runnings) rounds.push(await running.round());
  for (const running of runnings) await running.stop();
  return { told, rounds };
}

function scenario(id: string): Scenario {
  const found = SCENARIOS.find((one) => one.id === id);
  assert.ok(found, id);
  return found;
}

describe('rows of streams', () => {
  const ids = ['stream-1khz-ts', 'stream-1khz-ts-late', 'stream-1khz-ts-cpu', 'stream-1khz-ts-read'];

  it('are the delay with its samples, the share that is later than a millisecond, CPU and share read, of one run', async () => {
    const { told, rounds } = await roundOf(ids);
    const [delay, late, cpu, read] = rounds;
    assert.deepEqual(delay, { value: 525_000.5, samplesNs: [50_000, 1_000_001] });
    assert.deepEqual([late, cpu, read], [{ value: 50 }, { value: 0 }, { value: 0.2 }]);
    assert.equal(told.of('follow').length, 1);
    assert.deepEqual(told.of('quit').sort(), ['c1: quit', 'ts2: quit']);
  });

  it('each have a -late row where the delay is known, with the unit of a share, over files too', () => {
    const delays = SCENARIOS.filter(({ id, unit }) => /^(posix-)?stream-/.test(id) && unit === 'ns');
    assert.ok(delays.length >= 12);
    for (const { id, group, run } of delays) {
      const beside = ['-late', '-cpu', '-read'].map((suffix) => scenario(`${id}${suffix}`));
      for (const row of beside) assert.deepEqual([row.group, row.run], [group, run], row.id);
      assert.deepEqual(
        beside.map(({ unit }) => unit),
        ['% late', '% of a core', '% read'],
      );
    }
  });

  it('a message of exactly a millisecond is not late, and a round in which nothing was read is none', () => {
    assert.equal(figuresOf([1e6, 1e6], 2, 0).late.value, 0);
    assert.equal(figuresOf([1e6, 1e6 + 1, 5e9, 1], 4, 0).late.value, 50);
    assert.throws(() => figuresOf([], 4, 0), /no message was read/);
  });
});

describe('rows of jittery writers', () => {
  const names = ['jitter50', 'bursts', 'changing', 'two'];

  it('have a reader of each language with all its figures', () => {
    for (const name of names) {
      for (const reader of ['ts', 'c']) {
        for (const suffix of ['', '-late', '-cpu', '-read']) scenario(`stream-${name}-${reader}${suffix}`);
      }
    }
  });

  it('are left out of a quick run that does not name them, and only they and the once rows are', () => {
    const idsOf = (rows: readonly Scenario[]) => rows.map(({ id }) => id);
    const quick = idsOf(chosen({ quick: true, only: undefined }));
    const full = idsOf(chosen({ quick: false, only: undefined }));
    assert.deepEqual(full, idsOf(SCENARIOS));
    assert.deepEqual(
      full.filter((id) => !quick.includes(id)).filter((id) => !/^(parked|bridge)-/.test(id)),
      names.flatMap((name) =>
        ['ts', 'c'].flatMap((reader) =>
          ['', '-late', '-cpu', '-read'].map((suffix) => `stream-${name}-${reader}${suffix}`),
        ),
      ),
    );
    assert.deepEqual(idsOf(chosen({ quick: true, only: ['stream-two-c'] })), ['stream-two-c']);
  });

  it('tell their writers apart: a tenth of jitter, a half, bursts, and a pace that changes', async () => {
    const told = async (id: string) => (await roundOf([id])).told.of('jittered');
    assert.deepEqual(await told('stream-1khz-ts'), ['c1: jittered 1000 100000 200000 1x1000000']);
    assert.deepEqual(await told('stream-jitter50-c'), ['c1: jittered 1000 500000 1000000 1x1000000']);
    assert.deepEqual(await told('stream-bursts-c'), [`c1: ${writing(bursts, 1000)}`]);
    assert.deepEqual(await told('stream-changing-ts'), [`c1: ${writing(changing, 3000)}`]);
  });

  it('of two channels have two writers and one reader, which reads both, and leave nothing open', async () => {
    const { told, rounds } = await roundOf(['stream-two-ts', 'stream-two-ts-read']);
    assert.deepEqual(told.of('follow'), ['ts3: follow-both 1000 1000 300 balanced']);
    assert.deepEqual(told.of('open'), [
      'c1: open master n0 ',
      'ts3: open slave n0 ',
      'c2: open master n2',
      'ts3: open-beside n2',
    ]);
    assert.deepEqual(told.of('jittered').sort(), [
      `c1: ${writing(steady(1000), 1000)}`,
      `c2: ${writing(steady(300), 300)}`,
    ]);
    assert.deepEqual(told.of('close').sort(), ['c1: close', 'c2: close', 'ts3: close']);
    assert.equal(told.of('quit').length, 3);
    assert.equal(rounds[1]!.value, (2 / 1300) * 100);
  });
});

describe('paces of writers', () => {
  it('write as many messages a second as they say', () => {
    for (const pace of [steady(1000), steady(300, 0.5), bursts, changing]) {
      const messages = pace.gaps.reduce((sum, [times]) => sum + times, 0);
      const tookNs = pace.gaps.reduce((sum, [times, ns]) => sum + times * ns, 0);
      assert.ok(Math.abs(messages / (tookNs / 1e9) / pace.perSecond - 1) < 1e-5);
      // No message before the one before it.
      assert.ok(pace.jitterNs <= Math.min(...pace.gaps.map(([, ns]) => ns)) / 2);
      assert.equal(countWithin(pace, 4000), 4 * pace.perSecond);
    }
  });

  it('bursts are of ten messages, and what changes does so every second, with a run of all of it at least', () => {
    assert.deepEqual(
      bursts.gaps.map(([times]) => times),
      [9, 1],
    );
    assert.ok(bursts.gaps[1]![1] > 10 * bursts.gaps[0]![1]);
    for (const [times, ns] of changing.gaps) assert.ok(Math.abs((times * ns) / 1e9 - 1) < 1e-5);
    assert.equal(new Set(changing.gaps.map(([, ns]) => ns)).size, 3);
    assert.equal(countWithin(changing, 700), 3000);
  });
});

describe('other work of a reader', () => {
  it('is 30 % of the time however late the timer is, and never long in one piece', () => {
    assert.equal(workMs(2), 0.6);
    assert.ok(Math.abs(workMs(3.5) - 1.05) < 1e-9);
    assert.equal(workMs(1000), 2);
  });
});
