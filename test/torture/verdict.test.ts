import assert from 'node:assert/strict';
import { format, linesOf } from './report.js';
import type { StallRound } from './stalls.js';
import { isGood, type StepReport, stepsFor } from './steps.js';
import { type Aftermath, judge, readingAgain, type Stretch } from './verdict.js';

const THRESHOLD_MS = 100;
const SINCE_US = 5_000_000;

/** A stretch of listening with messages at these times, in ms after the stall. */
function heardAt(...ms: readonly number[]): Stretch {
  const us = ms.map((time) => SINCE_US + time * 1000);
  const silences = us.slice(1).map((time, i) => time - us[i]!);
  return {
    messages: us.length,
    torn: 0,
    repeated: 0,
    firstUs: us[0] ?? 0,
    lastUs: us.at(-1) ?? 0,
    longestUs: Math.max(0, ...silences),
  };
}

/** Two seconds on a calm machine. */
const judgedOn = (stretches: readonly Stretch[], more: Partial<Aftermath> = {}) =>
  judge(
    { sinceUs: SINCE_US, stretches, publishingMs: 2000, published: 4000, lagMs: 0, ...more },
    THRESHOLD_MS,
  );

describe('the verdicts of the torture with stalls', () => {
  it('deaf: nothing for a second while the writer published', () => {
    assert.deepEqual(judgedOn([heardAt(-900, -700), heardAt()]), { verdict: 'deaf', tookMs: undefined });
    assert.equal(judgedOn([heardAt()], { publishingMs: 1000, published: 50 }).verdict, 'deaf');
  });

  it('deaf: nothing but torn messages', () => {
    const torn = { ...heardAt(), messages: 70, torn: 70 };
    assert.equal(judgedOn([torn]).verdict, 'deaf');
  });

  it('not known: for less than a second, for less than some tens of messages, or while the machine stood still', () => {
    assert.equal(judgedOn([heardAt()], { publishingMs: 999 }).verdict, 'not known');
    assert.equal(judgedOn([heardAt()], { published: 49 }).verdict, 'not known');
    assert.equal(judgedOn([heardAt()], { lagMs: 1001 }).verdict, 'not known');
  });

  it('reads: within the threshold + 300 ms', () => {
    assert.deepEqual(judgedOn([heardAt(-900), heardAt(), heardAt(400, 401)]), {
      verdict: 'reads',
      tookMs: 400,
    });
  });

  it('late: beyond that, unless the machine stood still for as long', () => {
    assert.deepEqual(judgedOn([heardAt(420)]), { verdict: 'late', tookMs: 420 });
    assert.equal(judgedOn([heardAt(420)], { lagMs: 19 }).verdict, 'late');
    assert.equal(judgedOn([heardAt(420)], { lagMs: 20 }).verdict, 'late, but the machine stood still');
  });

  it('takes no moment for that of reading again before a message came for certain', () => {
    const at = (ms: number) => SINCE_US + ms * 1000;
    // The stall ended somewhere in the silence of 300 ms, or in that of 10.
    assert.equal(readingAgain([heardAt(-100, -90, 200, 210)], SINCE_US), at(210));
    assert.equal(readingAgain([heardAt(-10, -5, 1, 30)], SINCE_US), at(29));
    assert.equal(readingAgain([heardAt(-10), heardAt(), heardAt(0, 5)], SINCE_US), at(0));
    assert.equal(readingAgain([heardAt(-10, -1)], SINCE_US), undefined);
  });
});

describe('the report of the torture', () => {
  const ROUND: StallRound = {
    step: 2,
    ms: 900,
    join: 'during',
    stopped: true,
    verdict: 'reads',
    tookMs: 7,
    lagMs: 1,
  };
  const [pair] = stepsFor([64], 'system-v');
  const STEP: StepReport = { ...pair!, written: 100, read: 90, torn: 0, repeated: 0, rounds: [ROUND] };

  it('every size comes with every pair in both roles', () => {
    assert.equal(stepsFor([64, 4096], 'system-v').length, 2 * 5 * 2);
    assert.equal(new Set(stepsFor([64, 4096], 'system-v').map((step) => JSON.stringify(step))).size, 20);
    assert.equal(stepsFor([64, 4096], 'posix').length, 2 * 3 * 2, 'in a file there is one order');
  });

  it('passes what is as promised, and what was late while the machine stood still', () => {
    assert.ok(isGood(STEP));
    assert.ok(isGood({ ...STEP, rounds: [{ ...ROUND, verdict: 'late, but the machine stood still' }] }));
    assert.match(format([STEP]), /^0 torn, 0 repeated, 0 deaf, 0 late, worst 7 ms$/m);
    assert.match(format([STEP]), /^1 passed, 0 failed$/m);
  });

  it('fails what is not, and counts it', () => {
    const bad: Partial<StepReport>[] = [
      { torn: 1 },
      { repeated: 1 },
      { read: 0 },
      { error: 'Peer ended' },
      { rounds: [{ ...ROUND, verdict: 'deaf', tookMs: undefined }] },
      { rounds: [{ ...ROUND, verdict: 'late', tookMs: 500 }] },
      { rounds: [{ ...ROUND, verdict: 'not known', tookMs: undefined }] },
    ];
    for (const change of bad) {
      assert.ok(!isGood({ ...STEP, ...change }), JSON.stringify(change));
      assert.match(format([STEP, { ...STEP, ...change }]), /^1 passed, 1 failed$/m);
    }
    const deaf = { ...STEP, rounds: [{ ...ROUND, verdict: 'deaf', tookMs: undefined } as const] };
    assert.match(format([deaf]), /, 1 deaf,/);
    assert.match(linesOf(deaf)[1]!, /deaf: stalled after step 2 for 900 ms, the process stopped meanwhile/);
  });

  it('a step that cannot run is neither passed nor failed', () => {
    assert.match(
      format([STEP, { ...STEP, skipped: 'no library for it' }]),
      /^1 passed, 0 failed, 1 skipped$/m,
    );
  });
});
