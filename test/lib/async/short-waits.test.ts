import assert from 'node:assert/strict';
import { LONGEST_POLL_MS, SHORT_MS, ShortWaits } from '../../../lib/async/short-waits.js';

/** What a wait may poll after those that took so long, in ms. */
function pollAfter(...waitsMs: number[]): number {
  const waits = new ShortWaits();
  for (const ms of waitsMs) waits.took(ms);
  return waits.take();
}

/** As many waits of `ms` as it takes until those before them have no say. */
const many = (ms: number): number[] => Array(32).fill(ms);

describe('ShortWaits', () => {
  it('polls where waits are short, and parks where they are not', () => {
    assert.equal(pollAfter(), LONGEST_POLL_MS);
    assert.equal(pollAfter(...many(SHORT_MS / 2)), LONGEST_POLL_MS);
    assert.equal(pollAfter(...many(2 * SHORT_MS)), 0);
    assert.equal(pollAfter(...many(1000)), 0);
  });

  it('goes on polling after the silence between two bursts', () => {
    assert.equal(pollAfter(...many(0.2), 8), LONGEST_POLL_MS);
    assert.equal(pollAfter(...many(0.2), 10_000), LONGEST_POLL_MS);
  });

  it('parks after two silences in a row', () => {
    assert.equal(pollAfter(...many(0.2), 8, 8), 0);
  });

  it('polls again as soon as some waits in a row are short', () => {
    assert.equal(pollAfter(...many(1000), 0.1, 0.1, 0.1), LONGEST_POLL_MS);
  });
});
