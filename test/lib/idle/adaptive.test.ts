import assert from 'node:assert/strict';
import { AdaptiveIdleStrategy } from '../../../lib/idle/adaptive.js';

/** What a sleep takes beyond what was asked for, in ms: the kernel's timer slack. */
const SLACK_MS = 0.06;

/** What a look without a pause takes, in ms. */
const LOOK_MS = 0.00001;

/** A clock that only sleeps and looks move. */
class Clock {
  nowMs = 1000;
  /** What was asked for, in ms. */
  sleeps: number[] = [];
  readonly #wait = Atomics.wait;
  readonly #now = performance.now;

  start(): void {
    performance.now = () => this.nowMs;
    Atomics.wait = ((_array: Int32Array, _index: number, _value: number, ms: number) => {
      this.sleeps.push(ms);
      this.nowMs += ms + SLACK_MS;
      return 'timed-out';
    }) as typeof Atomics.wait;
  }

  stop(): void {
    performance.now = this.#now;
    Atomics.wait = this.#wait;
  }

  /** Waits as `readSync` does until the time is come; returns how late it was seen, in ms. */
  await(strategy: AdaptiveIdleStrategy, atMs: number): number {
    strategy.reset();
    while (this.nowMs < atMs) {
      strategy.idle();
      this.nowMs += LOOK_MS;
    }
    return this.nowMs - atMs;
  }
}

describe('AdaptiveIdleStrategy', () => {
  let clock: Clock;
  let strategy: AdaptiveIdleStrategy;
  beforeEach(() => {
    clock = new Clock();
    clock.start();
    strategy = new AdaptiveIdleStrategy();
  });
  afterEach(() => clock.stop());

  it('spins for what comes within microseconds, and never sleeps for it', () => {
    for (let i = 0; i < 1000; i++) assert.ok(clock.await(strategy, clock.nowMs + 0.005) < 0.001);
    assert.deepEqual(clock.sleeps, []);
  });

  it('learns the rhythm of a stream with jitter: misses none, and makes few looks for each', () => {
    // A small generator of its own, the same numbers in each run.
    let random = 7;
    const jitterMs = () => {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      return 0.2 * (random / 2 ** 32) - 0.1;
    };
    const delays: number[] = [];
    const startMs = clock.nowMs;
    for (let i = 1; i <= 3000; i++) {
      const atMs = startMs + i + jitterMs();
      const isHere = clock.nowMs >= atMs;
      const delayMs = clock.await(strategy, atMs);
      if (i > 1000) delays.push(isHere ? 1 : delayMs);
      if (i === 1000) clock.sleeps = [];
    }
    delays.sort((a, b) => a - b);
    assert.ok(delays[1000]! < 0.09, `median delay ${delays[1000]} ms`);
    assert.ok(delays.at(-1)! < 0.5, `worst delay ${delays.at(-1)} ms`);
    const looks = clock.sleeps.length / 2000;
    assert.ok(looks < 4.5, `${looks} sleeps a message`);
  });

  it('sleeps for a millisecond at most, whatever the rhythm was, and finds what breaks it', () => {
    for (let i = 1; i <= 50; i++) clock.await(strategy, 1000 + 100 * i);
    const lateMs = clock.await(strategy, clock.nowMs + 33);
    assert.ok(lateMs <= 1 + 2 * SLACK_MS, `${lateMs}`);
    assert.ok(Math.max(...clock.sleeps) <= 1);
    clock.sleeps = [];
    clock.await(strategy, clock.nowMs + 1000);
    assert.ok(clock.sleeps.length < 1100, `${clock.sleeps.length} sleeps in a second of silence`);
  });
});
