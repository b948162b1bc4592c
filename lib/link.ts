import { layoutFor } from '../layout/index.js';
import type { Segment } from '../syscalls/index.js';
import { MailboxReader, MailboxWriter, viewChannel } from './channel/index.js';
import { FIELDS_OF, Header, otherRole, type Role, STALE_THRESHOLD_AT } from './header.js';
import { heartbeat, Peer, Slot, slotAt, type Wake } from './heartbeat/index.js';
import type { ResolvedOptions } from './options.js';
import { processExists } from './process.js';
import { lives, type Place } from './start.js';

/**
 * An endpoint's hold on its segment: the mapping, both mailboxes, the mark in the header and the heartbeat. It knows
 * how to enter, to move to another segment in place, and to leave; when to do so is others' business.
 *
 * Belongs to the thread that made it.
 */
export class Link {
  readonly role: Role;
  readonly header: Header;
  readonly reader: MailboxReader;
  readonly writer: MailboxWriter;
  /** Byte offsets of what others wait for; they stay when another segment is mapped in place. */
  readonly offsets: { readonly sequence: number; readonly readCount: number; readonly writeCount: number };
  readonly #segment: Segment;
  readonly #created: boolean;
  readonly #autoCleanup: boolean;
  readonly #useThreads: boolean;
  /** Slot of the heartbeat, while it beats. */
  #slot: number | undefined;
  /** `masterGeneration` that this master's start made, to tell whether another has taken over since. */
  #generation = 0;
  /** Process id of the other side when it was last found alive; 0 when this pid namespace does not show it. */
  #metPid = 0;
  /** Whether the header has this endpoint's mark: from {@link Place} on, until it retires. */
  #entered = true;
  /** Whether the worker is certain not to touch the segment again, once the slot is given back. */
  #workerIsQuiet = true;

  /**
   * Enters the segment of `place`. When this throws, nothing is left attached, created or beating.
   *
   * @param onChange - called on this thread's event loop when the other side went stale, recovered or was replaced
   */
  constructor(place: Place, options: ResolvedOptions, onChange: () => void) {
    const { role, segment } = place;
    this.role = role;
    this.#segment = segment;
    this.#created = place.created;
    this.#autoCleanup = options.autoCleanup;
    this.#useThreads = options.useThreads;
    try {
      const layout = layoutFor(options.maxDataSize);
      const peer = FIELDS_OF[otherRole(role)];
      const [out, back] =
        role === 'master'
          ? [layout.masterToSlave, layout.slaveToMaster]
          : [layout.slaveToMaster, layout.masterToSlave];
      this.offsets = {
        sequence: back + layout.channel.sequence,
        readCount: out + layout.channel.readCount,
        writeCount: out + layout.channel.writeCount,
      };
      const { bytes } = segment;
      this.header = new Header(bytes);
      this.#generation = this.header.generation;
      // The mark came first: the writer repairs its channel as it is made, and a reader that does not know of another
      // writer takes the repaired sequence for a message.
      this.writer = new MailboxWriter(viewChannel(bytes, layout, out), options.order === 'plain');
      this.reader = new MailboxReader(viewChannel(bytes, layout, back), bytes, peer);
      if (options.useThreads) this.#beat(onChange);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The kernel's id of the segment that is mapped now. */
  get segmentId(): number {
    return this.#segment.id;
  }

  /** One of `Peer`: what the heartbeat worker knows of the other side. Without it, what the flag says. */
  get peer(): number {
    if (this.#slot !== undefined) return heartbeat.table[slotAt(this.#slot) + Slot.peer]!;
    return this.header.flagged(otherRole(this.role)) ? Peer.alive : Peer.absent;
  }

  /** Remembers the process on the other side, so that its end can be told later. */
  meetPeer(): void {
    const pid = this.header.pid(otherRole(this.role));
    this.#metPid = processExists(pid) ? pid : 0;
  }

  /**
   * Tells the reader when the other side, which has gone stale, is dead for certain: its process was seen before, is
   * seen no more, and nobody has come in its place.
   */
  noteDeath(): void {
    const peer = otherRole(this.role);
    const pid = this.#metPid;
    if (pid === 0 || this.header.pid(peer) !== pid || processExists(pid)) return;
    this.reader.bury(() => this.header.pid(peer) === pid);
  }

  /** Whether the heartbeat worker watches the other side. */
  get watched(): boolean {
    return this.#slot !== undefined;
  }

  /**
   * The word that changes whenever the heartbeat worker has news: which array, and where in it. Without a worker, a
   * word that never changes.
   */
  get newsWord(): { readonly words: Int32Array; readonly at: number } {
    if (this.#slot === undefined) return { words: new Int32Array(1), at: 0 };
    return { words: heartbeat.table, at: slotAt(this.#slot) + Slot.news };
  }

  /**
   * Has the heartbeat worker call `onChange` once the word of `wake` is no longer `value`.
   *
   * @returns false without a worker: the caller must look by itself
   */
  arm(wake: Wake, value: number): boolean {
    if (this.#slot === undefined) return false;
    heartbeat.arm(this.#slot, wake, value);
    return true;
  }

  /** Takes back {@link arm}. */
  disarm(wake: Wake): void {
    if (this.#slot !== undefined) heartbeat.disarm(this.#slot, wake);
  }

  /**
   * Moves this slave to segment `id`, which has the same size and was found good: in one step of the kernel, so there
   * is no moment at which a read or a heartbeat could meet an unmapped address.
   *
   * @throws {SyscallError} when it is gone; the old segment is still mapped then
   */
  moveTo(id: number): void {
    const marked = this.#ownsMark();
    if (marked) this.header.leave(this.role);
    try {
      this.#segment.replace(id);
    } catch (error) {
      if (marked) this.header.enter(this.role);
      throw error;
    }
    this.header.enter(this.role);
    this.writer.resync();
    this.reader.resync(false);
    if (this.#slot !== undefined) Atomics.store(heartbeat.table, slotAt(this.#slot) + Slot.peer, Peer.alive);
  }

  /** Stops beating and clears the mark, but stays mapped: an endpoint that has given up is still safe to use. */
  retire(): void {
    this.#stopBeating();
    if (this.#entered && this.#ownsMark()) this.header.leave(this.role);
    this.#entered = false;
  }

  /**
   * Leaves the segment and unmaps it; a master removes it where that is its task. Neither reader, writer nor header
   * may be touched afterwards.
   *
   * @throws {SyscallError} when it could not be removed; it is unmapped all the same
   */
  close(): void {
    if (!this.#segment.attached) return;
    this.#stopBeating();
    try {
      const remove = this.#entered && this.role === 'master' && this.#autoCleanup && this.#isOursToRemove();
      if (this.#entered && this.#ownsMark()) this.header.leave(this.role);
      if (remove) this.#segment.remove();
    } finally {
      // A worker that could not be waited for may still beat once: let it beat in a grave.
      if (this.#workerIsQuiet) this.#segment.detach();
      else this.#segment.entomb();
    }
  }

  #beat(onChange: () => void): void {
    const own = FIELDS_OF[this.role];
    const peer = FIELDS_OF[otherRole(this.role)];
    this.#slot = heartbeat.join({
      address: this.#segment.address,
      size: this.#segment.size,
      ownHeartbeat: own.heartbeat,
      peerHeartbeat: peer.heartbeat,
      peerIdentity: peer.identity,
      staleThreshold: STALE_THRESHOLD_AT,
      peer: this.header.flagged(otherRole(this.role)) ? Peer.alive : Peer.absent,
      // A master without a slave waits; a slave without a master has lost it.
      mayBeAbsent: this.role === 'master',
      sequence: this.offsets.sequence,
      readCount: this.offsets.readCount,
      onChange,
    });
  }

  #stopBeating(): void {
    if (this.#slot === undefined) return;
    const slot = this.#slot;
    this.#slot = undefined;
    this.#workerIsQuiet = heartbeat.leave(slot);
  }

  /** Whether the mark in the header is still this endpoint's, and not that of one that took its place. */
  #ownsMark(): boolean {
    if (this.role === 'master') return this.header.generation === this.#generation;
    return this.header.pid('slave') === process.pid;
  }

  /**
   * The creator removes its segment. A master that took it over does so when no live slave is left in it, because the
   * creator is dead. One that was itself taken over leaves that to its successor, unless it is the last one there.
   */
  #isOursToRemove(): boolean {
    if (!this.#ownsMark()) return this.#segment.stat().attachments === 1;
    return this.#created || !this.#slaveLives();
  }

  #slaveLives(): boolean {
    if (this.#segment.stat().attachments === 1) return false;
    return this.#useThreads
      ? this.peer === Peer.alive && lives(this.header, 'slave')
      : lives(this.header, 'slave');
  }
}
