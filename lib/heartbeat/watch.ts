import type { Store } from '../store/index.js';
import { heartbeat, type Registration } from './heartbeat.js';
import { HeartbeatRest } from './rest-finder.js';
import { Armed, Global, ORIGIN_MS, type Pace, Peer, Row, rowAt, WAIT_WORDS } from './table.js';

/** A worker that wakes this late for what it is wanted for need not be woken, in ms: that takes as long. */
const PUNCTUAL_MS = 0.1;

const { table, longs, doubles } = heartbeat;

/**
 * An endpoint's place with the heartbeat worker: it beats, watches the other side, and wakes who waits. Without a worker
 * (`useThreads` off, before {@link begin}, after {@link end}) nobody does, and each answer says so.
 *
 * Belongs to the endpoint's thread.
 */
export class Watch {
  /** The endpoint's row in the table, and where it begins, while the worker beats for it. */
  #row: number | undefined;
  #at: number | undefined;
  /** How often the worker had made sure that the endpoint is alone in its role, as attended to. */
  #timesAlone = 0;
  #isQuiet = true;
  #lastBeat: bigint | undefined;

  /** Has the worker beat for an endpoint whose segment is mapped and marked. */
  begin(registration: Registration): void {
    this.#row = heartbeat.join(registration);
    this.#at = rowAt(this.#row);
  }

  /**
   * Stops beating.
   *
   * @param heartbeatNow - the own heartbeat as the segment shows it, asked for when the worker has stopped
   * @returns whether another has started in the role since the last beat: its heartbeat is behind that of this one
   */
  end(heartbeatNow: () => bigint): boolean {
    const [row, at] = [this.#row, this.#at];
    if (row === undefined || at === undefined) return false;
    this.#row = this.#at = undefined;
    this.#isQuiet = heartbeat.leave(row);
    // Noted now: the row may be another endpoint's from the next start on.
    const hasBeatenHere = table[at + Row.beatMoves] === table[at + Row.moves];
    this.#lastBeat = this.#isQuiet && hasBeatenHere ? longs[(at + Row.beat) >>> 1] : undefined;
    return Atomics.load(table, at + Row.overtaken) === 1 || isBehind(heartbeatNow, this.#lastBeat);
  }

  /**
   * What the worker stored last in the own heartbeat, in the segment that was mapped when {@link end} was called;
   * `undefined` where that is not known.
   */
  get lastBeat(): bigint | undefined {
    return this.#lastBeat;
  }

  /** Lets go of what the worker was told to leave alone by {@link end}. */
  unmap(store: Store): void {
    if (this.#isQuiet) {
      store.detach();
      return;
    }
    this.detachLater(store);
    store.entomb();
  }

  /** Lets go of `store` once the worker's pass that is under way is over, in which it may still use it. */
  detachLater(store: Store): void {
    heartbeat.graveyard.add(() => store.detach());
  }

  /** Whether the worker is certain not to touch the segment again, once {@link end} was called. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Whether the worker watches the other side. */
  get isOn(): boolean {
    return this.#at !== undefined;
  }

  /** One of `Peer`: what the worker knows of the other side; `undefined` without one. */
  get peer(): number | undefined {
    return this.#at === undefined ? undefined : table[this.#at + Row.peer]!;
  }

  /** Times the worker has seen another start of the other side; may begin at any number. */
  get restarts(): number {
    return this.#at === undefined ? 0 : table[this.#at + Row.restarts]!;
  }

  /** Whether the worker has seen another start in the endpoint's own role. */
  get isOvertaken(): boolean {
    return this.#at !== undefined && Atomics.load(table, this.#at + Row.overtaken) === 1;
  }

  /** Where a writer rests, found by the worker on demand; `undefined` without one. */
  get restFinder(): HeartbeatRest | undefined {
    return this.#at === undefined ? undefined : new HeartbeatRest(table, this.#at);
  }

  /**
   * The word that changes whenever the worker has news: which array, and where in it. Without a worker, a word that
   * never changes.
   */
  get newsWord(): { readonly words: Int32Array; readonly at: number } {
    if (this.#at === undefined) return { words: new Int32Array(1), at: 0 };
    return { words: table, at: this.#at + Row.news };
  }

  /**
   * Has the worker call `onChange` of the registration once the word of `wake` is no longer `value`. The caller looks once
   * more after this, and parks only if there is still nothing.
   *
   * @returns false without a worker, and until it has begun: the caller must look by itself
   */
  arm(
    wake: Armed,
    value: number,
    { lookMs, longestLookMs = lookMs, sinceMs = 0, alarmMs, periodMs = 0 }: Pace,
  ): boolean {
    const at = this.#at;
    if (at === undefined) return false;
    // ORDER(arm): the value is stored before the wait is armed, and armed before the caller looks once more.
    // Pairs with: Pulse.wakes().
    // Else: the worker compares with the value of an earlier wait, or the caller parks on a message already there.
    // Not covered: a report of the last wait that is still on its way; it costs one look for nothing.
    const words = WAIT_WORDS[wake];
    Atomics.store(table, at + words.seen, value);
    table[at + words.lookUs] = Math.round(lookMs * 1000);
    table[at + words.longestLookUs] = Math.round(longestLookMs * 1000);
    doubles[(at + words.since) >>> 1] = sinceMs + ORIGIN_MS;
    if (wake === Armed.message) {
      table[at + Row.periodUs] = Math.round(periodMs * 1000);
      doubles[(at + Row.alarm) >>> 1] = (alarmMs ?? Number.POSITIVE_INFINITY) + ORIGIN_MS;
    }
    Atomics.or(table, at + Row.armed, wake);
    if (lookMs === 0) return heartbeat.isAtWork;
    // Pairs with ORDER(rest).
    Atomics.add(table, Global.arms, 1);
    const wantedMs = Math.min(alarmMs ?? Number.POSITIVE_INFINITY, performance.now() + lookMs);
    if (doubles[Global.next >>> 1]! - ORIGIN_MS > wantedMs + PUNCTUAL_MS) heartbeat.wake();
    return heartbeat.isAtWork;
  }

  /**
   * Has the wait for a message end also once the low half of `writeCount` is no longer `writes`; {@link arm} for a message
   * must follow.
   */
  armCounted(writes: number): void {
    if (this.#at === undefined) return;
    // As ORDER(arm).
    Atomics.store(table, this.#at + Row.writeCountSeen, writes);
    Atomics.or(table, this.#at + Row.armed, Armed.counted);
  }

  /** Takes back {@link arm}; a report may still come. */
  disarm(wake: Armed): void {
    const bits = wake === Armed.message ? Armed.message | Armed.counted : wake;
    if (this.#at !== undefined) Atomics.and(table, this.#at + Row.armed, ~bits);
  }

  /** Whether it has become certain since the last call that an older endpoint with the same mark is gone. */
  hasBecomeAlone(): boolean {
    if (this.#at === undefined) return false;
    const times = Atomics.load(table, this.#at + Row.timesAlone);
    if (times === this.#timesAlone) return false;
    this.#timesAlone = times;
    return true;
  }

  /** Tells the worker that another segment is about to be mapped in place; {@link moved} or {@link stayed} must follow. */
  moving(): void {
    if (this.#at !== undefined) Atomics.add(table, this.#at + Row.moves, 1);
  }

  /** Takes back {@link moving}: what was mapped still is. */
  stayed(): void {
    if (this.#at !== undefined) Atomics.sub(table, this.#at + Row.moves, 1);
  }

  /**
   * Ends {@link moving}: the endpoint's heartbeat is at 0 in another segment now.
   *
   * @param isNamesake - whether the mark was there before
   */
  moved({ id, file }: Store, isNamesake: boolean): void {
    const at = this.#at;
    if (at === undefined) return;
    table[at + Row.segment] = id;
    Atomics.store(table, at + Row.file, (file?.fd ?? -1) + 1);
    table[at + Row.isNamesake] = isNamesake ? 1 : 0;
    Atomics.store(table, at + Row.peer, Peer.alive);
    Atomics.add(table, at + Row.moves, 1);
    heartbeat.overtakeOthers(this.#row!);
    // Whoever is there wants to see a beat soon, and may be quicker to lose patience than the one before.
    heartbeat.wake();
  }
}

function isBehind(now: () => bigint, last: bigint | undefined): boolean {
  return last !== undefined && BigInt.asIntN(64, now() - last) < 0n;
}
