import type { SegmentLayout } from '../../layout/index.js';
import { Header, otherRole } from '../header/index.js';
import { Inlet } from '../session/index.js';
import type { Store } from '../store/index.js';
import { type Direction, WRITER_OF } from './observed.js';

/** `readCount` and the receipt, as words. */
const READS_WORDS = 5;

/**
 * One direction of memory that is attached for reading: a reader that counts in memory of its own.
 *
 * Belongs to the observer's thread.
 */
export class Source {
  readonly inlet: Inlet;
  readonly #header: Header;
  readonly #writer: 'master' | 'slave';
  readonly #bytes: Buffer;
  readonly #generationAt: number;

  /**
   * @param isNew - whether the memory came while it was looked for: then all that was written in it is new too
   * @param onChange - called on the event loop when the worker has news, or something moved that a wait is armed for
   */
  constructor(store: Store, layout: SegmentLayout, way: Direction, isNew: boolean, onChange: () => void) {
    this.#writer = WRITER_OF[way];
    this.#header = new Header(store);
    this.#generationAt = layout.header.masterGeneration;
    // Of a file each direction has a copy of its own: what its header says belongs to what its channel says.
    this.#bytes = store.file === undefined ? store.bytes : Buffer.alloc(store.size);
    const role = otherRole(this.#writer);
    this.inlet = new Inlet(store, {
      role,
      layout,
      bytes: this.#bytes,
      // What a reader counts and leaves as its receipt goes here, and nowhere else.
      reads: new Int32Array(new ArrayBuffer(4 * READS_WORDS + 4), 0, READS_WORDS),
      ...(isNew && { from: { sequence: 0, writes: 0 } }),
    });
    this.inlet.begin({
      role,
      isObserver: true,
      maxDataSize: layout.maxDataSize,
      mark: 0,
      isNamesake: false,
      mayBeAbsent: true,
      onChange,
    });
    this.inlet.meet();
  }

  /** `masterGeneration` as it was with the message that was read last. */
  get generation(): number {
    return this.#bytes.readUInt32LE(this.#generationAt);
  }

  /** Whether the writer has taken its flag down. */
  get hasLeft(): boolean {
    return !this.#header.flagged(this.#writer);
  }

  /** Ends the worker's eye on it; the memory is still attached. */
  end(): void {
    this.inlet.end(() => 0n);
  }
}
