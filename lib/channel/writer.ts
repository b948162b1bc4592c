import type { SegmentLayout } from '../../layout/index.js';
import { beginWrite, publish, publishPlain } from '../seqlock.js';
import { REPAIR_STEP } from './phase.js';
import { Slot } from './slot.js';

/**
 * Hot path: the writing half of a mailbox.
 *
 * One writer per channel over all processes. It belongs to one thread and keeps a shadow of the words that only a
 * writer changes (`sequence`, `writeCount`), so a write reads nothing from the segment.
 */
export class MailboxWriter {
  readonly #words: Int32Array;
  readonly #longs: BigInt64Array;
  readonly #slot: Slot;
  readonly #sequenceAt: number;
  readonly #dataSizeAt: number;
  readonly #writeCountAt: number;
  readonly #plain: boolean;
  #sequence = 0;
  #writeCountLow = 0;

  /**
   * @param segment - the mapped bytes of the whole segment
   * @param channel - offset of the channel in bytes
   * @param plain - publish with a plain store
   */
  constructor(segment: Buffer, layout: SegmentLayout, channel: number, plain: boolean) {
    this.#words = new Int32Array(segment.buffer, segment.byteOffset, segment.length >>> 2);
    this.#longs = new BigInt64Array(segment.buffer, segment.byteOffset, segment.length >>> 3);
    this.#slot = new Slot(segment, channel + layout.channel.data);
    this.#sequenceAt = (channel + layout.channel.sequence) >>> 2;
    this.#dataSizeAt = (channel + layout.channel.dataSize) >>> 2;
    this.#writeCountAt = (channel + layout.channel.writeCount) >>> 2;
    this.#plain = plain;
    this.resync();
  }

  /**
   * Publishes `data`, all `size` bytes of it, in place of what was there. Allocates nothing.
   * The caller has checked that it fits.
   */
  write(data: Uint8Array, size: number): void {
    const words = this.#words;
    const at = this.#sequenceAt;
    const sequence = this.#sequence;
    beginWrite(words, at, sequence);
    this.#slot.copyFrom(data, size);
    words[this.#dataSizeAt] = size;
    if (this.#plain) publishPlain(words, at, sequence);
    else publish(words, at, sequence);
    this.#sequence = (sequence + 2) | 0;
    // ORDER(write-count): counted after the message is out, as the protocol has it. A plain store of the low half; the
    // high half stays as it is but for every 2^32nd write.
    // Pairs with: the load of `write_count` that opens eshm_read() in C++; MailboxReader's careful path.
    // Else: a peer goes for the message before it is there, and takes the old one for it.
    // Not covered: a writer that dies between publishing and counting; the next one starts from what it finds.
    const count = (this.#writeCountLow + 1) | 0;
    this.#writeCountLow = count;
    if (count !== 0) words[this.#writeCountAt] = count;
    else this.#carry();
  }

  /**
   * Closes the slot to readers until the next {@link write}, which must follow within microseconds. A reader that found
   * its copy good before this counts it meanwhile, so `readCount` afterwards tells of the next message only.
   */
  hold(): void {
    // ORDER(write-hold): the odd `sequence` is out before this returns: an exchange, which empties the store buffer.
    // Pairs with: retryRead() here; the second load of `sequence` in eshm_read() in C++.
    // Else: a reader that is just finishing the message before acknowledges the next one, which it has not seen.
    // Not covered: a reader that is stopped between its last check and its count for longer than the caller pauses.
    Atomics.store(this.#words, this.#sequenceAt, this.#sequence + 1);
  }

  /** The 2^32nd write: both halves of `writeCount` in one store, so that nobody sees the count run backwards. */
  #carry(): void {
    const at = this.#writeCountAt >>> 1;
    this.#longs[at] = this.#longs[at]! + 1n;
  }

  /**
   * Reads the shadows anew, after another segment was mapped in place, and makes the channel writable: a writer that
   * died in mid-write leaves an odd `sequence`, and one that died before counting leaves a count that lags.
   *
   * The repair moves `sequence` forward to the next value that is {@link REPAIR_STEP}-aligned to the count, which no
   * reader can mistake for any state of a live writer. A half-written message becomes an empty one that is never
   * counted, so that a peer which has been waiting for an even `sequence` meets no torn bytes.
   */
  resync(): void {
    const words = this.#words;
    const sequence = Atomics.load(words, this.#sequenceAt);
    const count = Atomics.load(words, this.#writeCountAt);
    this.#writeCountLow = count;
    this.#sequence = sequence;
    const drift = (sequence - 2 * count) | 0;
    if ((drift & (REPAIR_STEP - 1)) === 0) return;
    // ORDER(repair): the empty size is visible before the even `sequence`.
    // Pairs with: beginRead() of any reader that waits for an even `sequence`.
    // Else: that reader returns the half-written message.
    // Not covered: a dead writer that was only stopped and goes on after this; it was judged by its heartbeat.
    if ((sequence & 1) !== 0) Atomics.store(words, this.#dataSizeAt, 0);
    this.#sequence = (sequence + REPAIR_STEP - (drift & (REPAIR_STEP - 1))) | 0;
    Atomics.store(words, this.#sequenceAt, this.#sequence);
  }
}
