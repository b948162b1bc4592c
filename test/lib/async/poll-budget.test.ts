import assert from 'node:assert/strict';
import { LEAST_POLL_MS, LONGEST_POLL_MS, PollBudget, PROBE_EVERY } from '../../../lib/async/poll-budget.js';

describe('PollBudget', () => {
  it('starts with the least, and is not eager', () => {
    const budget = new PollBudget();
    assert.equal(budget.take(), LEAST_POLL_MS);
    assert.equal(budget.eager, false);
  });

  it('polls for longer than messages have taken lately, within its limit', () => {
    for (const waitedMs of [0.01, 0.1, 0.25, 5]) {
      const budget = new PollBudget();
      budget.found(waitedMs);
      assert.equal(budget.eager, true);
      const ms = budget.take();
      assert.ok(ms > Math.min(waitedMs, LONGEST_POLL_MS - 0.01) && ms <= LONGEST_POLL_MS, `${ms}`);
    }
  });

  it('polls for longer where that is allowed', () => {
    const budget = new PollBudget();
    assert.equal(budget.take(4), LEAST_POLL_MS);
    budget.found(0.9);
    assert.ok(budget.take(4) > 3);
    budget.found(5);
    assert.equal(budget.take(4), 4);
    const taken = Array.from({ length: PROBE_EVERY }, () => budget.take(4));
    assert.ok(taken.includes(4));
  });

  it('comes back to the least when polling is in vain', () => {
    const budget = new PollBudget();
    budget.found(1);
    for (let i = 0; i < 10; i++) budget.gaveUp();
    assert.equal(budget.take(), LEAST_POLL_MS);
    assert.equal(budget.eager, false);
  });

  it('one quick message does not undo what slower ones have taught', () => {
    const budget = new PollBudget();
    budget.found(0.2);
    const before = budget.take();
    budget.found(0);
    assert.ok(budget.take() > before / 2);
  });

  it('probes the longest time now and then, so that two ends that both park find each other', () => {
    const budget = new PollBudget();
    const taken = Array.from({ length: 3 * PROBE_EVERY }, () => budget.take());
    assert.equal(taken.filter((ms) => ms === LONGEST_POLL_MS).length, 3);
  });
});
