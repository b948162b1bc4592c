import assert from 'node:assert/strict';
import { Rhythm } from '../../../lib/idle/index.js';

const LEAD_MS = 0.12;

/** A stream as a reader meets it that sleeps until the alarm and then looks closely; all times are made up. */
interface Stream {
  readonly periodMs: number;
  /** Largest deviation of a message from its time, as a share of the period. */
  readonly jitter: number;
  /** Share of messages that come late by up to two periods, with all that follow. */
  readonly stalls?: number;
}

/** What a reader of a stream met. */
interface Met {
  readonly medianDelayMs: number;
  readonly missed: number;
  readonly looksPerMessage: number;
  readonly alarms: number;
}

const MESSAGES = 2000;
/** Messages after which the rhythm is to be known; what is missed before is not counted. */
const LEARNING = 50;
const NAP_MS = 0.16;
const WAKE_MS = 0.05;

/** The same numbers for every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function arrivals({ periodMs, jitter, stalls = 0 }: Stream, next: () => number): number[] {
  let offsetMs = 0;
  return Array.from({ length: MESSAGES }, (_, i) => {
    if (next() < stalls) offsetMs += 2 * next() * periodMs;
    return i * periodMs + offsetMs + (2 * next() - 1) * jitter * periodMs;
  });
}

function follow(stream: Stream, rhythm = new Rhythm(LEAD_MS), startMs = 0): Met {
  const next = random(7);
  const comes = arrivals(stream, next).map((ms) => startMs + ms);
  const delays: number[] = [];
  let [nowMs, at, missed, looksInAll, alarms] = [startMs, 0, 0, 0, 0];
  while (at < comes.length) {
    let looks = 0;
    while (comes[at]! > nowMs) {
      const alarmMs = rhythm.alarmMs(nowMs);
      const lookAtMs = nowMs + rhythm.lookMs(nowMs) + 0.03 * next();
      if (alarmMs === undefined || alarmMs > lookAtMs) {
        nowMs = lookAtMs + (comes[at]! <= lookAtMs ? WAKE_MS : 0);
        continue;
      }
      nowMs = Math.max(nowMs, alarmMs) + WAKE_MS + 0.03 * next();
      alarms++;
      const untilMs = rhythm.closeUntilMs(nowMs);
      for (looks = 0; comes[at]! > nowMs && nowMs < untilMs; looks++) nowMs += NAP_MS;
      looksInAll += looks;
    }
    for (; comes[at + 1]! <= nowMs; at++) if (at >= LEARNING) missed++;
    delays.push(nowMs - comes[at]!);
    rhythm.found(nowMs, looks);
    at++;
    nowMs += 0.01;
  }
  delays.sort((a, b) => a - b);
  return {
    medianDelayMs: delays[delays.length >> 1]!,
    missed,
    looksPerMessage: looksInAll / MESSAGES,
    alarms,
  };
}

describe('Rhythm', () => {
  it('knows nothing at first, and asks for a look each millisecond', () => {
    const rhythm = new Rhythm(LEAD_MS);
    assert.deepEqual([rhythm.alarmMs(5), rhythm.lookMs(5), rhythm.periodMs], [undefined, 1, 0]);
    assert.ok(rhythm.closeUntilMs(5) < 5);
  });

  for (const periodMs of [0.5, 1, 3, 10]) {
    for (const jitter of [0, 0.05, 0.1]) {
      it(`learns a period of ${periodMs} ms, ${jitter * 100} % early or late`, () => {
        const { medianDelayMs, missed, looksPerMessage, alarms } = follow({ periodMs, jitter });
        assert.ok(medianDelayMs <= 0.2, `median delay ${medianDelayMs}`);
        assert.ok(missed <= MESSAGES / 1000, `${missed} missed`);
        assert.ok(looksPerMessage <= 5, `${looksPerMessage} looks a message`);
        assert.ok(alarms >= MESSAGES / 3, `${alarms} alarms`);
      });
    }
  }

  it('learns a stream whose first two messages were read one right after the other', () => {
    const rhythm = new Rhythm(LEAD_MS);
    rhythm.found(0.99, 0);
    rhythm.found(1, 0);
    const { medianDelayMs, missed } = follow({ periodMs: 1, jitter: 0.1 }, rhythm, 2);
    assert.ok(medianDelayMs <= 0.2, `median delay ${medianDelayMs}`);
    assert.ok(missed <= MESSAGES / 1000, `${missed} missed`);
  });

  it('finds its way back after stalls of the writer', () => {
    const { medianDelayMs, missed } = follow({ periodMs: 1, jitter: 0.1, stalls: 0.02 });
    assert.ok(medianDelayMs <= 0.2, `median delay ${medianDelayMs}`);
    assert.ok(missed <= MESSAGES / 50, `${missed} missed`);
  });

  it('follows a stream that changes its pace', () => {
    const rhythm = new Rhythm(LEAD_MS);
    follow({ periodMs: 1, jitter: 0.05 }, rhythm);
    const { medianDelayMs } = follow({ periodMs: 2, jitter: 0.05 }, rhythm, MESSAGES);
    assert.ok(medianDelayMs <= 0.25, `median delay ${medianDelayMs}`);
    assert.ok(Math.abs(rhythm.periodMs - 2) < 0.2, `${rhythm.periodMs}`);
  });

  it('looks at a stream without a rhythm four times a period, and no oftener', () => {
    const rhythm = new Rhythm(LEAD_MS);
    const next = random(3);
    let nowMs = 0;
    for (let i = 0; i < 200; i++) {
      nowMs += 20 * next();
      rhythm.found(nowMs, 0);
      assert.ok(rhythm.lookMs(nowMs + 11) >= 0.25);
    }
  });

  it('forgets a stream that has ended', () => {
    const rhythm = new Rhythm(LEAD_MS);
    for (let i = 0; i < 50; i++) rhythm.found(i, 1);
    assert.ok(rhythm.periodMs > 0.9);
    assert.equal(rhythm.lookMs(49 + 20), 1);
    assert.equal(rhythm.alarmMs(49 + 20), undefined);
    rhythm.found(10_000, 0);
    assert.equal(rhythm.periodMs, 0);
  });
});
