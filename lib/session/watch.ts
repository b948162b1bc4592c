import { layoutFor, type SegmentLayout } from '../../layout/index.js';
import { FIELDS_OF, type Header, otherRole, STALE_THRESHOLD_AT } from '../header/index.js';
import {
  HeartbeatRest,
  heartbeat,
  type Pace,
  Peer,
  type Registration,
  Slot,
  slotAt,
  type Wake,
} from '../heartbeat/index.js';
import type { Place } from '../joining/index.js';
import type { Store } from '../store/index.js';

/** Byte offsets of the words that a wait may be for; they stay when another segment is mapped in place. */
interface WatchedWords {
  /** Of the channel that is read. */
  readonly sequence: number;
  readonly incomingWriteCount: number;
  /** Of the channel that is written. */
  readonly readCount: number;
}

/** The words of an endpoint whose channels begin at these offsets. */
export function watchedWords(outgoing: number, incoming: number, { channel }: SegmentLayout): WatchedWords {
  return {
    sequence: incoming + channel.sequence,
    incomingWriteCount: incoming + channel.writeCount,
    readCount: outgoing + channel.readCount,
  };
}

/** What the worker must know of an endpoint in `place`, whose mark is made and whose segment is mapped. */
export function registrationOf(
  { role, store, identity, isNamesake }: Place,
  words: WatchedWords,
  header: Header,
  onChange: () => void,
): Registration {
  const own = FIELDS_OF[role];
  const peer = FIELDS_OF[otherRole(role)];
  return {
    address: store.address,
    fd: store.file?.fd ?? -1,
    headerSize: layoutFor().headerSize,
    size: store.size,
    ownHeartbeat: own.heartbeat,
    ownIdentity: own.identity,
    ownMark: identity,
    ownAlive: own.alive,
    segment: store.id,
    isNamesake,
    peerHeartbeat: peer.heartbeat,
    peerIdentity: peer.identity,
    staleThreshold: STALE_THRESHOLD_AT,
    peer: header.flagged(otherRole(role)) ? Peer.alive : Peer.absent,
    // A master without a slave waits; a slave without a master has lost it.
    mayBeAbsent: role === 'master',
    sequence: words.sequence,
    readCount: words.readCount,
    writeCount: words.incomingWriteCount,
    onChange,
  };
}

/**
 * An endpoint's place with the heartbeat worker: it beats, watches the other side, and wakes who waits. Without a worker
 * (`useThreads` off, before {@link begin}, after {@link end}) nobody does, and each answer says so.
 *
 * Belongs to the endpoint's thread.
 */
export class Watch {
  /** Slot of the heartbeat, while it beats. */
  #slot: number | undefined;
  /** {@link Heartbeat.timesSettled} as attended to. */
  #timesSettled = 0;
  #isQuiet = true;
  #lastBeat: bigint | undefined;

  /** Has the worker beat for an endpoint whose segment is mapped and marked. */
  begin(registration: Registration): void {
    this.#slot = heartbeat.join(registration);
  }

  /**
   * Stops beating.
   *
   * @param heartbeatNow - the own heartbeat as the segment shows it, asked for when the worker has stopped
   * @returns whether another has started in the role since the last beat: its heartbeat is behind that of this one
   */
  end(heartbeatNow: () => bigint): boolean {
    const slot = this.#slot;
    if (slot === undefined) return false;
    this.#slot = undefined;
    this.#isQuiet = heartbeat.leave(slot);
    // Noted now: the slot may be another endpoint's from the next start on.
    this.#lastBeat = this.#isQuiet ? heartbeat.lastBeat(slot) : undefined;
    return heartbeat.isOvertaken(slot) || isBehind(heartbeatNow, this.#lastBeat);
  }

  /** What the worker stored last in the own heartbeat, once {@link end} was called; `undefined` where that is not known. */
  get lastBeat(): bigint | undefined {
    return this.#lastBeat;
  }

  /** Lets go of what the worker was told to leave alone by {@link end}. */
  unmap(store: Store): void {
    if (this.#isQuiet) {
      store.detach();
      return;
    }
    this.bury(store);
    store.entomb();
  }

  /** Lets go of `store` once the worker's pass that is under way is over, in which it may still use it. */
  bury(store: Store): void {
    heartbeat.graveyard.add(() => store.detach());
  }

  /** Whether the worker is certain not to touch the segment again, once {@link end} was called. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Whether the worker watches the other side. */
  get isOn(): boolean {
    return this.#slot !== undefined;
  }

  /** One of `Peer`: what the worker knows of the other side; `undefined` without one. */
  get peer(): number | undefined {
    return this.#slot === undefined ? undefined : heartbeat.table[slotAt(this.#slot) + Slot.peer]!;
  }

  /** Times the worker has seen another start of the other side; may begin at any number. */
  get restarts(): number {
    return this.#slot === undefined ? 0 : heartbeat.table[slotAt(this.#slot) + Slot.restarts]!;
  }

  /** Whether the worker has seen another start in the endpoint's own role. */
  get isOvertaken(): boolean {
    return this.#slot !== undefined && heartbeat.isOvertaken(this.#slot);
  }

  /** Where a writer rests, found by the worker on demand; `undefined` without one. */
  get restFinder(): HeartbeatRest | undefined {
    return this.#slot === undefined ? undefined : new HeartbeatRest(heartbeat.table, slotAt(this.#slot));
  }

  /**
   * The word that changes whenever the worker has news: which array, and where in it. Without a worker, a word that
   * never changes.
   */
  get newsWord(): { readonly words: Int32Array; readonly at: number } {
    if (this.#slot === undefined) return { words: new Int32Array(1), at: 0 };
    return { words: heartbeat.table, at: slotAt(this.#slot) + Slot.news };
  }

  /**
   * Has the worker call `onChange` of the registration once the word of `wake` is no longer `value`.
   *
   * @returns false without a worker: the caller must look by itself
   */
  arm(wake: Wake, value: number, pace: Pace): boolean {
    if (this.#slot === undefined) return false;
    heartbeat.arm(this.#slot, wake, value, pace);
    return true;
  }

  /** As {@link Heartbeat.armCounted}; {@link arm} for a message must follow. */
  armCounted(writes: number): void {
    if (this.#slot !== undefined) heartbeat.armCounted(this.#slot, writes);
  }

  /** Takes back {@link arm}. */
  disarm(wake: Wake): void {
    if (this.#slot !== undefined) heartbeat.disarm(this.#slot, wake);
  }

  /** Whether it has become certain since the last call that an older endpoint with the same mark is gone. */
  hasSettled(): boolean {
    if (this.#slot === undefined) return false;
    const times = heartbeat.timesSettled(this.#slot);
    if (times === this.#timesSettled) return false;
    this.#timesSettled = times;
    return true;
  }

  /** Another segment is about to be mapped in place. */
  moving(): void {
    if (this.#slot !== undefined) heartbeat.moving(this.#slot);
  }

  /** It was not. */
  stayed(): void {
    if (this.#slot !== undefined) heartbeat.stayed(this.#slot);
  }

  /** It was. */
  moved({ id, file }: Store, isNamesake: boolean): void {
    if (this.#slot !== undefined) heartbeat.moved(this.#slot, id, isNamesake, file?.fd ?? -1);
  }
}

function isBehind(now: () => bigint, last: bigint | undefined): boolean {
  return last !== undefined && BigInt.asIntN(64, now() - last) < 0n;
}
