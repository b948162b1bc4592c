import { REPAIR_STEP } from './cycle.js';
import {
  type Answer,
  answerTo,
  isOfReceipts,
  type Published,
  RECEIPT_COUNT,
  RECEIPT_READER,
  RECEIPT_SEQUENCE,
  type ReaderPlace,
} from './receipt.js';
import * as seqlock from './seqlock.js';
import { Slot } from './slot.js';
import * as views from './views.js';

// Constants of this module, because V8 folds those: of an import it asks at every use whether it is there yet, which is
// one instruction in ten of a write.
const { beginCopy, beginRead, beginWrite, publish, publishPlain } = seqlock;
const { addAtCarry, DATA_SIZE, wholeOf } = views;

/** `sequence - 2 * writeCount` of a writer that has published and not yet counted; see cycle.ts. */
const UNCOUNTED = 2;

/** How far ahead of what it found a repair's first value is at least. */
const ROOM = REPAIR_STEP / 4;

/** Most messages by which one write moves the counts; the rest is for the next. Readers compare sequences as signed words. */
const MAX_JUMP = 2 ** 29;

/** Only to give a field its kind. */
const NO_SLOT = new Slot(views.NOBODYS.channel.data);

/**
 * Hot path: the writing half of a mailbox.
 *
 * One writer per channel over all processes. It belongs to one thread and keeps a shadow of the words that only a
 * writer changes (`sequence`, `writeCount`), so a write reads nothing from the segment.
 */
export class MailboxWriter {
  // Every field has a first value of its final kind. Without one V8 first stores `undefined`, forgets that the field
  // holds an integer or an Int32Array, and checks it at every use.
  #words: Int32Array = new Int32Array();
  #writeCount: Int32Array = new Int32Array();
  #slot = NO_SLOT;
  #plain = false;
  #sequence = 0;
  #writeCountLow = 0;
  /** The slot, mapped; not to be written but by {@link write}. */
  readonly slotBytes: Uint8Array;
  /** Called when the shadows were read anew: no `sequence` of before means anything now. */
  onResync: () => void = () => {};
  /** Messages of {@link writeAfter} by which the counts have not moved yet. */
  #owed = 0;
  /** The whole channel, for what is not hot. */
  readonly #channel: views.ChannelViews;

  /** @param plain - publish with a plain store */
  constructor(channel: views.ChannelViews, plain: boolean) {
    this.#words = channel.words;
    this.#writeCount = channel.writeCount;
    this.#slot = new Slot(channel.data);
    this.slotBytes = channel.data;
    this.#channel = channel;
    this.#plain = plain;
    this.resync();
  }

  /** `sequence` since the last message was published. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Low half of `writeCount` as it stands in the channel, whoever wrote. */
  get currentWrites(): number {
    return Atomics.load(this.#writeCount, 0);
  }

  /** Low half of the reader's `readCount` as it stands. */
  get currentReads(): number {
    return Atomics.load(this.#channel.reads, 0);
  }

  /** Where the reader is, to be taken while nothing can be read: before a message, behind {@link hold}. */
  get readerPlace(): ReaderPlace {
    const words = this.#channel.reads;
    const reads = Atomics.load(words, 0);
    const receiptCount = Atomics.load(words, RECEIPT_COUNT);
    return { reads, receiptCount, receiptSequence: Atomics.load(words, RECEIPT_SEQUENCE) };
  }

  /** Whether a message was read, which is still the newest of this channel or was. */
  answerTo(published: Published): Answer {
    const words = this.#channel.reads;
    // ORDER(receipt-look): the count, then the count in the receipt, then the message in it.
    // Pairs with: a reader's count, which stores them the other way round: what was loaded first is never ahead of what
    // was loaded after it.
    // Else: the count of a reader that leaves receipts is met with a receipt of before, which looks as if the last count
    // were that of a reader that leaves none, and acknowledges a message that nobody has read.
    // Not covered: nothing. The first through Atomics, across which V8 moves no load; x86 does loads in order.
    const reads = Atomics.load(words, 0);
    const receiptCount = words[RECEIPT_COUNT]!;
    return answerTo(published, reads, receiptCount, words[RECEIPT_SEQUENCE]!);
  }

  /**
   * Whether the reader with this identity, the one in the header, leaves receipts, as far as can be known before it has
   * read anything: it has signed, and the last count, whoever's it is, is that of a receipt.
   */
  hasReceiptsOf(identity: number): boolean {
    const { reads, receiptCount } = this.readerPlace;
    const isSigned = identity !== 0 && Atomics.load(this.#channel.reads, RECEIPT_READER) === identity;
    return isSigned && isOfReceipts(reads, receiptCount);
  }

  /** Both counts of the channel as they stand. */
  counters(): views.Counters {
    return views.countersOf(this.#channel);
  }

  /**
   * Publishes `data`, all its bytes, `size` as it says itself, in place of what was there. Allocates nothing for an array that comes again.
   * The caller has checked that it fits.
   *
   * Between the odd and the even `sequence` nothing can throw: a writer that lived on behind an odd one would leave its
   * readers deaf. So what could be wrong with `data` is looked at before, in {@link #writeOther}.
   *
   * @throws {TypeError} when the bytes are not there (any more); nothing was touched then
   */
  write(data: Uint8Array, size: number): void {
    if (!this.#slot.knows(data, size)) {
      this.#writeOther(data, size);
      return;
    }
    const words = this.#words;
    const sequence = this.#sequence;
    beginWrite(words, sequence);
    this.#slot.copyFrom(data, size);
    this.#publish(words, sequence, size);
  }

  /** As {@link write}, for what is empty, large, or was not written before. */
  #writeOther(data: Uint8Array, told: number): void {
    const size = this.#slot.sees(data, told) ? told : this.#slot.judge(data, told);
    const words = this.#words;
    const sequence = this.#sequence;
    beginCopy(words, sequence, size);
    this.#slot.copyJudged(size);
    this.#publish(words, sequence, size);
  }

  #publish(words: Int32Array, sequence: number, size: number): void {
    words[DATA_SIZE] = size;
    if (this.#plain === true) publishPlain(words, sequence);
    else publish(words, sequence);
    this.#sequence = (sequence + 2) | 0;
    // ORDER(write-count): counted after the message is out, as the protocol has it. A plain store of the low half; the
    // high half stays as it is but for every 2^32nd write.
    // Pairs with: the load of `write_count` that opens eshm_read() in C++; MailboxReader's careful path.
    // Else: a peer goes for the message before it is there, and takes the old one for it.
    // Not covered: a writer that dies between publishing and counting; the next one starts from what it finds.
    const count = (this.#writeCountLow + 1) | 0;
    this.#writeCountLow = count;
    if (count !== 0) this.#writeCount[0] = count;
    else addAtCarry(this.#writeCount);
  }

  /**
   * As {@link write}, after `missed` messages that somebody else has overwritten before they came here: the counts move
   * as if they had been written and replaced, so a reader of this channel learns what it missed on the whole way.
   *
   * @param missed - 0 or more
   */
  writeAfter(missed: number, data: Uint8Array, told: number): void {
    const jump = this.#jumpFor(missed + this.#owed);
    this.#owed = Math.min(missed + this.#owed - jump, MAX_JUMP);
    const size = this.#slot.sees(data, told) ? told : this.#slot.judge(data, told);
    const words = this.#words;
    const sequence = this.#sequence;
    // ORDER(write-jump): the odd value is that of any write, and the jump is in the even one that publishes, so no
    // state in between is even and every odd one is one more than a state of rest.
    // Pairs with: beginRead() and retryRead() of any reader, which compare for equality and parity; Cursor, Cycle.
    // Else: a reader that does not know where this writer rests takes a moment of a write for it: torn data.
    // Not covered: a writer that dies between this and its count; the next one's repair makes the counts fit.
    beginCopy(words, sequence, size);
    this.#slot.copyJudged(size);
    // What is left of the way is that of a write whose sequence was so much higher.
    this.#writeCountLow = (this.#writeCountLow + jump) | 0;
    this.#publish(words, (sequence + 2 * jump) | 0, size);
  }

  /**
   * How much of `missed` the next message may show: so much that the state between publishing and counting is no state
   * of rest after a repair, and that the low half of the count stays in its round: the carry is for a write without a jump.
   */
  #jumpFor(missed: number): number {
    const toCarry = Math.max(0, 0xfffffffe - (this.#writeCountLow >>> 0));
    const jump = Math.min(missed, MAX_JUMP, toCarry);
    const isLikeRepair = ((UNCOUNTED + 2 * jump) & (REPAIR_STEP - 1)) === 0;
    return isLikeRepair ? jump - 1 : jump;
  }

  /**
   * Closes the slot to readers until the next {@link write}, which must follow within microseconds, with bytes of the
   * caller's own, so that it cannot throw. A reader that found its copy good before this counts it meanwhile, so
   * `readCount` afterwards mostly tells of the next message only. Receipts need no such help.
   */
  hold(): void {
    // ORDER(write-hold): the odd `sequence` is out before this returns: an exchange, which empties the store buffer.
    // Pairs with: retryRead() here; the second load of `sequence` in eshm_read() in C++.
    // Else: a reader without receipts that is just finishing the message before acknowledges the next one.
    // Not covered: such a one that is stopped between its last check and its count for longer than the caller pauses.
    Atomics.store(this.#words, 0, this.#sequence + 1);
  }

  /**
   * Reads the shadows anew, after another segment was mapped in place, and repairs what a writer that died left.
   *
   * Its last message is lost: it may be half-written, and even where it looks published, an earlier death may have
   * turned the parity round. It becomes an empty one, so that a peer which has been waiting for an even `sequence` meets
   * no torn bytes, and `sequence` moves forward to the next value that is {@link REPAIR_STEP}-aligned to the count,
   * which no reader can mistake for any state of a live writer.
   */
  resync(): void {
    const words = this.#words;
    const found = beginRead(words);
    const drift = (found - 2 * Atomics.load(this.#writeCount, 0)) & (REPAIR_STEP - 1);
    if (drift !== 0) {
      const uncounted = drift === UNCOUNTED;
      const writeCount = wholeOf(this.#writeCount);
      const next = (found + REPAIR_STEP - drift + (uncounted ? 2 : 0)) | 0;
      // Where an earlier repair was cut short, half a step back from there is where writers have been since.
      const repaired = drift < REPAIR_STEP / 2 - ROOM ? next : (next + REPAIR_STEP) | 0;
      // ORDER(repair): an odd `sequence`, then the empty size and the count, then the even `sequence`: a write like any.
      // The odd value is new, and a quarter of a step or more from all that a writer which goes on from here, or from
      // there, can show: a reader that looks in between, or that is copying, takes it for none of them.
      // Pairs with: beginRead() of any reader that waits for an even `sequence`; retryRead(); Rest.
      // Else: that reader returns the half-written message, or the empty one.
      // Not covered: a dead writer that was only stopped and goes on after this; it was judged by its heartbeat.
      Atomics.store(words, 0, repaired - REPAIR_STEP / 2 + 1);
      Atomics.store(words, DATA_SIZE, 0);
      // A reader may have taken the message that its writer did not come to counting: then it has counted one more.
      if (uncounted) writeCount[0] = writeCount[0]! + 1n;
      Atomics.store(words, 0, repaired);
    }
    this.#writeCountLow = Atomics.load(this.#writeCount, 0);
    this.#sequence = beginRead(words);
    this.onResync();
  }
}
