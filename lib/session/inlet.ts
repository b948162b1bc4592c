import type { SegmentLayout } from '../../layout/index.js';
import {
  type ChannelPlace,
  type Counters,
  FileIncoming,
  MailboxReader,
  viewChannel,
} from '../channel/index.js';
import { channelsOf, FIELDS_OF, Header, MetProcess, otherRole, type Role } from '../header/index.js';
import { Peer, type Registration, Watch } from '../heartbeat/index.js';
import type { Store } from '../store/index.js';

/** Looks at a file in one go: some tens of us. */
const LOOKS_AT_A_FILE = 4;

/** What an inlet is made of beside the memory. */
export interface InletOptions {
  /** The role that reads. */
  readonly role: Role;
  readonly layout: SegmentLayout;
  /** The mapped bytes; of a file a copy, brought up to date by {@link Inlet.pull}. */
  readonly bytes: Buffer;
  /** What counts as read: the place in the channel; where it is now, if not given. */
  readonly from?: ChannelPlace;
  /** An observer's: where to count what was read, in the place of the channel's own words. */
  readonly reads?: Int32Array;
  /** Where the heartbeat worker is to watch from. */
  readonly watch?: Watch;
}

/**
 * The channel that an endpoint or an observer reads, in either kind of memory, and what it knows of who writes it.
 *
 * The reader works on mapped bytes. Those of a file are a copy: who reads calls {@link pull} before it and {@link pushRead}
 * after it. With a segment both do nothing.
 *
 * Belongs to the thread that made it.
 */
export class Inlet {
  readonly reader: MailboxReader;
  /** The heartbeat worker's eye on the writer. */
  readonly watch: Watch;
  readonly #store: Store;
  readonly #header: Header;
  readonly #writer: Role;
  readonly #file: FileIncoming | undefined;
  readonly #process = new MetProcess();
  #restarts = 0;

  constructor(store: Store, { role, layout, bytes, from, reads, watch = new Watch() }: InletOptions) {
    const { incoming } = channelsOf(role, layout);
    this.watch = watch;
    this.#store = store;
    this.#header = new Header(store);
    this.#writer = otherRole(role);
    const signs = FIELDS_OF[this.#writer];
    const { file } = store;
    if (file !== undefined) this.#file = new FileIncoming({ file, bytes }, layout, incoming, signs);
    // An observer's copy is empty yet.
    if (reads !== undefined) this.#file?.pullAnew();
    const channel = viewChannel(bytes, layout, incoming);
    this.reader = new MailboxReader(
      reads === undefined ? channel : { ...channel, reads },
      bytes,
      signs,
      from,
    );
  }

  /** Has the heartbeat worker watch the writer. */
  begin(registration: Omit<Registration, 'store' | 'peer'>): void {
    const peer = this.#header.flagged(this.#writer) ? Peer.alive : Peer.absent;
    this.watch.begin({ ...registration, store: this.#store, peer });
    this.reader.restFinder = this.watch.restFinder;
  }

  /** Ends {@link begin}; as {@link Watch.end}. */
  end(heartbeatNow: () => bigint): boolean {
    // The worker's slot may be another endpoint's from now on.
    this.reader.restFinder = undefined;
    return this.watch.end(heartbeatNow);
  }

  /** Looks that a wait may make in one go: those at a file are system calls, some us each. */
  get looksAtOnce(): number {
    return this.#file === undefined ? Number.POSITIVE_INFINITY : LOOKS_AT_A_FILE;
  }

  /** Has {@link reader} see what the channel is now. */
  pull(): void {
    if (this.#file?.pull() !== true) return;
    this.reader.recount();
    // A writer that lives and whose message could not be written whole leaves an empty one, which is none.
    if (this.#file.isRepaired) this.reader.suspect();
  }

  /** Has the other side see what {@link reader} has counted. */
  pushRead(): void {
    this.#file?.push();
  }

  /** Says in the channel who reads it, by the role's identity: a reader that leaves receipts. */
  sign(identity: number): void {
    this.reader.sign(identity);
    this.#file?.pushReader();
  }

  /** Goes on in other memory, which is in the place of what was here. */
  resync(): void {
    this.#file?.pullAnew();
    this.reader.resync();
  }

  /** Begins where the channel is now: what is there, and what came before it, counts as read. */
  beginHere(): void {
    this.#file?.pullAnew();
    this.reader.beginHere();
  }

  /** What was written and what was read, as it stands now. */
  counters(): Counters {
    const counters = this.reader.counters();
    return { ...counters, writes: this.#file?.writes() ?? counters.writes };
  }

  /** Remembers the writer's process, so that its end can be told later. */
  meet(): void {
    const start = `${this.#header.identity(this.#writer)} ${this.watch.restarts}`;
    this.#process.meet(this.#header.pid(this.#writer), this.#store, start);
  }

  /** Takes note of a writer that was started anew, as far as the worker has seen; whether one was. */
  noteRestarts(): boolean {
    // A pause is no restart: what is known of this very writer outlives it.
    if (this.watch.restarts === this.#restarts) return false;
    this.#restarts = this.watch.restarts;
    this.reader.suspect();
    return true;
  }

  /**
   * Tells the reader when the writer, which has gone stale, is dead for certain: its process was seen with this memory,
   * is seen no more, and nobody has come in its place.
   */
  noteDeath(): void {
    const pidNow = () => this.#header.pid(this.#writer);
    const pid = pidNow();
    if (!this.#process.isGone(pid)) return;
    if (this.#file !== undefined) {
      // The copy may be from the moment between the publication of the last message and its count.
      this.#file.pullAnew();
      this.reader.recount();
    }
    this.reader.writerDied(() => pidNow() === pid);
  }
}
