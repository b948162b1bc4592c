// Over 250 lines: the hold on one place from entering to leaving, in the order of its steps.
import { layoutFor } from '../../layout/index.js';
import { FileOutgoing, type MailboxReader, MailboxWriter, viewChannel } from '../channel/index.js';
import { channelsOf, Header, otherRole, type Role } from '../header/index.js';
import { Peer, Watch } from '../heartbeat/index.js';
import { runBlocking } from '../idle/index.js';
import { checkMark, type Departure, leave, type Place } from '../joining/index.js';
import type { ResolvedOptions } from '../options.js';
import type { ShmKind, Site, Store } from '../store/index.js';
import type { EndpointEntry } from '../threads/index.js';
import { Inlet } from './inlet.js';
import { enterEndpoint } from './janitor.js';
import { Retirement } from './retirement.js';

/**
 * An endpoint's hold on its segment or file: both mailboxes, the mark in the header and the heartbeat. It knows how to
 * enter, to move to another of the same kind in place, and to leave; when to do so is others' business.
 *
 * The writer works on mapped bytes. Those of a file are a copy: who writes calls {@link push}, who asks what was read
 * {@link pullReads}; who reads, see {@link Inlet}. With a segment both do nothing.
 *
 * Belongs to the thread that made it.
 */
export class Link {
  readonly role: Role;
  readonly peerRole: Role;
  readonly header: Header;
  /** What comes in. */
  readonly inlet: Inlet;
  readonly reader: MailboxReader;
  readonly writer: MailboxWriter;
  /** What the heartbeat worker does for this endpoint. */
  readonly watch = new Watch();
  readonly site: Site;
  readonly #store: Store;
  readonly #outgoing: FileOutgoing | undefined;
  readonly #created: boolean;
  readonly #autoCleanup: boolean;
  /** The role's identity as this endpoint's start made it, to tell whether another has taken the role since. */
  readonly #mark: number;
  /** For the thread that sees the end of this one. */
  #entry: EndpointEntry | undefined;
  /** Whether the header has this endpoint's mark: from {@link Place} on, until it retires. */
  #entered = true;
  /** Whether another start with the same mark has taken the role: found out at the latest when this one stops beating. */
  #isOvertaken = false;
  #retirement: Retirement | undefined;
  /** The other side's heartbeat when this link began. */
  readonly #peerBeat: bigint = 0n;
  #isClosed = false;
  #isMapped = true;

  /**
   * Enters the segment of `place`. When this throws, nothing is left attached, created or beating.
   *
   * @param onChange - called on this thread's event loop when the other side went stale, recovered or was replaced
   */
  constructor(place: Place, options: ResolvedOptions, onChange: () => void) {
    const { role, site, store } = place;
    this.role = role;
    this.site = site;
    this.peerRole = otherRole(role);
    this.#store = store;
    this.#created = place.created;
    this.#mark = place.identity;
    this.#autoCleanup = options.autoCleanup;
    try {
      const layout = layoutFor(options.maxDataSize);
      const { outgoing: out } = channelsOf(role, layout);
      const { bytes } = store;
      this.header = new Header(store);
      checkMark(place, this.header);
      this.#peerBeat = this.header.heartbeat(this.peerRole);
      Retirement.tell(role, this.segmentId);
      if (store.file !== undefined) {
        this.#outgoing = new FileOutgoing(store, layout, out);
        this.#outgoing.pull();
        this.#outgoing.reserve();
        if (place.created) this.#outgoing.beginEpoch(place.epochBefore);
      }
      // The mark came first: the writer repairs its channel as it is made, and a reader that does not know of another
      // writer takes the repaired sequence for a message.
      this.writer = new MailboxWriter(viewChannel(bytes, layout, out), options.order === 'plain');
      this.#outgoing?.pushRepair();
      this.inlet = new Inlet(store, { role, layout, bytes, from: place.readFrom, watch: this.watch });
      this.reader = this.inlet.reader;
      this.inlet.sign(this.#mark);
      if (options.useThreads) {
        this.inlet.begin({
          role,
          isObserver: false,
          maxDataSize: options.maxDataSize,
          mark: this.#mark,
          isNamesake: place.isNamesake,
          // A master without a slave waits; a slave without a master has lost it.
          mayBeAbsent: role === 'master',
          onChange,
        });
      }
      this.#entry = enterEndpoint({
        role,
        address: store.address,
        segmentId: store.id,
        isFile: store.file !== undefined,
        mark: this.#mark,
        created: this.#created,
        autoCleanup: this.#autoCleanup,
        entered: true,
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Tells the segment or file from every other. */
  get segmentId(): number {
    return this.#store.id;
  }

  get kind(): ShmKind {
    return this.#store.kind;
  }

  /** Has the other side see what {@link writer} has done. @throws {FileError} when it could not be written whole */
  push(): void {
    this.#outgoing?.push(this.writer);
  }

  /** Publishes a message: {@link writer}'s, and {@link push}. For what is not hot. */
  write(data: Uint8Array, size: number): void {
    this.writer.write(data, size);
    this.push();
  }

  /** Has {@link writer} see what the other side has counted. */
  pullReads(): void {
    this.#outgoing?.pullReads();
  }

  /** One of `Peer`: what the heartbeat worker knows of the other side. Without it, what the flag says. */
  get peer(): number {
    return this.watch.peer ?? (this.header.flagged(this.peerRole) ? Peer.alive : Peer.absent);
  }

  /** Whether the other side has started here since this link has begun: for a master that found nobody. */
  get hasPeerCome(): boolean {
    const { header, peerRole } = this;
    if (!header.flagged(peerRole)) return false;
    return this.#created || header.heartbeat(peerRole) !== this.#peerBeat;
  }

  /**
   * Moves this slave to `place`, which is of the same kind and size and has its mark. With a segment that is one step of the
   * kernel, so there is no moment at which a read or a heartbeat could meet an unmapped address. A file is this link's from
   * then on; an attached segment stays the caller's to detach.
   *
   * @returns false when another slave has taken the place since; this one has given way to it then: {@link heir}
   * @throws {SyscallError} when the segment is gone; the old one is still mapped then
   */
  moveTo({ store, isNamesake }: Place): boolean {
    this.watch.moving();
    let old: Store | undefined;
    try {
      old = this.#store.replace(store);
      this.#entry?.move(store.id);
      if (old !== undefined) leaveIfMarked(new Header(old), this.role, this.#mark);
    } catch (error) {
      this.watch.stayed();
      leaveIfMarked(new Header(store), this.role, this.#mark);
      throw error;
    }
    try {
      return this.#beginIn(isNamesake);
    } finally {
      if (old?.file !== undefined) this.watch.detachLater(old);
      else old?.detach();
    }
  }

  /** The second half of {@link moveTo}: another segment or file is in place. */
  #beginIn(isNamesake: boolean): boolean {
    // As at a start, by checkMark(): this process may have been stopped since its claim for long enough to be taken for
    // dead, and the repair would corrupt the messages of whoever has the role now.
    if (this.header.identity(this.role) !== this.#mark) {
      this.#isOvertaken = true;
      this.giveWay();
      return false;
    }
    Retirement.tell(this.role, this.segmentId);
    this.#outgoing?.pull();
    this.writer.resync();
    this.#outgoing?.pushRepair();
    this.inlet.resync();
    this.inlet.sign(this.#mark);
    this.watch.moved(this.#store, isNamesake);
    return true;
  }

  /** Who has this endpoint's role now, if another has taken it; `undefined` while it is this endpoint. */
  get heir(): string | undefined {
    const { header, role } = this;
    if (this.watch.isOvertaken || this.#retirement?.hasHeir) this.#isOvertaken = true;
    if (this.#hasRole) return undefined;
    return `${header.holder(role)}${header.identity(role) === this.#mark ? ', as this one' : ''}`;
  }

  /**
   * Reads the words of both channels anew, once it is certain that an older endpoint with the same mark, which may have
   * read and written for a moment longer, is gone.
   */
  resyncIfAlone(): void {
    if (!this.watch.hasBecomeAlone()) return;
    this.#outgoing?.pull();
    this.writer.resync();
    this.#outgoing?.pushRepair();
  }

  /**
   * Leaves the role to the one that has taken it: stops beating for good. Where that one is in other memory, the flag in this is
   * taken down.
   */
  giveWay(): void {
    this.#stopBeating();
    if (this.#entered && this.#hasRole) this.header.leave(this.role);
    this.#entry?.leave();
  }

  /** Stops beating and clears the mark, but stays mapped: an endpoint that has given up is still safe to use. */
  retire(): void {
    const { header, role, watch } = this;
    this.#stopBeating();
    if (this.#entered && this.#hasRole) header.leave(role);
    this.#entered = false;
    this.#entry?.leave();
    const beat = watch.isQuiet ? (watch.lastBeat ?? header.heartbeat(role)) : undefined;
    this.#retirement = new Retirement(role, this.segmentId, header, beat);
  }

  /**
   * Leaves the segment and unmaps it; a master removes it where that is its task. Neither reader, writer nor header
   * may be touched afterwards. Blocks for the stale threshold (2 s at most) where a master that took the segment over
   * must find out whether the slave in it still lives.
   *
   * @param isInUse - whether a callback is under way that looks at the mapped bytes: {@link unmap} must follow
   * @throws {SyscallError} when it could not be removed; it is unmapped all the same
   */
  close(isInUse = false): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#retirement?.end();
    const slaveIsStale = this.peer === Peer.stale;
    this.#stopBeating();
    try {
      if (this.#entered) runBlocking(leave(this.#departure(slaveIsStale)));
    } finally {
      if (isInUse) {
        this.reader.retire();
        this.#entry?.leave();
      } else this.unmap();
    }
  }

  /** Ends a {@link close} while the segment was in use. Does nothing the second time. */
  unmap(): void {
    if (!this.#isMapped) return;
    this.#isMapped = false;
    this.#entry?.free();
    this.watch.unmap(this.#store);
  }

  /** Leaves a place in which nobody is and nobody is to come: it is removed, whatever the options say. */
  drop(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#retirement?.end();
    this.#stopBeating();
    try {
      this.#store.remove();
      if (this.#hasRole) this.header.leave(this.role);
    } finally {
      this.unmap();
    }
  }

  #departure(slaveIsStale: boolean): Departure {
    return {
      role: this.role,
      store: this.#store,
      created: this.#created,
      autoCleanup: this.#autoCleanup,
      slaveIsStale,
      hasRole: () => this.#hasRole,
    };
  }

  /** Whether nobody else has taken the role, as far as is known. */
  get #hasRole(): boolean {
    return this.header.identity(this.role) === this.#mark && !this.#isOvertaken;
  }

  #stopBeating(): void {
    if (!this.watch.isOn) return;
    if (this.inlet.end(() => this.header.heartbeat(this.role))) this.#isOvertaken = true;
  }
}

/** Takes the flag of `role` down, unless another has the role by now. */
function leaveIfMarked(header: Header, role: Role, mark: number): void {
  if (header.identity(role) === mark) header.leave(role);
}
