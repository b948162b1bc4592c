import { type CarefulPath, NO_DATA, NO_ROOM } from './careful.js';
import type { Cursor } from './cursor.js';
import * as seqlock from './seqlock.js';
import * as views from './views.js';
import type { Window } from './window.js';

// Constants of this module, because V8 folds those; see writer.ts.
const { beginRead, retryRead } = seqlock;
const { DATA_SIZE, SEQUENCE } = views;

/** Looks at a message in place before it is copied: a writer that is quicker than the look would go on for ever. */
const MAX_LOOKS_IN_PLACE = 3;

/**
 * Hot path: looks at messages where they lie. Shares the reader's cursor; belongs to it.
 *
 * What is rare (an unknown writer, a write under way, a message of another size) is left to the reader's own way of
 * taking a copy, and looked at there.
 */
export class Looks {
  readonly #words: Int32Array;
  readonly #cursor: Cursor;
  readonly #maxDataSize: number;
  readonly #careful: CarefulPath;

  /** Looks that were in vain because the writer was at work meanwhile. */
  retries = 0;
  /** `sequence` of the message that is looked at, or was last. */
  #lookedAt = 0;
  /** Whether a copy is looked at. */
  #isCopy = false;

  constructor(channel: views.ChannelViews, cursor: Cursor, careful: CarefulPath) {
    this.#words = channel.words;
    this.#cursor = cursor;
    this.#maxDataSize = channel.data.length;
    this.#careful = careful;
  }

  /**
   * Looks at the newest message where it lies and counts it as read. Allocates nothing of its own.
   *
   * What `look` sees may be torn, and is thrown away then together with what it returned or threw; it is called again. So
   * it runs with garbage now and then, and must only look. It looks at a copy once the writer was too quick for it.
   *
   * @returns what `look` returned for a message that was whole; `undefined` when there is nothing new
   * @throws what `look` threw at a message that was whole, which then stays unread
   * @throws {EshmError} ESHM_CORRUPT (it is skipped)
   */
  view<Live, T>(window: Window<Live>, look: (live: Live) => T): T | undefined {
    const words = this.#words;
    const cursor = this.#cursor;
    for (let looks = 0; looks < MAX_LOOKS_IN_PLACE; looks++) {
      if (words[SEQUENCE] === cursor.sequence && cursor.sure && cursor.writer[0] === cursor.identity) {
        return undefined;
      }
      // The same steps as in MailboxReader#take(), for the same reasons; whatever is rare goes on from here with a copy.
      const sequence = beginRead(words);
      // ORDER(view-writer): who writes is looked at after the sequence; see that of reader.ts.
      // Pairs with: `master_generation` and `slave_pid`, set at every start.
      // Else: after a death in mid-write the next writer's parity is taken for that of the dead one: torn data.
      // Not covered: as there.
      if (cursor.writer[0] !== cursor.identity) break;
      if ((sequence & 1) !== cursor.rest || words[DATA_SIZE] !== window.size) break;
      // ORDER(view-validate): the sequence is loaded again after all that `look` has loaded; see retryRead().
      // Pairs with: beginWrite() here; the first `sequence` increment of eshm_write() in C++.
      // Else: a result made of two messages counts.
      // Not covered: what `look` keeps for itself; it is told not to.
      this.#lookedAt = sequence;
      try {
        const value = look(window.begin());
        if (typeof value === 'object' && value !== null) window.judge(value);
        if (!retryRead(words, sequence)) {
          window.end();
          // A read within `look` has counted this message already.
          if (cursor.sequence !== sequence) this.#careful.count(sequence);
          return value;
        }
      } catch (error) {
        // What a torn message made of it is nobody's error.
        if (!retryRead(words, sequence)) {
          window.end();
          throw error;
        }
      }
      window.end();
      this.retries++;
    }
    return this.#viewCopy(window, look);
  }

  /**
   * Counts the message that is being looked at before its look is over, where it is whole up to now: the reader is about to
   * leave. To be called within a look only.
   */
  countEarly(): void {
    // ORDER(count-early): as view-validate, for what `look` has loaded so far; a copy was found good before the look.
    // Pairs with: as there.
    // Else: a message that is already replaced counts, and its writer takes that for the count of the next.
    // Not covered: what `look` goes on to load after this; where that is torn it is called again, and nothing is counted.
    if (this.#isCopy || !retryRead(this.#words, this.#lookedAt)) this.#count();
  }

  /**
   * As {@link view}, with a copy, which is counted when it was looked at to the end: a count that somebody waits for can
   * never be taken back. Its receipt says which message that is, whatever has come since.
   */
  #viewCopy<Live, T>(window: Window<Live>, look: (live: Live) => T): T | undefined {
    let size = this.#copy(window.copy, window.size);
    // Larger than what can be looked at: taken all the same, so that the next one is not behind it.
    if (size === NO_ROOM) {
      const room = Buffer.allocUnsafe(this.#maxDataSize);
      size = this.#copy(room, this.#maxDataSize);
      // Another may have come meanwhile, which is not.
      if (size <= window.size) window.copy.set(room.subarray(0, Math.max(size, 0)));
    }
    if (size === NO_DATA) return undefined;
    this.#lookedAt = this.#careful.copied;
    try {
      window.accept(size);
    } catch (error) {
      // Nobody can look at it, so it is over and done with.
      this.#count();
      throw error;
    }
    this.#isCopy = true;
    try {
      const value = look(window.beginCopy());
      if (typeof value === 'object' && value !== null) window.judge(value);
      this.#count();
      return value;
    } finally {
      this.#isCopy = false;
      window.end();
    }
  }

  /** Copies the newest message and counts nothing: the size in bytes, {@link NO_DATA} or {@link NO_ROOM}. */
  #copy(target: Uint8Array, room: number): number {
    const cursor = this.#cursor;
    if (cursor.sure && cursor.writer[0] === cursor.identity) {
      const sequence = beginRead(this.#words);
      if (sequence === cursor.sequence) return NO_DATA;
      if ((sequence & 1) !== cursor.rest && !(cursor.refuse(sequence) && cursor.atRest(sequence))) {
        return NO_DATA;
      }
    }
    return this.#careful.copy(target, room);
  }

  /** Counts the message that was looked at, unless a read within the look has counted it, or a later one. */
  #count(): void {
    const sequence = this.#lookedAt;
    if (((sequence - this.#cursor.sequence) | 0) > 0) this.#careful.count(sequence);
  }
}
