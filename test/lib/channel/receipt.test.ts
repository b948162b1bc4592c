import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Answer, answerTo, isOfReceipts, type Published } from '../../../lib/channel/receipt.js';

/** A message published when the reader had counted `reads`, the last one with a receipt for `sequence`. */
function published(
  reads: number,
  receiptCount: number,
  sequence: number,
  first: number,
  last = first,
): Published {
  return { first: first | 0, last: last | 0, before: { reads, receiptCount, receiptSequence: sequence } };
}

describe('answerTo()', () => {
  it('knows a message by its receipt, whatever was counted', () => {
    const message = published(4, 4, 8, 10);
    for (const reads of [4, 5, 6, 3]) assert.equal(answerTo(message, reads, 5, 10), Answer.named);
  });

  it('does not take the count of a receipt for an earlier message for its own', () => {
    const message = published(4, 4, 8, 12);
    assert.equal(answerTo(message, 4, 4, 10), Answer.none, 'the message is said, its count is not');
    assert.equal(answerTo(message, 4, 5, 10), Answer.none, 'the count is said, and is not made');
    assert.equal(answerTo(message, 5, 5, 10), Answer.none, 'counted');
  });

  it('goes by the count where it has passed the receipt', () => {
    for (const [reads, receipt] of [
      [4, 0],
      [4, 4],
      [4, 5],
    ] as const) {
      const message = published(reads, receipt, 8, 12);
      assert.equal(answerTo(message, reads, receipt, 8), Answer.none);
      const counted = reads + 1 === receipt ? Answer.none : Answer.counted;
      assert.equal(answerTo(message, reads + 1, receipt, 8), counted, 'may be that of the receipt');
      assert.equal(answerTo(message, reads + 2, receipt, 8), Answer.countedAgain);
    }
  });

  it('a count that goes back is none', () => {
    assert.equal(answerTo(published(4, 0, 0, 12), 3, 0, 0), Answer.none);
  });

  it('knows a message that was published several times by any of its numbers, and by no other', () => {
    const message = published(4, 4, 8, 12, 16);
    for (const sequence of [12, 14, 16]) assert.equal(answerTo(message, 4, 4, sequence), Answer.named);
    for (const sequence of [10, 18, 8]) assert.equal(answerTo(message, 4, 4, sequence), Answer.none);
  });

  it('a receipt that stood there before is not its own, if it has the same number after 2^31 messages', () => {
    assert.equal(answerTo(published(4, 4, 10, 10), 4, 4, 10), Answer.none);
    assert.equal(answerTo(published(4, 4, 10, 10), 4, 5, 10), Answer.named, 'read anew');
    // A segment that nobody of ours has read in, at the wrap of the sequence.
    assert.equal(answerTo(published(9, 0, 0, 0), 9, 0, 0), Answer.none);
  });

  it('wraps as its words do', () => {
    const anyWord = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(anyWord, anyWord, (reads, sequence) => {
        const next = (reads + 1) | 0;
        const [first, last] = [(sequence + 2) | 0, (sequence + 6) | 0];
        const message = published(reads, reads, sequence, first, last);
        assert.equal(answerTo(message, next, next, last), Answer.named);
        assert.equal(answerTo(message, next, next, (sequence - 2) | 0), Answer.none);
        assert.equal(answerTo(message, next, reads, sequence), Answer.counted);
        assert.ok(isOfReceipts(reads, next) && isOfReceipts(reads, reads) && !isOfReceipts(next, reads));
      }),
    );
  });
});
