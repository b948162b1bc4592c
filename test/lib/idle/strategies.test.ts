import assert from 'node:assert/strict';
import {
  BACKOFF_DEFAULTS,
  BackoffIdleStrategy,
  BusySpinIdleStrategy,
  SleepingIdleStrategy,
  YieldingIdleStrategy,
} from '../../../lib/idle/index.js';

/** The milliseconds of every sleep that `act` makes; none is slept. */
function sleepsOf(act: () => void): number[] {
  const { wait } = Atomics;
  const sleeps: number[] = [];
  Atomics.wait = ((_array: Int32Array, _index: number, _value: number, ms: number) => {
    sleeps.push(ms);
    return 'timed-out';
  }) as typeof Atomics.wait;
  try {
    act();
  } finally {
    Atomics.wait = wait;
  }
  return sleeps;
}

const times = (count: number, strategy: { idle(): void }) => () => {
  for (let i = 0; i < count; i++) strategy.idle();
};

describe('idle strategies', () => {
  it('busy-spin never sleeps', () => {
    const strategy = new BusySpinIdleStrategy();
    strategy.reset();
    assert.deepEqual(sleepsOf(times(10_000, strategy)), []);
  });

  it('yielding takes the shortest sleep after every look', () => {
    const strategy = new YieldingIdleStrategy();
    strategy.reset();
    assert.deepEqual(sleepsOf(times(3, strategy)), [0.001, 0.001, 0.001]);
  });

  it('sleeping sleeps as long as it was told, 1 ms by default', () => {
    const strategy = new SleepingIdleStrategy(2.5);
    strategy.reset();
    assert.deepEqual(sleepsOf(times(2, strategy)), [2.5, 2.5]);
    assert.deepEqual(sleepsOf(times(1, new SleepingIdleStrategy())), [1]);
  });

  it('backoff spins, yields, and then sleeps in doubling steps up to its limit, and starts again after reset()', () => {
    const strategy = new BackoffIdleStrategy({ maxSpins: 3, maxYields: 2, minParkMs: 0.1, maxParkMs: 0.5 });
    const course = [0.001, 0.001, 0.1, 0.2, 0.4, 0.5, 0.5];
    assert.deepEqual(sleepsOf(times(10, strategy)), course);
    strategy.reset();
    assert.deepEqual(sleepsOf(times(10, strategy)), course);
    const { maxSpins, maxYields, minParkMs } = BACKOFF_DEFAULTS;
    const sleeps = sleepsOf(times(maxSpins + maxYields + 1, new BackoffIdleStrategy()));
    assert.deepEqual([sleeps.length, sleeps.at(-1)], [maxYields + 1, minParkMs]);
  });

  it('a sleep takes at least as long as asked for', () => {
    const before = performance.now();
    new SleepingIdleStrategy(5).idle();
    assert.ok(performance.now() - before >= 5);
  });

  for (const bad of [0, -1, Number.NaN, '1' as unknown as number]) {
    it(`${typeof bad} ${bad} as a limit is a RangeError`, () => {
      assert.throws(() => new SleepingIdleStrategy(bad), RangeError);
      for (const name of Object.keys(BACKOFF_DEFAULTS)) {
        assert.throws(() => new BackoffIdleStrategy({ [name]: bad }), {
          name: 'RangeError',
          message: new RegExp(name),
        });
      }
    });
  }
});
