import assert from 'node:assert/strict';
import { EPOCH_FROM, messagesIn } from '../../layout/index.js';

describe('messagesIn()', () => {
  const epoch = BigInt(EPOCH_FROM) << 32n;

  it('is the count where nothing else is in it, however great', () => {
    for (const count of [0n, 1n, 2n ** 32n + 5n, epoch - 1n]) assert.equal(messagesIn(count), count);
  });

  it('leaves the time out that a master of ours has put into the high half', () => {
    assert.equal(messagesIn(epoch), 0n);
    assert.equal(messagesIn(epoch + 7n), 7n);
    assert.equal(messagesIn(2n ** 64n - 1n), 2n ** 32n - 1n);
  });
});
