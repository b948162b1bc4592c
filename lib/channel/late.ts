import type { CarefulPath } from './careful.js';
import type { Cursor } from './cursor.js';
import { MAX_COPIES, peek } from './peek.js';
import { beginRead, retryRead } from './seqlock.js';
import type { Slot } from './slot.js';
import { type ChannelViews, DATA_SIZE } from './views.js';

/** A message that was copied and is not counted yet; see {@link LatePath.take}. */
export interface Taken {
  readonly data: Buffer;
  /** Its number, as the reader's `count` is once it is counted. */
  readonly count: number;
  /** Messages that were overwritten unread before it. */
  readonly missed: number;
  /** `sequence` with it. */
  readonly sequence: number;
}

/**
 * How {@link MailboxReader} reads for a bridge, which may count a message only when it was read on the other machine: it
 * copies now and counts later. Not for the hot path. Shares that reader's cursor and slot; belongs to it.
 */
export class LatePath {
  readonly #words: Int32Array;
  readonly #maxDataSize: number;
  readonly #cursor: Cursor;
  readonly #slot: Slot;
  readonly #careful: CarefulPath;

  constructor(channel: ChannelViews, cursor: Cursor, slot: Slot, careful: CarefulPath) {
    this.#words = channel.words;
    this.#maxDataSize = channel.data.length;
    this.#cursor = cursor;
    this.#slot = slot;
    this.#careful = careful;
  }

  /**
   * Copies the newest message and counts nothing: it stays unread for its writer until {@link count}. Until it is
   * counted or {@link drop | dropped} the next call gives the same message, or a newer one in its place.
   *
   * @throws {EshmError} ESHM_CORRUPT (it is skipped)
   */
  take(): Taken | undefined {
    const words = this.#words;
    const cursor = this.#cursor;
    for (let copies = 0; copies < MAX_COPIES; copies++) {
      const sequence = beginRead(words);
      const isKnown = cursor.sure && cursor.writer[0] === cursor.identity;
      if (isKnown && sequence === cursor.sequence) return undefined;
      if (!cursor.atRest(sequence)) continue;
      if (sequence === cursor.sequence) return undefined;
      const size = words[DATA_SIZE]! >>> 0;
      const data = Buffer.allocUnsafe(Math.min(size, this.#maxDataSize));
      if (size <= this.#maxDataSize) this.#slot.copyTo(data, size);
      if (retryRead(words, sequence)) {
        this.#careful.retries++;
        continue;
      }
      if (size > this.#maxDataSize) throw this.#careful.skipped(sequence, size);
      const writes = ((sequence - cursor.sequence) | 0) >>> 1;
      return { data, count: cursor.count + writes, missed: writes - 1 + cursor.lost, sequence };
    }
    return undefined;
  }

  /**
   * Counts a message of {@link take} as read, for its writer to see, unless another has replaced it meanwhile: that
   * one's writer would take the count for its own. A message that is published again (`send` with `resendMs`) has
   * replaced itself, and is counted.
   *
   * @returns whether it was counted; in any case it is not taken again
   */
  count(taken: Taken): boolean {
    if (!this.#isNext(taken)) return false;
    // ORDER(late-count): the slot is looked at right before the count moves, for writers that go by the count: those of
    // ours go by the receipt, which names this message whatever has come since.
    // Pairs with: a writer that has waited for the count before it writes again: C++, older builds of ours.
    // Else: the count of a message that was replaced acknowledges the next one, which nobody has read.
    // Not covered: such a writer, and a thread that is stopped between the look and the count, or a message of the very
    // same bytes in its place, which cannot be told from one that was published again.
    const stands = !retryRead(this.#words, taken.sequence) || this.#holds(taken.data);
    if (stands) this.#careful.count(taken.sequence);
    else this.drop(taken);
    return stands;
  }

  /** Passes over a message of {@link take}: it counts neither as read nor as missed; those before it are. */
  drop(taken: Taken): void {
    const cursor = this.#cursor;
    if (!this.#isNext(taken)) return;
    const writes = ((taken.sequence - cursor.sequence) | 0) >>> 1;
    cursor.sequence = taken.sequence;
    cursor.count += writes;
    cursor.lost += writes - 1;
  }

  /**
   * Whether it is ahead of what was counted last. Told by the numbers: the sequence of one that is 2^30 messages or more
   * ahead looks like one of before.
   */
  #isNext({ count, sequence }: Taken): boolean {
    return sequence !== this.#cursor.sequence && count > this.#cursor.count;
  }

  /** Whether these bytes are what the slot holds. */
  #holds(data: Uint8Array): boolean {
    return peek(this.#words, this.#cursor, this.#slot, this.#maxDataSize)?.equals(data) === true;
  }
}
