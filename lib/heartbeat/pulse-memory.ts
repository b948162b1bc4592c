import { FileBytes } from '../store/file-bytes.js';
import { loadAddress, Row } from './table.js';
import type { Offsets } from './words.js';

/** The memory of one endpoint's channel as its pulse looks at it. */
export interface PulseMemory {
  readonly words: Int32Array;
  readonly longs: BigInt64Array;
  /** Brings the header up to date, and what parked waits are for. */
  pull(hasHeader: boolean, hasCounters: boolean): void;
  /** Brings the channel that is read up to date: false where the writer was at work meanwhile. */
  pullChannel(): boolean;
  /** Makes what the pulse has changed visible to others. */
  push(): void;
}

/** How the memory of a row is reached. */
export function memoryOf(
  table: Int32Array,
  at: number,
  offsets: Offsets,
  map: (address: number, size: number) => Buffer,
): PulseMemory {
  if (table[at + Row.file] === 0) return new MappedMemory(map(loadAddress(table, at), offsets.size));
  return new FileMemory(table, at, offsets);
}

const nothing = (): void => {};
const always = (): boolean => true;

/** A mapped segment: everybody sees what is stored. */
class MappedMemory implements PulseMemory {
  readonly words: Int32Array;
  readonly longs: BigInt64Array;
  readonly pull = nothing;
  readonly pullChannel = always;
  readonly push = nothing;

  constructor(bytes: Buffer) {
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    this.longs = new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 3);
  }
}

/** Reads of the header before the last one must do. */
const MAX_LOOKS = 4;

/**
 * A file, and a copy of those of its words that the worker looks at. What the pulse changes in the copy, its own heartbeat
 * and flag, is put into the file after each pass.
 *
 * A file that cannot be read is one in which nothing moves: the other side goes stale.
 */
class FileMemory implements PulseMemory {
  readonly words: Int32Array;
  readonly longs: BigInt64Array;
  readonly #table: Int32Array;
  readonly #at: number;
  readonly #bytes: Buffer;
  readonly #offsets: Offsets;
  readonly #headerSize: number;
  readonly #isObserver: boolean;
  readonly #looks: readonly [Buffer, Buffer];
  /** The header as the file has it. */
  readonly #filed: Buffer;
  /** Whether the file could be read at the last look; one that was cut is left as it is. */
  #isWhole = false;
  readonly #file = new FileBytes(-1);
  readonly #heartbeat: number;
  readonly #alive: number;
  #moves = 0;

  constructor(table: Int32Array, at: number, offsets: Offsets) {
    this.#table = table;
    this.#at = at;
    const bytes = Buffer.alloc(offsets.size);
    this.#bytes = bytes;
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    this.longs = new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 3);
    const { headerSize, own } = offsets;
    this.#offsets = offsets;
    this.#headerSize = headerSize;
    this.#isObserver = table[at + Row.isObserver] === 1;
    this.#looks = [Buffer.alloc(headerSize), Buffer.alloc(headerSize)];
    this.#filed = Buffer.alloc(headerSize);
    this.#heartbeat = own.heartbeat;
    this.#alive = own.alive;
    this.pull(true, true);
  }

  pull(hasHeader: boolean, hasCounters: boolean): void {
    const table = this.#table;
    // ORDER(file-move): which file it is is looked at after the moves were counted, and they are compared before a push.
    // Pairs with: Watch.moving() and moved(), around the change of the file.
    // Else: the heartbeat of one file is written into another.
    // Not covered: nothing; a file that was left stays open until this pass is over.
    this.#moves = Atomics.load(table, this.#at + Row.moves);
    this.#file.fd = Atomics.load(table, this.#at + Row.file) - 1;
    try {
      if (hasHeader) this.#pullHeader();
      if (hasCounters) this.#pullWaits();
    } catch {
      this.#isWhole = false;
    }
  }

  pullChannel(): boolean {
    const { sequence, writeCount } = this.#offsets;
    const bytes = this.#bytes;
    try {
      const before = this.#file.load(sequence);
      this.#pullPeersHeader();
      this.#file.read(writeCount, bytes, writeCount, 8);
      // Pairs with `file-read`.
      this.#file.read(sequence, bytes, sequence, 8);
      return bytes.readInt32LE(sequence) === before && this.#file.load(sequence) === before;
    } catch {
      return false;
    }
  }

  push(): void {
    if (!this.#isWhole || this.#isObserver) return;
    if (Atomics.load(this.#table, this.#at + Row.moves) !== this.#moves || (this.#moves & 1) !== 0) return;
    try {
      // ORDER(file-beat): the lowest byte first; see `file-count`. Only the bytes that changed.
      // Pairs with: the other side's look at the heartbeat, which asks whether it moved.
      // Else: nothing that hurts: any state on the way is another than before.
      // Not covered: a start that sets it to 0 between this process's read and this; the next beats meet it.
      for (let byte = 0; byte < 8; byte++) this.#pushByte(this.#heartbeat + byte);
      this.#pushByte(this.#alive);
    } catch {
      // It cannot be written: the other side sees no beat, which is true.
    }
  }

  /** The header as it is now, less what is this side's: of that the copy is ahead until the next push. */
  #pullPeersHeader(): void {
    if (this.#isObserver) {
      this.#file.read(0, this.#bytes, 0, this.#headerSize);
      return;
    }
    const [own, alive] = [this.longs[this.#heartbeat >>> 3]!, this.words[this.#alive >>> 2]!];
    this.#file.read(0, this.#bytes, 0, this.#headerSize);
    this.longs[this.#heartbeat >>> 3] = own;
    this.words[this.#alive >>> 2] = alive;
  }

  #pushByte(at: number): void {
    const value = this.#bytes[at]!;
    if (this.#filed[at] === value) return;
    this.#file.writeByte(at, value);
    this.#filed[at] = value;
  }

  /** The header as two reads agree it is. */
  #pullHeader(): void {
    let [now, before] = this.#looks;
    this.#isWhole = this.#file.read(0, before, 0, this.#headerSize);
    for (let looks = 1; looks < MAX_LOOKS && this.#isWhole; looks++) {
      this.#isWhole = this.#file.read(0, now, 0, this.#headerSize);
      if (now.equals(before)) break;
      [now, before] = [before, now];
    }
    if (!this.#isWhole) return;
    now.copy(this.#bytes);
    now.copy(this.#filed);
  }

  /** What the armed waits compare; a torn value wakes one for nothing, or a look later. */
  #pullWaits(): void {
    const { sequence, writeCount, readCount } = this.#offsets;
    for (const at of [sequence, writeCount, readCount]) this.#file.read(at, this.#bytes, at, 8);
  }
}
