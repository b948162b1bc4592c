import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Buckets, CAPACITY, MAX_FIELDS } from '../../../../lib/cli/view/buckets.js';
import { Series } from '../../../../lib/cli/view/page/series.js';

const START_S = 1_790_000_000;

/** All that a page has of one field. */
function pointsOf(series: Series, name: string) {
  const { min = [], max = [], last = [] } = series.fields.get(name) ?? {};
  return series.times.map((at, i) => ({ at, min: min[i], max: max[i], last: last[i] }));
}

describe('Buckets', () => {
  it('keep the least, the largest and the newest number that came within a bucket, and when the newest came', () => {
    const buckets = new Buckets();
    for (const [ms, x] of [
      [0, 5],
      [5, -1],
      [19, 2],
      [20, 7],
    ] as const) {
      buckets.take(START_S + ms / 1000, [['x', x]]);
    }
    const frame = buckets.next(buckets.from(10));
    assert.deepEqual(frame, {
      whole: true,
      widthMs: 20,
      times: [START_S + 0.019, START_S + 0.02],
      fields: [{ name: 'x', min: [-1, 7], max: [5, 7], last: [2, 7] }],
      more: 0,
    });
  });

  it('have nothing to tell who has heard all', () => {
    const buckets = new Buckets();
    const position = buckets.from(10);
    assert.equal(buckets.next(position)?.times.length, 0);
    assert.equal(buckets.next(position), undefined);
    buckets.take(START_S, [['x', 1]]);
    assert.equal(buckets.next(position)?.times.length, 1);
    assert.equal(buckets.next(position), undefined);
  });

  it('show no more points than fit on a screen, however long the range, and none that is older', () => {
    const buckets = new Buckets();
    // An hour and a half, ten times a second.
    for (let i = 0; i < 54_000; i++) buckets.take(START_S + i / 10, [['x', i]]);
    const endS = START_S + 5399.9;
    for (const rangeS of [10, 60, 300, 1200, 3600]) {
      const { times, fields } = buckets.next(buckets.from(rangeS))!;
      assert.ok(times.length <= CAPACITY && times.length >= 99, `${rangeS} s: ${times.length}`);
      assert.ok(times[0]! >= endS - rangeS * 1.01 - 5.12 && times[0]! <= endS - rangeS * 0.98, `${rangeS} s`);
      assert.equal(fields[0]!.last.at(-1), 53_999);
    }
  });

  it('tell of a field that is not in every message, and of how many are not kept', () => {
    const buckets = new Buckets();
    buckets.take(START_S, [['x', 1]]);
    buckets.take(
      START_S + 1,
      Array.from({ length: MAX_FIELDS + 4 }, (_, i) => [`f${i}`, i]),
    );
    const { fields, more } = buckets.next(buckets.from(10))!;
    assert.equal(fields.length, MAX_FIELDS);
    assert.equal(more, 5);
    assert.deepEqual(fields[0], { name: 'x', min: [1, null], max: [1, null], last: [1, null] });
    assert.deepEqual(fields[1]!.last, [null, 0]);
  });

  it('leave out what is no number, which JSON has no word for', () => {
    const buckets = new Buckets();
    buckets.take(START_S, [
      ['x', Number.NaN],
      ['y', Number.POSITIVE_INFINITY],
      ['z', -0],
    ]);
    assert.deepEqual(
      buckets.next(buckets.from(10))!.fields.map(({ last }) => last),
      [[null], [null], [-0]],
    );
  });

  it('take what comes late as of now, and lose nothing', () => {
    const buckets = new Buckets();
    buckets.take(START_S, [['x', 1]]);
    buckets.take(START_S + 1, [['x', 2]]);
    buckets.take(START_S + 0.5, [['late', 3]]);
    const { times, fields } = buckets.next(buckets.from(10))!;
    assert.deepEqual(times, [START_S, START_S + 1]);
    assert.deepEqual(
      fields.map(({ last }) => last),
      [
        [1, 2],
        [null, 3],
      ],
    );
  });

  it('begin anew where the clock is set back', () => {
    const buckets = new Buckets();
    const page = new Series();
    const position = buckets.from(10);
    buckets.take(START_S, [['x', 1]]);
    page.take(buckets.next(position)!, 10);
    buckets.take(START_S - 3600, [['x', 2]]);
    const frame = buckets.next(position)!;
    assert.equal(frame.whole, true);
    page.take(frame, 10);
    assert.deepEqual(pointsOf(page, 'x'), [{ at: START_S - 3600, min: 2, max: 2, last: 2 }]);
  });

  it('give what lies between two times', () => {
    const buckets = new Buckets();
    for (let i = 0; i < 1000; i++) buckets.take(START_S + i / 100, [['x', i]]);
    const { times } = buckets.between(START_S + 2, START_S + 3);
    assert.ok(times.length >= 49 && times.length <= 52, `${times.length}`);
    assert.ok(times.every((at) => at >= START_S + 1.98 && at <= START_S + 3.02));
    assert.deepEqual(buckets.between(START_S + 20, START_S + 30).times, []);
    assert.deepEqual(buckets.between(START_S + 3, START_S + 2).times, []);
  });

  it('a page that takes what is new, whenever it has time, ends up with what one has that takes all at once', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: -50, max: 400 }),
      values: fc.dictionary(
        fc.constantFrom('a', 'b', 'c'),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ),
      looks: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.constantFrom(1, 10, 60, 300), (steps, rangeS) => {
        const buckets = new Buckets();
        const position = buckets.from(rangeS);
        const page = new Series();
        const look = () => {
          const frame = buckets.next(position);
          // As it comes through the network.
          if (frame !== undefined) page.take(JSON.parse(JSON.stringify(frame)), rangeS);
        };
        let atMs = START_S * 1000;
        for (const { waitMs, values, looks } of steps) {
          atMs += waitMs;
          buckets.take(atMs / 1000, Object.entries(values));
          if (looks) look();
        }
        look();
        const all = new Series();
        all.take(JSON.parse(JSON.stringify(buckets.next(buckets.from(rangeS)))), rangeS);
        for (const name of ['a', 'b', 'c']) {
          // A bucket's width more or less at the old end.
          const late = ({ at }: { at: number }) => at > (all.times.at(-1) ?? 0) - rangeS;
          assert.deepEqual(pointsOf(page, name).filter(late), pointsOf(all, name).filter(late));
        }
        assert.ok(page.times.length <= CAPACITY + 1);
      }),
    );
  });
});
