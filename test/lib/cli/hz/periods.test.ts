import assert from 'node:assert/strict';
import fc from 'fast-check';
import { histogram } from '../../../../lib/cli/hz/histogram.js';
import { Meter } from '../../../../lib/cli/hz/meter.js';
import { Periods, type Step } from '../../../../lib/cli/hz/periods.js';

const step: fc.Arbitrary<Step> = fc.record({
  missed: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(50)),
  ms: fc.oneof(
    fc.double({ min: 0.9, max: 1.1, noNaN: true }),
    fc.double({ min: 1e-6, max: 1e7, noNaN: true }),
  ),
});
const steps = fc.array(step, { maxLength: 60 });

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);

function periodsOf(all: readonly Step[]): Periods {
  const periods = new Periods();
  for (const one of all) periods.take(one.missed, one);
  return periods;
}

function assertNear(actual: number | undefined, expected: number | undefined): void {
  if (actual === undefined || expected === undefined) assert.equal(actual, expected);
  else
    assert.ok(
      Math.abs(actual - expected) <= 1e-6 * Math.max(1e-3, Math.abs(expected)),
      `${actual} ${expected}`,
    );
}

describe('Periods', () => {
  it('are what the definitions say of them, taken at once or in parts', () => {
    fc.assert(
      fc.property(steps, fc.nat(60), (all, cut) => {
        const parts = periodsOf(all.slice(0, cut));
        parts.add(periodsOf(all.slice(cut)));
        const span = sum(all.map(({ ms }) => ms));
        const written = sum(all.map(({ missed }) => missed + 1));
        const periods = all.filter(({ missed }) => missed === 0).map(({ ms }) => ms);
        const mean = sum(periods) / periods.length;
        const variance = sum(periods.map((ms) => (ms - mean) ** 2)) / periods.length;
        const or = (value: number, count: number) => (count === 0 ? undefined : value);
        for (const found of [periodsOf(all), parts]) {
          assert.equal(found.messages, all.length);
          assert.equal(found.missed, written - all.length);
          assertNear(found.rate, or((written / span) * 1000, all.length));
          assertNear(found.meanMs, or(span / written, all.length));
          assertNear(found.minMs, or(Math.min(...periods), periods.length));
          assertNear(found.maxMs, or(Math.max(...periods), periods.length));
          const deviation = found.stdDevMs;
          if (periods.length === 0) assert.equal(deviation, undefined);
          else assert.ok(Math.abs(deviation! - Math.sqrt(variance)) <= 1e-6 * Math.max(...periods));
          assert.equal(sum(found.bins.map(({ count }) => count)), periods.length);
          for (const [i, { fromMs, toMs }] of found.bins.entries()) {
            assert.ok(toMs / fromMs < 1.03 && (i === 0 || found.bins[i - 1]!.toMs <= fromMs * 1.0001));
            assert.ok(periods.some((ms) => ms >= fromMs * 0.9999 && ms <= toMs * 1.0001));
          }
        }
      }),
    );
  });

  it('that go on for a million messages are exact', () => {
    const periods = new Periods();
    for (let i = 0; i < 1_000_000; i++) periods.take(0, { missed: 0, ms: i % 2 === 0 ? 0.9 : 1.1 });
    assertNear(periods.rate, 1000);
    assertNear(periods.stdDevMs, 0.1);
    assert.deepEqual(
      periods.bins.map(({ count }) => count),
      [500_000, 500_000],
    );
  });
});

describe('histogram()', () => {
  it('fits the width, whatever the periods are, and leaves none out', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 60, max: 120 }), (all, width) => {
        const { bins } = periodsOf(all);
        const lines = histogram(bins, width);
        assert.ok(lines.length <= 12);
        for (const line of lines) assert.ok([...line].length <= width, line);
        const counts = lines.map((line) => Number(/ms +([\d,]+)/.exec(line)![1]!.replaceAll(',', '')));
        assert.equal(sum(counts), sum(bins.map(({ count }) => count)));
      }),
    );
  });

  it('shows where most periods are, and the few that are far from it', () => {
    const all = [
      ...Array<number>(900).fill(1),
      ...Array<number>(450).fill(1.05),
      ...Array<number>(2).fill(0.1),
      ...Array<number>(3).fill(70),
    ];
    const lines = histogram(periodsOf(all.map((ms) => ({ missed: 0, ms }))).bins, 60);
    assert.match(lines[0]!, /^ +below 1\.\d\d\d ms +2 .$/);
    assert.match(lines.at(-1)!, /^ +above 1\.\d\d\d ms +3 .$/);
    const most = lines.find((line) => / 900 /.test(line))!;
    assert.ok([...most].length >= 59);
    const half = lines.find((line) => / 450 /.test(line))!;
    const bars = (line: string) => [...line.replace(/^.*\d /, '')].length;
    assert.equal(bars(half), Math.round(bars(most) / 2));
  });
});

describe('Meter', () => {
  const at = (ms: number) => BigInt(Math.round(ms * 1e6));
  const message = (count: number, ms: number, missed = 0, shm: 'system-v' | 'posix' = 'system-v') => ({
    count,
    missed,
    shm,
    at: at(ms),
  });

  it('measures over as many slices as the window has, and all of the time beside', () => {
    const meter = new Meter('robot', 'm2s', 3);
    let count = 0;
    for (let second = 0; second < 10; second++) {
      // Each second is busier than the one before.
      for (let i = 0; i <= second; i++) meter.take(message(++count, second * 1000 + i));
      assert.equal(meter.window.periods.messages, sum([second + 1, second, second - 1].filter((n) => n > 0)));
      assert.equal(meter.whole.periods.messages, count);
      meter.turn();
    }
    for (let second = 0; second < 3; second++) meter.turn();
    assert.equal(meter.window.periods.rate, undefined);
    assert.equal(meter.whole.periods.messages, 55);
  });

  it('counts what was missed, and no period across a channel that was made anew', () => {
    const meter = new Meter('robot', 'm2s', 3);
    meter.take(message(1, 0));
    meter.take(message(2, 10));
    meter.take(message(5, 40, 2));
    meter.take(message(1, 1000));
    meter.take(message(2, 1010));
    meter.take(message(3, 5000, 0, 'posix'));
    const { periods } = meter.whole;
    assert.deepEqual([periods.messages, periods.missed], [6, 2]);
    assert.deepEqual([periods.meanMs, periods.minMs, periods.maxMs, periods.stdDevMs], [10, 10, 10, 0]);
    assert.equal(periods.rate, 100);
  });

  it('says which share of what was written was read, over a restart too', () => {
    const meter = new Meter('robot', 'm2s', 2);
    const look = (writeCount: bigint, readCount: bigint) =>
      meter.look({ m2s: { writeCount, readCount } } as Parameters<Meter['look']>[0]);
    look(100n, 50n);
    look(110n, 58n);
    meter.look(null);
    look(5n, 5n);
    look(15n, 13n);
    look(2n, 0n);
    look(4n, 2n);
    assert.deepEqual([meter.whole.written, meter.whole.read], [22, 18]);
    meter.turn();
    meter.turn();
    assert.deepEqual([meter.window.written, meter.whole.written], [0, 22]);
  });
});
