import {
  HeartbeatRest,
  heartbeat,
  type Pace,
  type Registration,
  Slot,
  slotAt,
  type Wake,
} from '../heartbeat/index.js';
import type { Store } from '../store/index.js';

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
  moved(store: Store, isNamesake: boolean): void {
    if (this.#slot !== undefined) heartbeat.moved(this.#slot, store, isNamesake);
  }
}

function isBehind(now: () => bigint, last: bigint | undefined): boolean {
  return last !== undefined && BigInt.asIntN(64, now() - last) < 0n;
}
