// Over 250 lines: hot path and shadows in one class, whose private fields are the quickest to reach.
import type { EshmError } from '../errors.js';
import { CarefulPath, NO_DATA, NO_ROOM } from './careful.js';
import { Cursor, type WriterSigns } from './cursor.js';
import { LatePath } from './late.js';
import { Looks } from './looks.js';
import { tooSmall } from './message-bytes.js';
import { peek } from './peek.js';
import * as receipts from './receipt.js';
import type { RestFinder } from './rest.js';
import * as seqlock from './seqlock.js';
import { Slot } from './slot.js';
import * as views from './views.js';

// Constants of this module, because V8 folds those; see writer.ts.
const { beginRead, retryRead } = seqlock;
const { RECEIPT_COUNT, RECEIPT_READER, RECEIPT_SEQUENCE } = receipts;
const { addAtCarry, DATA_SIZE, placeOf, SEQUENCE } = views;
const NO_BYTES = Buffer.alloc(0);

/** Only to give fields their kind. */
const NOTHING = (() => {
  const { channel, segment } = views.NOBODYS;
  const slot = new Slot(channel.data);
  const cursor = new Cursor(channel, segment, { identity: 0, heartbeat: 0 }, { sequence: 0, writes: 0 });
  const careful = new CarefulPath(channel, cursor, slot, () => {});
  const looks = new Looks(channel, cursor, careful);
  return { slot, cursor, careful, looks };
})();

/**
 * Hot path: the reading half of a mailbox.
 *
 * One reader per channel over all processes. It belongs to one thread, remembers which message it counted last (its
 * {@link Cursor}) and keeps a shadow of `readCount`, which nobody else changes. A look that finds nothing loads two
 * words of the channel.
 */
export class MailboxReader {
  // First values give the fields their kinds; see MailboxWriter.
  #words: Int32Array = new Int32Array();
  #reads: Int32Array = new Int32Array();
  /** Who writes, as the header shows it. */
  #writer: Int32Array = new Int32Array();
  #cursor = NOTHING.cursor;
  #slot = NOTHING.slot;
  #careful = NOTHING.careful;
  /** Looks at messages where they lie; a field, because a method that hands on is one call more for V8 to inline. */
  looks = NOTHING.looks;
  #maxDataSize = 0;
  #readCountLow = 0;
  /** The slot, mapped: for whoever looks at messages where they lie, by {@link looks}. */
  readonly slotBytes: Uint8Array;
  /** Memory for a message whose copy had to be thrown away: for the next try, so that trying costs none. */
  #spare: Buffer = NO_BYTES;
  /** Which of the words holds the end of the last message. */
  #endAt = 1;
  // biome-ignore lint/correctness/noUnusedPrivateClassMembers: kept so that V8 does not leave the load out
  #end = 0;

  /** Messages that were overwritten between the last two reads. */
  missed = 0;
  /** All messages that were overwritten unread since this reader began. */
  totalMissed = 0;
  /** Copies thrown away on the hot path. */
  #retries = 0;
  /** For whoever copies now and counts later. */
  readonly late: LatePath;
  /** The whole channel, for what is not hot. */
  readonly #channel: views.ChannelViews;

  /**
   * @param channel - the channel to read
   * @param segment - the mapped bytes of the whole segment
   * @param writer - where the header tells of the channel's writer
   * @param from - what had been written when the channel was there counts as read; where it is now, if not given
   */
  constructor(
    channel: views.ChannelViews,
    segment: Buffer,
    writer: WriterSigns,
    from: views.ChannelPlace = placeOf(channel),
  ) {
    this.#channel = channel;
    this.#words = channel.words;
    this.#reads = channel.reads;
    this.#slot = new Slot(channel.data);
    this.slotBytes = channel.data;
    this.#maxDataSize = channel.data.length;
    this.#cursor = new Cursor(channel, segment, writer, from);
    this.#writer = this.#cursor.writer;
    this.#readCountLow = this.#reads[0]!;
    const count = (sequence: number) => this.#count(sequence);
    this.#careful = new CarefulPath(channel, this.#cursor, this.#slot, count);
    this.looks = new Looks(channel, this.#cursor, this.#careful);
    this.late = new LatePath(channel, this.#cursor, this.#slot, this.#careful);
  }

  /** Copies thrown away because the writer was at work meanwhile. */
  get retries(): number {
    return this.#retries + this.#careful.retries + this.looks.retries;
  }

  /** Called with ESHM_CORRUPT for every message that is skipped; what it returns is thrown. */
  set onCorrupt(listener: (error: EshmError) => EshmError) {
    this.#careful.onCorrupt = listener;
  }

  /** Number of the message read last: the writer's `writeCount` with it. Exact up to 2^53. */
  get count(): number {
    return this.#cursor.count;
  }

  /**
   * Copies the newest message into `target` and counts it as read. Allocates nothing.
   *
   * @param room - bytes in `target`
   * @returns its size in bytes, or -1: nothing new, or a write under way
   * @throws {EshmError} ESHM_BUFFER_TOO_SMALL (the message stays unread), ESHM_CORRUPT (it is skipped)
   */
  tryReadInto(target: Uint8Array, room: number): number {
    const size = this.#take(target, room);
    if (size === NO_ROOM) throw tooSmall(room, this.#words[DATA_SIZE]! >>> 0);
    return size;
  }

  /** As {@link tryReadInto}, into a new Buffer; `undefined` where that returns -1. @throws {EshmError} ESHM_CORRUPT */
  tryRead(): Buffer | undefined {
    const words = this.#words;
    const cursor = this.#cursor;
    const sequence = words[SEQUENCE]!;
    if (sequence === cursor.sequence && cursor.sure && this.#writer[0] === cursor.identity) return undefined;
    // Memory is for messages that can be had: a look at a write under way, or at who knows what, needs none.
    if ((sequence & 1) !== cursor.rest || this.#writer[0] !== cursor.identity) {
      const size = this.#take(NO_BYTES, 0);
      if (size !== NO_ROOM) return size === NO_DATA ? undefined : Buffer.alloc(0);
    }
    for (;;) {
      // Only a guess: the message may change until it is copied.
      const room = Math.min(words[DATA_SIZE]! >>> 0, this.#maxDataSize);
      const target = room > 0 && this.#spare.length === room ? this.#spare : Buffer.allocUnsafe(room);
      this.#spare = NO_BYTES;
      const size = this.#take(target, room);
      if (size === NO_DATA) {
        this.#spare = target;
        return undefined;
      }
      if (size !== NO_ROOM) return size === room ? target : target.subarray(0, size);
    }
  }

  /**
   * A copy of the slot as it stands, read or not; counts nothing. `undefined` while nothing was ever written, a write
   * is under way, or what is there is left of a writer that died.
   *
   * @throws {EshmError} ESHM_CORRUPT
   */
  peek(): Buffer | undefined {
    return peek(this.#words, this.#cursor, this.#slot, this.#maxDataSize);
  }

  /**
   * The value of `sequence` at which there is nothing to read for certain, `undefined` while that is not known and only
   * another look can tell. For waits that watch the word instead of looking.
   */
  get restingSequence(): number | undefined {
    return this.#cursor.sure ? this.#cursor.sequence : undefined;
  }

  /** As {@link Cursor.restFinder}. */
  set restFinder(finder: RestFinder | undefined) {
    this.#cursor.restFinder = finder;
  }

  /** `sequence` as it stands. */
  get currentSequence(): number {
    return beginRead(this.#words);
  }

  /** Low half of the writer's `writeCount` as it stands. */
  get currentWrites(): number {
    return this.#cursor.currentWrites;
  }

  /** Both counts of the channel as they stand. */
  counters(): views.Counters {
    return views.countersOf(this.#channel);
  }

  /** Takes the careful path at the next look: the other side was restarted, maybe without another identity. */
  suspect(): void {
    this.#cursor.suspect();
  }

  /** Begins where the channel is now: what is there, and what came before it, counts as read. */
  beginHere(): void {
    this.#cursor.resync(views.placeOf(this.#channel));
  }

  /** Says who reads from now on: what the reader's role has as its identity in the header, 0 for nobody. */
  sign(identity: number): void {
    this.#reads[RECEIPT_READER] = identity;
  }

  /** Reads its count anew: another reader may have had this place for a moment longer. */
  recount(): void {
    this.#readCountLow = this.#reads[0]!;
  }

  /**
   * Counts in memory of its own from now on: the place in the segment is another's. For a look that is under way when its
   * endpoint is closed.
   */
  retire(): void {
    this.#reads = Int32Array.from(this.#reads);
  }

  /** As {@link Cursor.writerDied}: the writer is dead for certain. */
  writerDied(isStillLast: () => boolean): void {
    this.#cursor.writerDied(isStillLast);
  }

  /** As {@link Cursor.resync}: at another segment, mapped in place. */
  resync(): void {
    this.#cursor.resync();
    this.recount();
  }

  /** The read itself: the size in bytes, {@link NO_DATA}, or {@link NO_ROOM}. */
  #take(target: Uint8Array, room: number): number {
    const words = this.#words;
    const cursor = this.#cursor;
    // The end of the message is loaded along. A writer that comes takes this line away together with that of the
    // sequence, and then both are on their way back at once, instead of the second when the first is here: a round
    // trip of 64 bytes between far cores, whose last 8 lie in the second line, takes 680 ns instead of 860 (Node 20.20,
    // AMD EPYC, 2026-11). Nothing is concluded from the value; it is kept so that V8 does not leave the load out.
    const end = words[this.#endAt]!;
    // Most looks find nothing. Who writes is looked at all the same: where the channel stood when another came is where
    // that one rests, and nothing tells so surely any more once it has written.
    if (words[SEQUENCE] === cursor.sequence && cursor.sure && this.#writer[0] === cursor.identity) {
      this.#end = end;
      return NO_DATA;
    }
    // Loaded again: by now a write that was under way is mostly out.
    const sequence = beginRead(words);
    // ORDER(read-writer): who writes is looked at after the sequence. A writer shows itself before its first write,
    // so a sequence of its making is followed by a load that sees it.
    // Pairs with: `master_generation` and `slave_pid`, set at every start.
    // Else: after a death in mid-write the next writer's parity is taken for that of the dead one: torn data.
    // Not covered: a slave restarted under the same pid (containers); suspect() covers it from the next look on.
    if (this.#writer[0] !== cursor.identity) return this.#careful.take(target, room);
    if ((sequence & 1) !== cursor.rest) return this.#refuse(sequence, target, room);
    const size = words[DATA_SIZE]!;
    if (size < 0 || size > room || size > this.#maxDataSize) return this.#careful.take(target, room);
    this.#slot.copyTo(target, size);
    if (retryRead(words, sequence)) {
      this.#retries++;
      return this.#careful.take(target, room);
    }
    this.#count(sequence);
    this.#endAt = 1 + (size >>> 2);
    return size;
  }

  /** There is a write under way, or it looks like that because too little is known. */
  #refuse(sequence: number, target: Uint8Array, room: number): number {
    const cursor = this.#cursor;
    const isDoubtful = !cursor.sure || (cursor.refuse(sequence) && cursor.atRest(sequence));
    return isDoubtful ? this.#careful.take(target, room) : NO_DATA;
  }

  /** Counts the message of `sequence` as read. */
  #count(sequence: number): void {
    const cursor = this.#cursor;
    const writes = ((sequence - cursor.sequence) | 0) >>> 1;
    cursor.sequence = sequence;
    cursor.count += writes;
    if (writes === 1 && cursor.lost === 0) this.missed = 0;
    else this.#countMissed(writes - 1);
    const count = (this.#readCountLow + 1) | 0;
    this.#readCountLow = count;
    // ORDER(receipt): what was read is said after the copy was found good and before it counts: the message, the count
    // that it makes, and then the count itself. Plain stores, which x86 keeps in order.
    // Pairs with: MailboxWriter.answerTo(), which loads them the other way round.
    // Else: a writer that sees the count finds the receipt of an earlier message with it, and takes the count of this
    // reader for one of a reader that leaves none: a message that nobody has read is acknowledged.
    // Not covered: two readers on one channel.
    const reads = this.#reads;
    reads[RECEIPT_SEQUENCE] = sequence;
    reads[RECEIPT_COUNT] = count;
    // ORDER(read-count): counted after the copy was found good. A plain store of the low half, except at the carry.
    // Pairs with: whoever waits for `read_count` to move, as `send` does.
    // Else: a writer that waits for its message to be read overwrites it during the copy.
    // Not covered: two readers on one channel.
    if (count !== 0) reads[0] = count;
    else addAtCarry(reads);
  }

  #countMissed(overwritten: number): void {
    this.missed = overwritten + this.#cursor.lost;
    this.totalMissed += this.missed;
    this.#cursor.lost = 0;
  }
}
