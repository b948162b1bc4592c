import { layoutFor } from '../../layout/index.js';
import { Segment } from '../../syscalls/index.js';
import { MailboxReader, MailboxWriter, viewChannel } from '../channel/index.js';
import { EshmError } from '../errors.js';
import {
  FIELDS_OF,
  Header,
  otherRole,
  processExists,
  type Role,
  STALE_THRESHOLD_AT,
} from '../header/index.js';
import { HeartbeatRest, heartbeat, Peer, Slot, slotAt, type Wake } from '../heartbeat/index.js';
import { runBlocking } from '../idle/index.js';
import type { Place } from '../joining/index.js';
import { type Departure, leave } from '../joining/index.js';
import type { ResolvedOptions } from '../options.js';
import type { EndpointRecord } from '../threads/index.js';
import { recordEndpoint } from './janitor.js';

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
  readonly offsets: {
    readonly sequence: number;
    readonly incomingWriteCount: number;
    readonly readCount: number;
    readonly writeCount: number;
  };
  readonly #segment: Segment;
  readonly #created: boolean;
  readonly #autoCleanup: boolean;
  /** Slot of the heartbeat, while it beats. */
  #slot: number | undefined;
  /** The role's identity as this endpoint's start made it, to tell whether another has taken the role since. */
  readonly #mark: number;
  /** For the thread that sees the end of this one. */
  #record: EndpointRecord | undefined;
  /** Process id of the other side when it was last found alive; 0 when this pid namespace does not show it. */
  #metPid = 0;
  /** Whether the header has this endpoint's mark: from {@link Place} on, until it retires. */
  #entered = true;
  /** Whether another start with the same mark has taken the role: found out at the latest when this one stops beating. */
  #isOvertaken = false;
  /** {@link Heartbeat.timesSettled} as attended to. */
  #timesSettled = 0;
  #isClosed = false;
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
    this.#mark = place.identity;
    this.#autoCleanup = options.autoCleanup;
    try {
      const layout = layoutFor(options.maxDataSize);
      const peer = FIELDS_OF[otherRole(role)];
      const [out, back] =
        role === 'master'
          ? [layout.masterToSlave, layout.slaveToMaster]
          : [layout.slaveToMaster, layout.masterToSlave];
      this.offsets = {
        sequence: back + layout.channel.sequence,
        incomingWriteCount: back + layout.channel.writeCount,
        readCount: out + layout.channel.readCount,
        writeCount: out + layout.channel.writeCount,
      };
      const { bytes } = segment;
      this.header = new Header(bytes);
      this.#checkMark();
      // The mark came first: the writer repairs its channel as it is made, and a reader that does not know of another
      // writer takes the repaired sequence for a message.
      this.writer = new MailboxWriter(viewChannel(bytes, layout, out), options.order === 'plain');
      this.reader = new MailboxReader(viewChannel(bytes, layout, back), bytes, peer, place.readFrom);
      if (options.useThreads) this.#beat(place.isNamesake, onChange);
      this.#record = recordEndpoint({
        role,
        address: segment.address,
        segmentId: segment.id,
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

  /** The kernel's id of the segment that is mapped now. */
  get segmentId(): number {
    return this.#segment.id;
  }

  /** One of `Peer`: what the heartbeat worker knows of the other side. Without it, what the flag says. */
  get peer(): number {
    if (this.#slot !== undefined) return heartbeat.table[slotAt(this.#slot) + Slot.peer]!;
    return this.header.flagged(otherRole(this.role)) ? Peer.alive : Peer.absent;
  }

  /** Times the heartbeat worker has seen another start of the other side; may begin at any number. */
  get restarts(): number {
    return this.#slot === undefined ? 0 : heartbeat.table[slotAt(this.#slot) + Slot.restarts]!;
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
   * Moves this slave to the segment of `candidate`, which has the same size and was found good: in one step of the
   * kernel, so there is no moment at which a read or a heartbeat could meet an unmapped address.
   *
   * @param candidate - attached elsewhere in this process; stays so
   * @param seen - the slave's identity in it when it was found free
   * @returns false when another slave was quicker; this one stays where it is then
   * @throws {SyscallError} when the segment is gone; the old one is still mapped then
   */
  moveTo(candidate: Segment, seen: number): boolean {
    const next = new Header(candidate.bytes);
    if (next.claim(this.role, seen) === undefined) return false;
    const slot = this.#slot;
    const old = this.#attachAgain();
    if (slot !== undefined) heartbeat.moving(slot);
    try {
      this.#segment.replace(candidate.id);
      this.#record?.move(candidate.id);
      if (old !== undefined) leaveIfMarked(new Header(old.bytes), this.role, this.#mark);
    } catch (error) {
      if (slot !== undefined) heartbeat.stayed(slot);
      leaveIfMarked(next, this.role, this.#mark);
      throw error;
    } finally {
      old?.detach();
    }
    this.writer.resync();
    this.reader.resync();
    if (slot !== undefined) heartbeat.moved(slot, this.segmentId, seen === this.#mark);
    return true;
  }

  /** Who has this endpoint's role now, if another has taken it; `undefined` while it is this endpoint. */
  get heir(): string | undefined {
    const { header, role } = this;
    if (this.#slot !== undefined && heartbeat.isOvertaken(this.#slot)) this.#isOvertaken = true;
    if (this.#hasRole) return undefined;
    return `${header.holder(role)}${header.identity(role) === this.#mark ? ', as this one' : ''}`;
  }

  /**
   * Reads the words of both channels anew, once it is certain that an older endpoint with the same mark, which may have
   * read and written for a moment longer, is gone.
   */
  settle(): void {
    if (this.#slot === undefined) return;
    const times = heartbeat.timesSettled(this.#slot);
    if (times === this.#timesSettled) return;
    this.#timesSettled = times;
    this.writer.resync();
  }

  /** Leaves the role to the one that has taken it: stops beating for good. */
  giveWay(): void {
    this.#stopBeating();
    this.#record?.leave();
  }

  /** Stops beating and clears the mark, but stays mapped: an endpoint that has given up is still safe to use. */
  retire(): void {
    this.#stopBeating();
    if (this.#entered && this.#hasRole) this.header.leave(this.role);
    this.#entered = false;
    this.#record?.leave();
  }

  /**
   * Leaves the segment and unmaps it; a master removes it where that is its task. Neither reader, writer nor header
   * may be touched afterwards. Blocks for the stale threshold (2 s at most) where a master that took the segment over
   * must find out whether the slave in it still lives.
   *
   * @throws {SyscallError} when it could not be removed; it is unmapped all the same
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const slaveIsStale = this.peer === Peer.stale;
    this.#stopBeating();
    try {
      if (this.#entered) runBlocking(leave(this.#departure(slaveIsStale)));
    } finally {
      this.#record?.free();
      this.#unmap();
    }
  }

  #departure(slaveIsStale: boolean): Departure {
    return {
      role: this.role,
      segment: this.#segment,
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

  #unmap(): void {
    if (this.#workerIsQuiet) {
      this.#segment.detach();
      return;
    }
    // A worker that could not be waited for may still beat once: let it beat in a grave.
    heartbeat.graveyard.add(() => this.#segment.detach());
    this.#segment.entomb();
  }

  /**
   * Between mark and first beat this process may have been stopped for long enough to be taken for dead. Its repair of
   * the channel would be a blow into the messages of whoever has the role now.
   *
   * @throws {EshmError} ESHM_ROLE_MISMATCH
   */
  #checkMark(): void {
    const { header, role } = this;
    if (header.identity(role) === this.#mark) return;
    throw new EshmError(
      'ESHM_ROLE_MISMATCH',
      `Cannot start as ${role}: pid ${header.pid(role)} has taken the place before the first beat here, expected none; try again`,
    );
  }

  #beat(isNamesake: boolean, onChange: () => void): void {
    const own = FIELDS_OF[this.role];
    const peer = FIELDS_OF[otherRole(this.role)];
    this.#slot = heartbeat.join({
      address: this.#segment.address,
      size: this.#segment.size,
      ownHeartbeat: own.heartbeat,
      ownIdentity: own.identity,
      ownMark: this.#mark,
      ownAlive: own.alive,
      segment: this.#segment.id,
      isNamesake,
      peerHeartbeat: peer.heartbeat,
      peerIdentity: peer.identity,
      staleThreshold: STALE_THRESHOLD_AT,
      peer: this.header.flagged(otherRole(this.role)) ? Peer.alive : Peer.absent,
      // A master without a slave waits; a slave without a master has lost it.
      mayBeAbsent: this.role === 'master',
      sequence: this.offsets.sequence,
      readCount: this.offsets.readCount,
      writeCount: this.offsets.incomingWriteCount,
      onChange,
    });
    this.reader.restFinder = new HeartbeatRest(heartbeat.table, slotAt(this.#slot));
  }

  #stopBeating(): void {
    if (this.#slot === undefined) return;
    const slot = this.#slot;
    this.#slot = undefined;
    // The slot may be another endpoint's from now on.
    this.reader.restFinder = undefined;
    this.#workerIsQuiet = heartbeat.leave(slot);
    this.#isOvertaken ||= heartbeat.isOvertaken(slot) || (this.#workerIsQuiet && this.#hasYounger(slot));
  }

  /** Whether another has started in the role since the last beat, whose heartbeat is behind that of this one. */
  #hasYounger(slot: number): boolean {
    const beat = heartbeat.lastBeat(slot);
    return beat !== undefined && BigInt.asIntN(64, this.header.heartbeat(this.role) - beat) < 0n;
  }

  /** The segment that is mapped now, at a second address; `undefined` where that cannot be had. */
  #attachAgain(): Segment | undefined {
    try {
      return Segment.attach(this.segmentId);
    } catch {
      return undefined;
    }
  }
}

/** Takes the flag of `role` down, unless another has the role by now. */
function leaveIfMarked(header: Header, role: Role, mark: number): void {
  if (header.identity(role) === mark) header.leave(role);
}
