import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { nap } from '../../../lib/async/nap.js';

/** Asked for, in ms. No nap is shorter. */
const MS = 5;

function took(act: () => void): number {
  const startMs = performance.now();
  act();
  return performance.now() - startMs;
}

describe('nap()', () => {
  beforeEach(() => turn());

  it('sleeps once in a turn of the event loop, however many ask', async () => {
    // What only looks at the clock takes microseconds; the shortest of several tries is not the machine's doing.
    const others: number[] = [];
    for (let i = 0; i < 5; i++) {
      assert.ok(took(() => nap(MS)) >= MS);
      others.push(took(() => nap(MS)));
      await turn();
    }
    assert.ok(Math.min(...others) < MS, `${others}`);
  });

  it('sleeps again in the next turn, before those who asked in vain', async () => {
    const order: string[] = [];
    const ask = (name: string) => () => {
      order.push(took(() => nap(MS)) >= MS ? name : `${name} looks`);
      if (order.length < 6) setImmediate(ask(name));
    };
    setImmediate(ask('one'));
    setImmediate(ask('two'));
    while (order.length < 6) await turn();
    assert.deepEqual(
      order.filter((name) => name === 'one'),
      ['one', 'one', 'one'],
    );
  });
});
