import type { SegmentLayout } from '../../layout/index.js';
import { FileIncoming, MailboxReader, placeOf, viewChannel } from '../channel/index.js';
import { channelsOf, FIELDS_OF, Header, MetProcess, otherRole } from '../header/index.js';
import { Peer, Watch } from '../heartbeat/index.js';
import type { Store } from '../store/index.js';
import { type Direction, WRITER_OF } from './observed.js';

/** Looks at a file in one go: some tens of us. */
const LOOKS_AT_A_FILE = 4;

/** `readCount` and the receipt, as words. */
const READS_WORDS = 5;

/**
 * One direction of memory that is attached for reading: a reader that counts in memory of its own, and the heartbeat
 * worker's eye on who writes it.
 *
 * Belongs to the observer's thread.
 */
export class Source {
  readonly reader: MailboxReader;
  readonly watch = new Watch();
  readonly #store: Store;
  readonly #header: Header;
  readonly #writer: 'master' | 'slave';
  readonly #incoming: FileIncoming | undefined;
  readonly #bytes: Buffer;
  readonly #generationAt: number;
  readonly #process = new MetProcess();
  #restarts = 0;

  /**
   * @param isNew - whether the memory came while it was looked for: then all that was written in it is new too
   * @param onChange - called on the event loop when the worker has news, or something moved that a wait is armed for
   */
  constructor(store: Store, layout: SegmentLayout, way: Direction, isNew: boolean, onChange: () => void) {
    const writer = WRITER_OF[way];
    const { incoming } = channelsOf(otherRole(writer), layout);
    const signs = FIELDS_OF[writer];
    this.#store = store;
    this.#writer = writer;
    this.#header = new Header(store);
    this.#generationAt = layout.header.masterGeneration;
    // Of a file each direction has a copy of its own: what its header says belongs to what its channel says.
    this.#bytes = store.file === undefined ? store.bytes : Buffer.alloc(store.size);
    if (store.file !== undefined) {
      this.#incoming = new FileIncoming({ file: store.file, bytes: this.#bytes }, layout, incoming, signs);
      this.#incoming.pullAnew();
    }
    const channel = viewChannel(this.#bytes, layout, incoming);
    // What a reader counts and leaves as its receipt goes here, and nowhere else.
    const own = { ...channel, reads: new Int32Array(new ArrayBuffer(4 * READS_WORDS + 4), 0, READS_WORDS) };
    const from = isNew ? { sequence: 0, writes: 0 } : placeOf(channel);
    this.reader = new MailboxReader(own, this.#bytes, signs, from);
    this.watch.begin({
      role: otherRole(writer),
      isObserver: true,
      store,
      maxDataSize: layout.maxDataSize,
      mark: 0,
      isNamesake: false,
      peer: this.#header.flagged(writer) ? Peer.alive : Peer.absent,
      mayBeAbsent: true,
      onChange,
    });
    this.reader.restFinder = this.watch.restFinder;
    this.#restarts = this.watch.restarts;
    this.meet();
  }

  /** Looks that may be made in one go. */
  get looksAtOnce(): number {
    return this.#incoming === undefined ? Number.POSITIVE_INFINITY : LOOKS_AT_A_FILE;
  }

  /** `masterGeneration` as it was with the message that was read last. */
  get generation(): number {
    return this.#bytes.readUInt32LE(this.#generationAt);
  }

  /** Whether the writer has taken its flag down. */
  get hasLeft(): boolean {
    return !this.#header.flagged(this.#writer);
  }

  /** Has {@link reader} see what the channel is now. */
  pull(): void {
    if (this.#incoming?.pull() === true && this.#incoming.isRepaired) this.reader.suspect();
  }

  /** Remembers the writer's process, so that its end can be told for certain. */
  meet(): void {
    const header = this.#header;
    const start = `${header.identity(this.#writer)} ${this.watch.restarts}`;
    this.#process.meet(header.pid(this.#writer), this.#store, start);
  }

  /** Takes note of a writer that was started anew, as far as the worker has seen. */
  noteRestarts(): void {
    if (this.watch.restarts === this.#restarts) return;
    this.#restarts = this.watch.restarts;
    this.reader.suspect();
    this.meet();
  }

  /** Tells the reader when the writer, which has gone stale, is dead for certain. */
  noteDeath(): void {
    const pid = this.#header.pid(this.#writer);
    if (!this.#process.isGone(pid)) return;
    this.#incoming?.pullAnew();
    this.reader.bury(() => this.#header.pid(this.#writer) === pid);
  }

  /** Ends the worker's eye on it; the memory is still attached. */
  end(): void {
    this.reader.restFinder = undefined;
    this.watch.end(() => 0n);
  }
}
