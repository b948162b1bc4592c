import { EPOCH_FROM, type SegmentLayout } from '../../layout/index.js';
import { type FileBytes, FileError, type Store } from '../store/index.js';
import { REPAIR_STEP } from './cycle.js';
import { viewChannel } from './views.js';
import type { MailboxWriter } from './writer.js';

/** Bytes of a channel before its data: `sequence` and `dataSize`. */
const DATA_AT = 8;

/** Bytes of what the reader writes: `readCount` and the receipt. */
const READS = 20;

/** An epoch begins so often, in ms: eight a second fit the high half of a count until 2041. */
const EPOCH_MS = 125;

/** Epochs are counted from here: 2026-01-01. */
const EPOCH_ORIGIN_MS = Date.UTC(2026, 0, 1);

/** The last epoch that this thread began. */
let lastEpoch = 0;

/**
 * The channel that is written, in a file: puts there what a writer of mapped memory has written into this process's copy,
 * in an order of bytes in which each state on the way is one that a peer which has the file mapped may see.
 *
 * Belongs to the thread of the channel's writer.
 */
export class FileOutgoing {
  readonly #file: FileBytes;
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  readonly #writeCount: Int32Array;
  readonly #readCount: Int32Array;
  readonly #offset: number;
  readonly #maxDataSize: number;
  readonly #writeCountAt: number;
  readonly #readCountAt: number;
  /** `sequence` and `writeCount` as the file has them. */
  readonly #filed = Buffer.alloc(16);
  readonly #filedSequence: Int32Array;
  readonly #draft = Buffer.alloc(READS);
  /** The least epoch that the first message may begin; 0 where the counts go on from what was found. */
  #epoch = 0;

  /** @param offset - of the channel in the segment */
  constructor({ file, bytes }: Store, layout: SegmentLayout, offset: number) {
    this.#file = file!;
    this.#bytes = bytes;
    const channel = viewChannel(bytes, layout, offset);
    this.#words = channel.words;
    this.#writeCount = channel.writeCount;
    this.#readCount = channel.reads;
    this.#offset = offset;
    this.#maxDataSize = layout.maxDataSize;
    this.#writeCountAt = offset + layout.channel.writeCount;
    this.#readCountAt = offset + layout.channel.readCount;
    const { buffer, byteOffset } = this.#filed;
    this.#filedSequence = new Int32Array(buffer, byteOffset + 8, 1);
  }

  /**
   * Has the first message begin an epoch of counts beyond any that a reader remembers: for a master that has made the
   * file. Readers of ESHM 1.0 remember the count they read last across files, and read nothing until it is passed.
   *
   * @param beyond - high half of a count that is known to have been reached
   */
  beginEpoch(beyond: number): void {
    this.#epoch = Math.max(beyond + 1, EPOCH_FROM);
  }

  /** Reads what the file has, for a writer that begins or begins anew. @throws what `fs.readSync` throws */
  pull(): void {
    const [bytes, offset] = [this.#bytes, this.#offset];
    this.#file.read(offset, bytes, offset, DATA_AT);
    this.#file.read(this.#writeCountAt, bytes, this.#writeCountAt, 24);
    bytes.copy(this.#filed, 0, this.#writeCountAt, this.#writeCountAt + 8);
    this.#filedSequence[0] = this.#words[0]!;
  }

  /**
   * Makes sure that a message of any size has its pages: what lies behind the message that stands there is nobody's.
   *
   * @throws {FileError} ENOSPC when /dev/shm is full
   */
  reserve(): void {
    const from = Math.min(this.#words[1]! >>> 0, this.#maxDataSize);
    try {
      this.#file.write(
        this.#offset + DATA_AT + from,
        Buffer.alloc(this.#maxDataSize - from),
        0,
        this.#maxDataSize - from,
      );
    } catch (error) {
      throw new FileError('write', error, 'make room for messages in the file');
    }
  }

  /** Reads what the other side has counted, and its receipt. */
  pullReads(): void {
    const at = this.#readCountAt;
    const draft = this.#draft;
    // Two reads that agree; see `file-byte`.
    do {
      if (!this.#file.read(at, draft, 0, READS)) return;
      if (!this.#file.read(at, this.#bytes, at, READS)) return;
    } while (draft.compare(this.#bytes, at, at + READS) !== 0);
  }

  /**
   * Puts into the file what `writer` has done in the copy since the last time: closed the slot, or published a message.
   *
   * @throws {FileError} when the message could not be written whole; the slot holds an empty one then
   */
  push(writer: MailboxWriter): void {
    const next = this.#words[0]!;
    const before = this.#filedSequence[0]!;
    if (next === before) return;
    try {
      this.#open(before);
      if ((next & 1) !== 0) return;
      // ORDER(file-data): size and data are written in a call behind the one that closed the slot and before the one that
      // opens it again.
      // Pairs with: both looks at `sequence` of every reader.
      // Else: a reader accepts a torn message.
      // Not covered: this process's death in between: as with mapped memory, the next writer repairs.
      const from = this.#offset + 4;
      this.#file.write(from, this.#bytes, from, 4 + (this.#words[1]! >>> 0));
      this.#publish(next);
    } catch (error) {
      this.#takeBack(writer);
      throw new FileError('write', error, 'write the message to the file');
    }
    try {
      this.#count();
    } catch (error) {
      // It is out; the next write counts it along.
      throw new FileError('write', error, 'count the message in the file');
    }
  }

  /** Makes `sequence` odd in the file. */
  #open(before: number): void {
    if ((before & 1) !== 0) return;
    // ORDER(file-open): one byte, from even to odd: no carry, so there is no state in between.
    // Pairs with: the second look at `sequence` of every reader.
    // Else: a reader accepts a torn message.
    // Not covered: as with mapped memory.
    this.#file.writeByte(this.#offset, before | 1);
    this.#filedSequence[0] = before | 1;
  }

  /** Makes `sequence` the even `next`. */
  #publish(next: number): void {
    const filed = this.#filed;
    // ORDER(file-publish): the higher bytes first, while the value stays odd, the lowest last: the only even value that is
    // ever seen is the new one.
    // Pairs with: the first look at `sequence` of every reader.
    // Else: a reader takes a value on the way for a stable one: torn data.
    // Not covered: nothing; the odd values on the way are 256 or more from those of a writer at work, and mean the same.
    for (let byte = 3; byte >= 0; byte--) {
      const value = (next >>> (8 * byte)) & 0xff;
      if (filed[8 + byte] === value) continue;
      this.#file.writeByte(this.#offset + byte, value);
      filed[8 + byte] = value;
    }
  }

  /** Makes `writeCount` of the file that of the copy. */
  #count(): void {
    const filed = this.#filed;
    const at = this.#writeCountAt;
    const isFirst = this.#epoch !== 0 && filed.readBigUInt64LE(0) === 0n;
    if (isFirst) this.#beginEpochNow();
    const count = this.#bytes.readBigUInt64LE(at);
    if (count === filed.readBigUInt64LE(0)) return;
    if (count - filed.readBigUInt64LE(0) === 1n) {
      // ORDER(file-count): the lowest byte first, a carry after it: 0x00ff, 0x0000, 0x0100. On the way the count is behind
      // the one that it was, and a reader that asks for more than it had waits a moment.
      // Pairs with: `write_count > last` in C++; comparisons for equality here.
      // Else: with 0x01ff on the way a reader remembers that, and is deaf for 255 messages.
      // Not covered: nothing.
      for (let byte = 0; byte < 8; byte++) {
        const value = this.#bytes[at + byte]!;
        if (filed[byte] === value) break;
        this.#file.writeByte(at + byte, value);
      }
    } else {
      // ORDER(file-jump): in one call. No order of single bytes serves: every state on the way that is more than a reader
      // had is one for which it takes the message, and then again for the last.
      // Pairs with: as file-count.
      // Else: as file-count.
      // Not covered: a reader that looks within the some ns of the kernel's copy reads the message twice. For the first
      // message in a file, and where a bridge passes on what was missed.
      this.#file.write(at, this.#bytes, at, 8);
    }
    this.#bytes.copy(filed, 0, at, at + 8);
  }

  /** Sets the high halves of both counts: nobody can have read anything before the first message. */
  #beginEpochNow(): void {
    const now = EPOCH_FROM + Math.floor((Date.now() - EPOCH_ORIGIN_MS) / EPOCH_MS);
    lastEpoch = Math.max(now, lastEpoch + 1, this.#epoch);
    this.#readCount[1] = lastEpoch;
    this.#file.write(this.#readCountAt + 4, this.#bytes, this.#readCountAt + 4, 4);
    this.#writeCount[1] = lastEpoch;
  }

  /** What was written is no message: publishes an empty one in its place, which counts as none, and as a repair does. */
  #takeBack(writer: MailboxWriter): void {
    this.#words[0] = this.#filedSequence[0]!;
    this.#filed.copy(this.#bytes, this.#writeCountAt, 0, 8);
    try {
      writer.resync();
      this.pushRepair();
    } catch {
      // Not even that can be written. The next write tries again, and readers know a slot that stays closed.
    }
  }

  /** Puts what {@link MailboxWriter.resync} has repaired in the copy into the file. @throws what `fs.writeSync` throws */
  pushRepair(): void {
    const next = this.#words[0]!;
    const before = this.#filedSequence[0]!;
    if (next === before) return;
    this.#open(before);
    const file = this.#file;
    const halfway = (next - REPAIR_STEP / 2 + 1) | 0;
    // ORDER(file-repair): as `repair` has it, the odd value in one call.
    // Pairs with: as there.
    // Else: as there.
    // Not covered: as there; a look within the some ns of the kernel's copy, which meets another odd value.
    file.store(this.#offset, halfway);
    this.#filedSequence[0] = halfway;
    file.write(this.#offset + 4, this.#bytes, this.#offset + 4, 4);
    this.#count();
    this.#publish(next);
  }
}
