import { checkHeader, layoutFor, MAGIC, type SegmentLayout, VERSION } from '../../layout/index.js';
import type { Store, Words } from '../store/index.js';

/** Which end of the channel an endpoint is. */
export type Role = 'master' | 'slave';

/** Offsets of the header's fields in bytes; the same for every data size. */
const at = layoutFor().header;

/** Byte offsets of the fields that each role has of its own. */
export const FIELDS_OF = {
  master: {
    heartbeat: at.masterHeartbeat,
    pid: at.masterPid,
    alive: at.masterAlive,
    identity: at.masterGeneration,
  },
  slave: { heartbeat: at.slaveHeartbeat, pid: at.slavePid, alive: at.slaveAlive, identity: at.slavePid },
} as const;

/** Byte offset of the segment's stale threshold. */
export const STALE_THRESHOLD_AT = at.staleThreshold;

/** `masterGeneration` of a segment's creator. */
export const FIRST_GENERATION = 1;

/** Bytes before the two channels; the same for every data size. */
const HEADER_SIZE = layoutFor().headerSize;

/** Whether something is large enough to have a header; what is less is no channel. */
export function hasHeader({ size }: Pick<Store, 'size'>): boolean {
  return size >= HEADER_SIZE;
}

/** The other end. */
export function otherRole(role: Role): Role {
  return role === 'master' ? 'slave' : 'master';
}

/** Byte offsets of the channel that `role` writes and of the one that it reads. */
export function channelsOf(
  role: Role,
  { masterToSlave, slaveToMaster }: SegmentLayout,
): { readonly outgoing: number; readonly incoming: number } {
  return role === 'master'
    ? { outgoing: masterToSlave, incoming: slaveToMaster }
    : { outgoing: slaveToMaster, incoming: masterToSlave };
}

/**
 * The header of a channel's memory, live. Not for the hot path; belongs to the thread that has the memory. Shows whatever
 * is there, also after another segment or file was put in its place.
 */
export class Header {
  readonly #words: Words;

  /** @param store - at least the 128 bytes of the header */
  constructor({ words }: Pick<Store, 'words'>) {
    this.#words = words;
  }

  /** What is wrong with magic or version, or `undefined`. */
  fault(): string | undefined {
    return checkHeader({ magic: this.#load(at.magic) >>> 0, version: this.#load(at.version) >>> 0 });
  }

  /** Whether this may be a segment whose creator has not come to finishing its header: the magic is last. */
  get blank(): boolean {
    const version = this.#load(at.version);
    return this.#load(at.magic) === 0 && (version === 0 || version === VERSION);
  }

  /** Beats of a role, as u64. */
  heartbeat(role: Role): bigint {
    return this.#words.loadLong(FIELDS_OF[role].heartbeat);
  }

  /** Process id of the last start of a role. */
  pid(role: Role): number {
    return this.#load(FIELDS_OF[role].pid);
  }

  /** Who has a role, in words for an error. */
  holder(role: Role): string {
    return `pid ${this.pid(role)}${role === 'master' ? `, generation ${this.generation}` : ''}`;
  }

  /** Whether a role's `alive` flag is set; says nothing about life. */
  flagged(role: Role): boolean {
    return this.#load(FIELDS_OF[role].alive) !== 0;
  }

  get staleThresholdMs(): number {
    return this.#load(at.staleThreshold) >>> 0;
  }

  get generation(): number {
    return this.#load(at.masterGeneration) >>> 0;
  }

  /**
   * Fills in the header of a new segment, all zero, and starts its first master.
   *
   * @returns false when another start has meanwhile decided to remove it
   */
  create(staleThresholdMs: number): boolean {
    this.#store(at.version, VERSION);
    this.#store(at.staleThreshold, staleThresholdMs);
    if (this.claim('master', FIRST_GENERATION - 1) === undefined) return false;
    // ORDER(create): the magic is last, so whoever sees it sees a complete header.
    // Pairs with: the check of the magic in every slave's start.
    // Else: a slave attaches to a segment without threshold or generation.
    // Not covered: nothing.
    this.#store(at.magic, MAGIC);
    return true;
  }

  /** Tells one start of a role from the next: the word at `FIELDS_OF[role].identity`. */
  identity(role: Role): number {
    return this.#load(FIELDS_OF[role].identity);
  }

  /**
   * Marks this process as `role`, unless the role was started anew since its {@link identity} was `seen`: of several
   * that start at one moment, one enters. What its peer sees of the role's channel is repaired after this: readers go by
   * these marks.
   *
   * @returns the identity it made; `undefined` when another was quicker
   */
  claim(role: Role, seen: number): number | undefined {
    if (!this.seize(role, seen)) return undefined;
    this.#words.storeLong(FIELDS_OF[role].heartbeat, 0n);
    this.#store(FIELDS_OF[role].pid, process.pid);
    return nextIdentity(role, seen);
  }

  /**
   * The part of {@link claim} that others take notice of: to remove a segment, for which nobody may be about to enter.
   *
   * @returns whether nobody has started in `role` since its {@link identity} was `seen`
   */
  seize(role: Role, seen: number): boolean {
    // ORDER(claim): flagged before the identity moves, so that whoever comes too late finds a flagged role and gives it
    // the time to show a beat.
    // Pairs with: lives() in a start, which looks at the identity first, then at the flag and the heartbeat.
    // Else: two that found the same dead peer both enter and write one channel, or one enters what the other removes.
    // Not covered: the original's starts, which look at nothing; two slaves with one pid (threads, containers), of which
    // both enter: OwnRole lets one of them stay; two that look at one file at one moment, see `file-claim`.
    this.#store(FIELDS_OF[role].alive, 1);
    return this.#words.swap(FIELDS_OF[role].identity, seen, nextIdentity(role, seen));
  }

  /** Clears the `alive` flag of `role`. */
  leave(role: Role): void {
    this.#store(FIELDS_OF[role].alive, 0);
  }

  #load(offset: number): number {
    return this.#words.load(offset);
  }

  #store(offset: number, value: number): void {
    this.#words.store(offset, value);
  }
}

/** What a start of `role` makes of the identity it found, as a signed word. */
function nextIdentity(role: Role, seen: number): number {
  return role === 'master' ? (seen + 1) | 0 : process.pid;
}
