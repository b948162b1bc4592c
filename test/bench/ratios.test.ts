import assert from 'node:assert/strict';
import { compare, judge, otherThan, ratiosOf } from '../../bench/ratios.js';
import { SCENARIOS } from '../../bench/scenarios/index.js';
import { median, percentilesOf } from '../../bench/statistics.js';
import { TARGETS, type Target } from '../../bench/targets.js';
import { row as madeUp } from './made-up.js';

const atMost: Target = { numerator: 'a', denominator: 'b', comparison: '<=', limit: 2 };
const atLeast: Target = { numerator: 'a', denominator: 'b', comparison: '>=', limit: 100 };

const row = (id: string, ...perRound: number[]) => madeUp(id, perRound);

describe('ratios of a benchmark run', () => {
  it('are the quotients of two medians, with their targets', () => {
    const [ratio] = ratiosOf([row('a', 30, 10, 20), row('b', 40, 40, 40)], [atMost]);
    assert.equal(ratio!.id, 'a / b');
    assert.equal(ratio!.value, 0.5);
    assert.equal(ratio!.target, '<= 2');
    assert.equal(ratio!.verdict, 'holds');
    assert.ok(ratio!.low <= 0.25 && ratio!.high >= 0.75);
  });

  it('are left out where a row is missing', () => {
    assert.deepEqual(ratiosOf([row('a', 1)], [atMost]), []);
  });

  it('hold or are missed only with their whole interval', () => {
    assert.equal(judge(atMost, { low: 1, high: 2 }), 'holds');
    assert.equal(judge(atMost, { low: 1, high: 2.001 }), 'unclear');
    assert.equal(judge(atMost, { low: 2, high: 9 }), 'unclear');
    assert.equal(judge(atMost, { low: 2.001, high: 9 }), 'missed');
    assert.equal(judge(atLeast, { low: 100, high: 120 }), 'holds');
    assert.equal(judge(atLeast, { low: 99.9, high: 120 }), 'unclear');
    assert.equal(judge(atLeast, { low: 90, high: 99.9 }), 'missed');
  });

  it('are unclear where there is no figure: a row of which the clock saw nothing', () => {
    const [ratio] = ratiosOf([row('a', 1, 1, 1), row('b', 0, 0, 0)], [atMost]);
    assert.equal(ratio!.verdict, 'unclear');
    assert.equal(ratiosOf([row('a', 0, 0, 0), row('b', 0, 0, 0)], [atMost])[0]!.verdict, 'unclear');
  });

  it('are compared with an earlier run: missed is what is worse for certain', () => {
    const before = [row('a', 10, 10, 10), row('b', 10, 10, 10)];
    const verdict = (target: Target, ...a: number[]) =>
      compare(before, [row('a', ...a), row('b', 10, 10, 10)], [target])[0]!.verdict;
    assert.equal(verdict(atMost, 10, 10, 10), 'holds');
    assert.equal(verdict(atMost, 13, 13, 13), 'missed');
    assert.equal(verdict(atMost, 9, 13, 13), 'unclear');
    assert.equal(verdict(atMost, 5, 5, 5), 'holds');
    // Where more is better, less is worse.
    assert.equal(verdict(atLeast, 13, 13, 13), 'holds');
    assert.equal(verdict(atLeast, 7, 7, 7), 'missed');
    assert.deepEqual(compare([row('a', 1)], before, [atMost]), []);
  });

  it('are compared with a run on the same kind of Node and of library only', () => {
    const run = { node: 'v20.1.0', standIn: true, lib: '/a' };
    assert.equal(otherThan(run, { ...run, node: 'v20.9.9', lib: '/b' }), undefined);
    assert.equal(otherThan(run, { ...run, node: 'v22.1.0' }), 'Node');
    assert.equal(otherThan(run, { ...run, standIn: false }), 'C library');
    const chosen = { ...run, standIn: false };
    assert.equal(otherThan(chosen, chosen), undefined);
    assert.equal(otherThan(chosen, { ...chosen, lib: '/b' }), 'C library');
  });

  it('may be one figure: the interval is in its unit, of a share that of what it lacks', () => {
    const rate: Target = { numerator: 'a', denominator: undefined, comparison: '>=', limit: 1000 };
    const [held] = ratiosOf([row('a', 2000, 2100, 2050)], [rate]);
    assert.deepEqual([held!.id, held!.value, held!.target, held!.verdict], ['a', 2050, '>= 1000', 'holds']);
    assert.ok(held!.low < 2000 && held!.high > 2100);
    assert.equal(ratiosOf([row('a', 500, 510, 505)], [rate])[0]!.verdict, 'missed');
    assert.equal(ratiosOf([row('a', 900, 1100, 1000)], [rate])[0]!.verdict, 'unclear');
    assert.deepEqual(ratiosOf([row('b', 1)], [rate]), []);

    const share = { ...rate, limit: 99.5 };
    const judgedOf = (...read: number[]) =>
      ratiosOf([{ ...row('a', ...read), unit: '% read' as const }], [share])[0]!;
    assert.deepEqual(
      [judgedOf(100, 100, 100)].map(({ low, high, verdict }) => [low, high, verdict]),
      [[100, 100, 'holds']],
    );
    assert.equal(judgedOf(99.9, 100, 100).verdict, 'holds');
    assert.ok(judgedOf(99.9, 100, 100).high <= 100);
    assert.equal(judgedOf(99, 100, 99.9).verdict, 'unclear');
    assert.equal(judgedOf(98, 98.1, 98).verdict, 'missed');
  });

  it('are not of two shares: what lacks to 100 % tells them apart, and both are near it', () => {
    const units = new Map(SCENARIOS.map(({ id, unit }) => [id, unit]));
    for (const { numerator, denominator } of TARGETS) {
      if (denominator !== undefined) assert.doesNotMatch(units.get(numerator)!, /^% (read|late)$/, numerator);
    }
    // The rounds of the Intel Xeon, 2026-11-25: a reader of 1000 messages a second, and the same if nothing were missed.
    const verdictOf = (id: string, ...read: number[]) =>
      ratiosOf([madeUp(id, read, '% read')]).map((judged) => [judged.id, judged.verdict]);
    const [all, most] = [
      [100, 100, 99.95],
      [98, 97.857, 97.714],
    ];
    assert.deepEqual(verdictOf('stream-1khz-ts-read', ...all, ...all, ...all), [
      ['stream-1khz-ts-read', 'holds'],
    ]);
    assert.deepEqual(verdictOf('stream-1khz-ts-read', ...most), [['stream-1khz-ts-read', 'missed']]);
    assert.deepEqual(verdictOf('stream-1khz-ts-busy-read', 99.6, 99.5, 99.6), [
      ['stream-1khz-ts-busy-read', 'holds'],
    ]);
    assert.deepEqual(verdictOf('stream-1khz-ts-busy-read', ...most), [
      ['stream-1khz-ts-busy-read', 'missed'],
    ]);
  });

  it('are not compared with an earlier run where they are one figure', () => {
    const rate: Target = { numerator: 'a', denominator: undefined, comparison: '>=', limit: 1000 };
    assert.deepEqual(compare([row('a', 1, 1, 1)], [row('a', 9, 9, 9)], [rate]), []);
  });

  it('have a scenario for every row of every target, both in one group: their rounds alternate', () => {
    const groups = new Map(SCENARIOS.map(({ id, group }) => [id, group]));
    for (const { numerator, denominator = numerator } of TARGETS) {
      assert.ok(groups.has(numerator), numerator);
      assert.ok(groups.has(denominator), denominator);
      assert.equal(groups.get(numerator), groups.get(denominator), `${numerator} / ${denominator}`);
    }
    assert.equal(groups.size, SCENARIOS.length, 'no id twice');
  });

  it('median() is the middle value, or the mean of the middle two', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  it('percentilesOf() gives samples by their rank', () => {
    const samplesNs = Array.from({ length: 1000 }, (_, i) => 1000 - i);
    assert.deepEqual(percentilesOf(samplesNs), {
      p1: 10,
      p25: 250,
      p50: 500,
      p75: 750,
      p99: 990,
      p999: 999,
      max: 1000,
    });
    assert.equal(percentilesOf([7])!.p1, 7);
    assert.equal(percentilesOf([]), undefined);
  });
});
