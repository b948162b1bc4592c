import assert from 'node:assert/strict';
import { type Deafness, Hearing, type Look } from './deafness.js';

const STEP_MS = 50;

/** What changes from one look to the next. */
type Step = Partial<Record<keyof Look, number>>;

/** A reader that hears what is published, every 50 ms, on a calm machine. */
const HEALTHY: Required<Step> = { nowMs: STEP_MS, lagMs: 0, published: 25, heard: 5, beats: 45 };

/** Goes through a history, each step `times` times; the first verdict and when it came. */
function verdictOn(...history: readonly (readonly [times: number, step: Step])[]) {
  const hearing = new Hearing();
  const now: Record<keyof Look, number> = { nowMs: 9000, lagMs: 70, published: 1000, heard: 3, beats: 800 };
  hearing.look({ ...now });
  let verdict: (Deafness & { readonly afterMs: number }) | undefined;
  for (const [times, step] of history) {
    for (let i = 0; i < times; i++) {
      const change = { ...HEALTHY, ...step };
      for (const key of Object.keys(now) as (keyof Look)[]) now[key] += change[key];
      const found = hearing.look({ ...now });
      if (found !== undefined) verdict ??= { ...found, afterMs: now.nowMs - 9000 };
    }
  }
  return verdict;
}

describe('the verdict deaf', () => {
  it('falls on a reader that gets nothing for a second while its writer publishes', () => {
    assert.deepEqual(verdictOn([10, {}], [40, { heard: 0 }]), {
      silentMs: 1000,
      published: 500,
      afterMs: 1500,
    });
  });

  it('does not fall on one that hears, nor on one that hears once in a second', () => {
    assert.equal(verdictOn([200, {}]), undefined);
    const seldom = Array.from({ length: 10 }, () => [[19, { heard: 0 }] as const, [1, {}] as const]).flat();
    assert.equal(verdictOn(...seldom), undefined);
  });

  it('does not fall while the writer stands still; the time before and after it counts', () => {
    const standing = { heard: 0, published: 0 };
    assert.equal(verdictOn([100, standing]), undefined);
    assert.equal(verdictOn([19, { heard: 0 }], [100, standing]), undefined);
    assert.equal(verdictOn([19, { heard: 0 }], [100, standing], [1, { heard: 0 }])?.silentMs, 1000);
  });

  it('does not fall for less than some tens of messages', () => {
    assert.equal(verdictOn([40, { heard: 0, published: 1 }]), undefined);
    assert.equal(verdictOn([50, { heard: 0, published: 1 }])?.published, 50);
  });

  it('does not fall on a reader whose heart stands still: it is stopped, or attached elsewhere', () => {
    assert.equal(verdictOn([200, { heard: 0, beats: 0 }]), undefined);
  });

  it('does not fall on a machine that has no core, and waits longer on one that has few', () => {
    assert.equal(verdictOn([200, { heard: 0, lagMs: 40 }]), undefined);
    assert.equal(verdictOn([200, { heard: 0, lagMs: 10 }])?.afterMs, 1250);
  });

  it('does not fall on what was not heard before another segment, or an interruption', () => {
    assert.equal(
      verdictOn([19, { heard: 0 }], [1, { heard: 0, published: -900 }], [19, { heard: 0 }]),
      undefined,
    );
    const hearing = new Hearing();
    const look = (nowMs: number) => ({ nowMs, lagMs: 0, published: nowMs, heard: 0, beats: nowMs });
    for (let nowMs = 0; nowMs < 5000; nowMs += 500) {
      assert.equal(hearing.look(look(nowMs)), undefined);
      if (nowMs % 1000 === 500) hearing.interrupt();
    }
  });
});
