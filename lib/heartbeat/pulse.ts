import { HEARTBEAT_INTERVAL_MS, WATCH_INTERVAL_MS } from '../../layout/index.js';
import { beatIntervalMs, LONGEST_BEAT_INTERVAL_MS } from './beat-interval.js';
import { CycleWatch } from './cycle-watch.js';
import { OwnRole } from './own-role.js';
import { Pacing } from './pacing.js';
import { memoryOf, type PulseMemory } from './pulse-memory.js';
import { Armed, Peer, Row } from './table.js';
import { offsetsOf } from './words.js';

/**
 * One endpoint as the worker sees it: advances its heartbeat and judges the other's.
 *
 * Lives in the worker; gets the mapped bytes from whoever makes it, and the time with every call.
 */
export class Pulse {
  readonly registration: number;
  readonly #table: Int32Array;
  readonly #at: number;
  readonly #memory: PulseMemory;
  readonly #longs: BigInt64Array;
  readonly #words: Int32Array;
  /** The role to beat for; an observer has none. */
  readonly #own: OwnRole | undefined;
  readonly #peer: number;
  readonly #thresholdAt: number;
  readonly #identityAt: number;
  readonly #flagAt: number;
  readonly #sequenceAt: number;
  readonly #readCountAt: number;
  readonly #writeCountAt: number;
  readonly #cycle: CycleWatch;
  readonly #pacing: Pacing;
  #lastPeer: bigint;
  /** The low half of it. */
  #lastLow: number;
  #lastIdentity: number;
  #lastLookMs: number;
  #beatMs = Number.NEGATIVE_INFINITY;
  #stillMs = 0;
  /** {@link Row.moves} at the last look. */
  #moves = 0;
  #wasLost = false;
  #aloneSeen = 0;

  constructor(table: Int32Array, at: number, nowMs: number, map: (address: number, size: number) => Buffer) {
    this.registration = table[at + Row.registration]!;
    this.#table = table;
    this.#at = at;
    this.#pacing = new Pacing(table, at);
    const offsets = offsetsOf(table, at);
    this.#memory = memoryOf(table, at, offsets, map);
    this.#longs = this.#memory.longs;
    this.#words = this.#memory.words;
    const isObserver = table[at + Row.isObserver] === 1;
    this.#own = isObserver ? undefined : new OwnRole(table, at, offsets.own, this.#memory, nowMs);
    this.#peer = offsets.peer.heartbeat >>> 3;
    this.#thresholdAt = offsets.staleThreshold >>> 2;
    this.#identityAt = offsets.peer.identity >>> 2;
    this.#flagAt = offsets.peer.alive >>> 2;
    this.#sequenceAt = offsets.sequence >>> 2;
    this.#readCountAt = offsets.readCount >>> 2;
    this.#writeCountAt = offsets.writeCount >>> 2;
    this.#cycle = new CycleWatch(table, at, {
      words: this.#words,
      sequence: this.#sequenceAt,
      writeCount: this.#writeCountAt,
      identity: this.#identityAt,
      heartbeat: 2 * this.#peer,
      memory: this.#memory,
    });
    this.#moves = table[at + Row.moves]!;
    this.#lastPeer = this.#longs[this.#peer]!;
    this.#lastLow = Number(BigInt.asIntN(32, this.#lastPeer));
    this.#lastIdentity = this.#words[this.#identityAt]!;
    this.#lastLookMs = nowMs;
  }

  /** To be called before everything else in a pass. */
  pull(nowMs: number, looking: boolean): void {
    const isArmed = Atomics.load(this.#table, this.#at + Row.armed) !== 0;
    this.#memory.pull(looking || this.#isDue(nowMs), isArmed);
  }

  /** To be called after everything else in a pass. */
  push(): void {
    this.#memory.push();
  }

  /** As {@link OwnRole.beat}, where a beat is due. */
  beat(nowMs: number): void {
    if (!this.#isDue(nowMs)) return;
    this.#own?.beat(nowMs);
    this.#beatMs = nowMs;
  }

  /** How soon the worker must make its next pass for this endpoint, in ms: for a beat, or because somebody waits. */
  pauseMs(nowMs: number): number {
    const lookMs = this.#pacing.pauseMs(nowMs);
    if (lookMs !== Number.POSITIVE_INFINITY) return Math.min(lookMs, this.#beatInMs(nowMs));
    if (this.#cycle.isAsked) return HEARTBEAT_INTERVAL_MS;
    return this.#beatInMs(nowMs);
  }

  #isDue(nowMs: number): boolean {
    return nowMs - this.#beatMs >= this.#intervalMs(nowMs);
  }

  #beatInMs(nowMs: number): number {
    return this.#beatMs + this.#intervalMs(nowMs) - nowMs;
  }

  #intervalMs(nowMs: number): number {
    // An observer's beat is a look and no more.
    if (this.#own === undefined) return LONGEST_BEAT_INTERVAL_MS;
    return this.#own.isInDoubt(nowMs) ? HEARTBEAT_INTERVAL_MS : beatIntervalMs(this.#headerMs);
  }

  /** As {@link CycleWatch.watch}; whether what it found is to be told to a reader that is parked. */
  watch(nowMs: () => number): boolean {
    return (
      this.#cycle.watch(nowMs) && (Atomics.load(this.#table, this.#at + Row.armed) & Armed.message) !== 0
    );
  }

  /** As {@link OwnRole.keepFlag}. */
  keepFlag(): void {
    this.#own?.keepFlag();
  }

  /** Whether the owner must hear of its own role: it was lost, or is certain to be this endpoint's alone. */
  notice(): boolean {
    if (this.#own === undefined) return false;
    const isLost = this.#own.isLost;
    const timesAlone = this.#table[this.#at + Row.timesAlone]!;
    const isNews = (isLost && !this.#wasLost) || timesAlone !== this.#aloneSeen;
    this.#wasLost = isLost;
    this.#aloneSeen = timesAlone;
    return isNews;
  }

  /**
   * Looks at the peer. Time in which this process itself did not run is not held against it: one look counts two
   * intervals at most.
   *
   * @returns whether anything changed that the owner must hear of
   */
  look(nowMs: number): boolean {
    const believed = Atomics.load(this.#table, this.#at + Row.peer);
    // The low half moves with every beat; 64 bits of it cost an allocation, which most looks need not pay.
    const still = Atomics.load(this.#words, 2 * this.#peer) === this.#lastLow;
    const identity = this.#words[this.#identityAt]!;
    const passedMs = Math.min(nowMs - this.#lastLookMs, 2 * WATCH_INTERVAL_MS);
    const ranBack = !still && this.#followBeat();
    const restarted = identity !== this.#lastIdentity || ranBack;
    this.#lastLookMs = nowMs;
    this.#lastIdentity = identity;
    if (restarted) Atomics.add(this.#table, this.#at + Row.restarts, 1);
    // In another segment the count of another master may stand where that of the last one stood still.
    const moves = Atomics.load(this.#table, this.#at + Row.moves);
    // One that was never there and puts its flag up has the time to show a beat from now on: who dies, or is killed, before
    // its first one is lost like any other.
    const isAbsent = believed === Peer.absent;
    const hasCome = isAbsent && this.#words[this.#flagAt] !== 0;
    const mayBeStill = hasCome || (isAbsent && this.#table[this.#at + Row.mayBeAbsent] === 1);
    const counts = still && moves === this.#moves && !mayBeStill;
    this.#moves = moves;
    this.#stillMs = counts ? this.#stillMs + passedMs : 0;
    if (!still || hasCome) return this.#become(believed, Peer.alive) || restarted;
    const lost = this.#stillMs >= this.#thresholdMs();
    return lost ? this.#become(believed, Peer.stale) || restarted : restarted;
  }

  /**
   * Whether a parked wait of this endpoint must be woken; disarms it then. One load while nothing is armed.
   */
  wakes(nowMs: number): boolean {
    const table = this.#table;
    // ORDER(wake): what is armed is loaded before the value it waits to change, and that before the watched word.
    // Pairs with: Watch.arm(), which stores the value, then arms, then its caller looks once more.
    // Else: a message that comes between the reader's last look and its parking wakes nobody.
    // Not covered: a word that came back to the same value, after 2^31 messages or 2^32 reads within a millisecond.
    const armed = Atomics.load(table, this.#at + Row.armed);
    if (armed === 0) return false;
    const message =
      ((armed & Armed.message) !== 0 &&
        Atomics.load(this.#words, this.#sequenceAt) !== Atomics.load(table, this.#at + Row.sequenceSeen)) ||
      ((armed & Armed.counted) !== 0 &&
        Atomics.load(this.#words, this.#writeCountAt) !== Atomics.load(table, this.#at + Row.writeCountSeen));
    const read =
      (armed & Armed.read) !== 0 &&
      Atomics.load(this.#words, this.#readCountAt) !== Atomics.load(table, this.#at + Row.readCountSeen);
    const isDue = (armed & Armed.message) !== 0 && this.#pacing.isDue(nowMs);
    if (isDue) this.#pacing.ring();
    if (!message && !read) return isDue;
    const rung = (message ? Armed.message | Armed.counted : 0) | (read ? Armed.read : 0);
    Atomics.and(table, this.#at + Row.armed, ~rung);
    return true;
  }

  /** Notes the peer's heartbeat; whether it is behind the one noted last. */
  #followBeat(): boolean {
    const beat = Atomics.load(this.#longs, this.#peer);
    const ranBack = BigInt.asUintN(64, beat) < BigInt.asUintN(64, this.#lastPeer);
    this.#lastPeer = beat;
    this.#lastLow = Number(BigInt.asIntN(32, beat));
    return ranBack;
  }

  #become(believed: number, peer: number): boolean {
    // ORDER(peer): what is believed of the peer is loaded before its heartbeat, and replaced only while it stands.
    // Pairs with: Link.moveTo(), which maps the new master's segment and then has Watch.moved() store that it is alive.
    // Else: a look that began in the old segment calls the new master stale.
    // Not covered: nothing; the next look judges by the new segment alone.
    const found = Atomics.compareExchange(this.#table, this.#at + Row.peer, believed, peer);
    return found === believed && believed !== peer;
  }

  /** Two looks at least, whatever the segment says. */
  #thresholdMs(): number {
    return Math.max(this.#headerMs, 2 * WATCH_INTERVAL_MS);
  }

  /** The segment's stale threshold: read anew each time, because another segment may have been mapped here. */
  get #headerMs(): number {
    return this.#words[this.#thresholdAt]! >>> 0;
  }
}
