import assert from 'node:assert/strict';
import { liesTo, type Witness } from './truth.js';

describe('liesTo()', () => {
  const sender = (...told: number[]): Witness => ({ instance: 1, told: new Set(told), had: new Map() });
  const reader = (...had: number[]): Witness => ({ instance: 2, told: new Set(), had: new Map([[1, had]]) });

  it('finds what nobody has read, and nothing else', () => {
    assert.deepEqual(liesTo(sender(1, 2, 3), [reader(1, 3)]), [
      'was told that its message 2 was read; nobody has read it',
    ]);
    assert.deepEqual(liesTo(sender(1, 3), [reader(1, 2, 3)]), []);
    assert.deepEqual(liesTo(sender(1, 2, 3), [reader(1), reader(2, 3)]), []);
  });

  it('excuses the one message of which a killed reader could not speak any more', () => {
    assert.deepEqual(liesTo(sender(1, 2, 4), [reader(1), reader(4)]), []);
    assert.equal(liesTo(sender(1, 2, 3, 4), [reader(1), reader(4)]).length, 1);
  });
});
