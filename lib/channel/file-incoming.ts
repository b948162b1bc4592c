import { messagesIn, type SegmentLayout } from '../../layout/index.js';
import type { FileBytes, Store } from '../store/index.js';
import type { WriterSigns } from './cursor.js';
import { isWhole } from './cycle.js';
import { viewChannel } from './views.js';

/** Tries for a moment at which nobody writes, in one call. */
const MAX_TRIES = 4;

/** Tries before the first look must do with what it got. */
const MAX_FIRST_TRIES = 64;

/** Bytes of a channel before its data: `sequence` and `dataSize`. */
const DATA_AT = 8;

/** `writeCount`, `readCount` and the receipt, without who left it, lie one behind the other. */
const COUNTERS = 24;

/**
 * The channel that is read, in a file: brings this process's copy of it up to date, so that a reader of mapped memory can
 * read there. What is copied was true at one moment; what was not is not copied.
 *
 * Belongs to the thread of the channel's reader.
 */
export class FileIncoming {
  readonly #file: FileBytes;
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  readonly #identityAt: number;
  readonly #offset: number;
  readonly #maxDataSize: number;
  readonly #counters: number;
  readonly #headerSize: number;
  /** What is read before it is known to be true: the whole segment again, of which only parts are ever touched. */
  readonly #draft: Buffer;
  readonly #look = Buffer.alloc(4);
  /** Copies thrown away because the writer was at work meanwhile. */
  retries = 0;
  /** Whether the last change was a repair: the sequence moved otherwise than the count, to a state of rest. */
  isRepaired = false;

  /**
   * @param offset - of the channel in the segment
   * @param writer - where the header tells of the channel's writer
   */
  constructor(
    { file, bytes }: Pick<Store, 'file' | 'bytes'>,
    layout: SegmentLayout,
    offset: number,
    writer: WriterSigns,
  ) {
    this.#file = file!;
    this.#bytes = bytes;
    this.#words = viewChannel(bytes, layout, offset).words;
    this.#identityAt = writer.identity;
    this.#offset = offset;
    this.#maxDataSize = layout.maxDataSize;
    this.#counters = offset + layout.channel.writeCount;
    this.#headerSize = layout.headerSize;
    this.#draft = Buffer.alloc(bytes.length);
  }

  /**
   * Has the copy show the channel as it is, if it has changed and a moment is found at which nobody writes.
   *
   * @returns whether the copy was changed
   */
  pull(): boolean {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const sequence = this.#sequence();
      if (sequence === undefined) return false;
      // Who writes is looked at also where nothing was written: where the channel stood when another came is where that
      // one rests.
      if (sequence === this.#words[0] && !this.#isAnother()) return false;
      if (this.#take(sequence)) return true;
      this.retries++;
    }
    return false;
  }

  /** As {@link pull}, whether or not it has changed; where the writer never pauses, the last look must do. */
  pullAnew(): void {
    for (let tries = 0; tries < MAX_FIRST_TRIES; tries++) {
      const sequence = this.#sequence();
      if (sequence === undefined) return;
      if (this.#take(sequence)) return;
    }
    this.#commit();
  }

  /**
   * How much the other side has counted by now, also where the copy is of an earlier moment.
   *
   * @returns undefined where the file has been cut
   */
  writes(): bigint | undefined {
    if (!this.#file.read(this.#counters, Buffer.alloc(8), 0, 8)) return undefined;
    return messagesIn(this.#file.loadLong(this.#counters));
  }

  /** Whether the header tells of another writer than the copy does. */
  #isAnother(): boolean {
    const at = this.#identityAt;
    return this.#file.read(at, this.#look, 0, 4) && this.#look.compare(this.#bytes, at, at + 4) !== 0;
  }

  /** `sequence` as it stands; `undefined` where the file has been cut. */
  #sequence(): number | undefined {
    return this.#file.read(this.#offset, this.#look, 0, 4) ? this.#look.readInt32LE(0) : undefined;
  }

  /** Copies what belongs to `sequence`, if that still stands when everything was read. */
  #take(sequence: number): boolean {
    const draft = this.#draft;
    const offset = this.#offset;
    // ORDER(file-read): the sequence, then who writes, the counts, the size and the data, then the sequence again, each in
    // a call of its own: what lies between two looks at one and the same value is one message, or part of one that is not
    // out yet. The same three words are read along with the data, so three looks must agree.
    // Pairs with: the writer's stores of `sequence` around its copy.
    // Else: a torn message is taken for a whole one.
    // Not covered: a sequence that came back to this value after 2^31 messages; a look that is torn at a carry into the
    // very value that stands at both others.
    if (!this.#readHead(draft)) return false;
    if (!this.#file.read(this.#counters, draft, this.#counters, COUNTERS)) return false;
    if (draft.readInt32LE(offset) !== sequence || this.#sequence() !== sequence) return false;
    this.#commit();
    return true;
  }

  /** The header, and the channel up to the end of its message. */
  #readHead(draft: Buffer): boolean {
    const offset = this.#offset;
    const header = this.#headerSize;
    if (offset !== header && !this.#file.read(0, draft, 0, header)) return false;
    const from = offset === header ? 0 : offset;
    // A guess: of one size are most messages.
    const size = this.#clip(this.#words[1]! >>> 0);
    if (!this.#file.read(from, draft, from, offset - from + DATA_AT + size)) return false;
    const actual = this.#clip(draft.readUInt32LE(offset + 4));
    if (actual <= size) return true;
    const at = offset + DATA_AT + size;
    return this.#file.read(at, draft, at, actual - size);
  }

  /** Puts what the reader has counted in the copy into the file. @throws what `fs.writeSync` throws */
  push(): void {
    const bytes = this.#bytes;
    const filed = this.#draft;
    const at = this.#counters + 8;
    // ORDER(file-read-count): the receipt of the message in a call before the one that counts it; the count's lowest byte
    // first, as in `file-count`.
    // Pairs with: FileOutgoing.pullReads(); whoever waits for `read_count` to move.
    // Else: a message counts as read of which the receipt tells nothing yet.
    // Not covered: a receipt that is looked at while it is written: two looks must agree.
    if (bytes.compare(filed, at + 8, at + 16, at + 8, at + 16) !== 0)
      this.#file.write(at + 8, bytes, at + 8, 8);
    for (let byte = at; byte < at + 8; byte++) {
      if (bytes[byte] !== filed[byte]) this.#file.writeByte(byte, bytes[byte]!);
    }
    bytes.copy(filed, at, at, at + 16);
  }

  /** Puts who reads from now on, as the copy has it, into the file. @throws what `fs.writeSync` throws */
  pushReader(): void {
    const at = this.#counters + COUNTERS;
    this.#file.write(at, this.#bytes, at, 4);
  }

  #clip(size: number): number {
    return Math.min(size, this.#maxDataSize);
  }

  #commit(): void {
    const draft = this.#draft;
    const offset = this.#offset;
    const drift = driftIn(draft, offset, this.#counters);
    this.isRepaired = isWhole(drift) && drift !== driftIn(this.#bytes, offset, this.#counters);
    const end = offset + DATA_AT + this.#clip(draft.readUInt32LE(offset + 4));
    draft.copy(this.#bytes, 0, 0, this.#headerSize);
    draft.copy(this.#bytes, offset, offset, end);
    draft.copy(this.#bytes, this.#counters, this.#counters, this.#counters + COUNTERS);
  }
}

/** `sequence - 2 * writeCount`; see cycle.ts. */
function driftIn(bytes: Buffer, offset: number, counters: number): number {
  return (bytes.readInt32LE(offset) - 2 * bytes.readInt32LE(counters)) | 0;
}
