import { HEARTBEAT_INTERVAL_MS, WATCH_INTERVAL_MS } from '../../layout/index.js';
import { beatIntervalMs } from './beat-interval.js';
import { CycleWatch } from './cycle-watch.js';
import { OwnRole } from './own-role.js';
import { loadAddress, ORIGIN_MS, Peer, Slot, Wake } from './table.js';

/** What the timer slack adds to a sleep, in ms. */
const SLACK_MS = 0.06;

/** The worker goes on looking each millisecond for this long after a wait has ended, in ms: mostly another follows. */
const LINGER_MS = 20;

/**
 * A wait whose looks may grow apart is looked at so many times in the time that it has lasted, until a look each millisecond;
 * beyond that in the time of a long silence: after a quarter of a second, more seldom than each millisecond.
 */
const LOOKS_PER_WAIT = 8;
const LOOKS_PER_SILENCE = 256;

/**
 * One endpoint as the worker sees it: advances its heartbeat and judges the other's.
 *
 * Lives in the worker; gets the mapped bytes from whoever makes it, and the time with every call.
 */
export class Pulse {
  readonly registration: number;
  readonly #table: Int32Array;
  /** The same, for the time of 64 bits in it. */
  readonly #tableDoubles: Float64Array;
  readonly #at: number;
  readonly #longs: BigInt64Array;
  readonly #words: Int32Array;
  readonly #own: OwnRole;
  readonly #peer: number;
  readonly #thresholdAt: number;
  readonly #identityAt: number;
  readonly #sequenceAt: number;
  readonly #readCountAt: number;
  readonly #cycle: CycleWatch;
  #lastPeer: bigint;
  /** The low half of it. */
  #lastLow: number;
  #lastIdentity: number;
  #lastLookMs: number;
  #beatMs = Number.NEGATIVE_INFINITY;
  /** Until when the worker looks each millisecond. */
  #lingerMs = 0;
  /** The alarm that the owner was woken for last. */
  #rungMs: number;
  #stillMs = 0;
  #wasLost = false;
  #settledSeen = 0;

  constructor(table: Int32Array, at: number, nowMs: number, map: (address: number, size: number) => Buffer) {
    this.registration = table[at + Slot.registration]!;
    this.#table = table;
    this.#tableDoubles = new Float64Array(table.buffer, table.byteOffset, table.length >>> 1);
    this.#rungMs = this.#tableDoubles[(at + Slot.alarm) >>> 1]!;
    this.#at = at;
    const bytes = map(loadAddress(table, at), table[at + Slot.size]!);
    this.#longs = new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 3);
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    this.#own = new OwnRole(table, at, this.#words, this.#longs, nowMs);
    this.#peer = table[at + Slot.peerHeartbeat]! >>> 3;
    this.#thresholdAt = table[at + Slot.staleThreshold]! >>> 2;
    this.#identityAt = table[at + Slot.peerIdentity]! >>> 2;
    this.#sequenceAt = table[at + Slot.sequence]! >>> 2;
    this.#readCountAt = table[at + Slot.readCount]! >>> 2;
    this.#cycle = new CycleWatch(table, at, {
      words: this.#words,
      sequence: this.#sequenceAt,
      writeCount: table[at + Slot.writeCount]! >>> 2,
      identity: this.#identityAt,
      heartbeat: 2 * this.#peer,
    });
    this.#lastPeer = this.#longs[this.#peer]!;
    this.#lastLow = Number(BigInt.asIntN(32, this.#lastPeer));
    this.#lastIdentity = this.#words[this.#identityAt]!;
    this.#lastLookMs = nowMs;
  }

  /** As {@link OwnRole.beat}, where a beat is due. */
  beat(nowMs: number): void {
    if (nowMs - this.#beatMs < this.#intervalMs(nowMs)) return;
    this.#own.beat(nowMs);
    this.#beatMs = nowMs;
  }

  /** How soon the worker must make its next pass for this endpoint, in ms: for a beat, or because somebody waits. */
  pauseMs(nowMs: number): number {
    const isArmed = Atomics.load(this.#table, this.#at + Slot.armed) !== 0;
    const lookMs = this.#table[this.#at + Slot.lookUs]! / 1000;
    if (isArmed && lookMs !== 0) {
      this.#lingerMs = nowMs + LINGER_MS;
      const alarmMs = Math.max(this.#alarmInMs(nowMs) - SLACK_MS / 2, 0);
      return Math.min(this.#lookMs(lookMs, nowMs), alarmMs, this.#beatInMs(nowMs));
    }
    if (nowMs < this.#lingerMs) {
      return Math.min(this.#awaitedMs(nowMs), lookMs || HEARTBEAT_INTERVAL_MS, HEARTBEAT_INTERVAL_MS);
    }
    if (this.#cycle.isAsked) return HEARTBEAT_INTERVAL_MS;
    return this.#beatInMs(nowMs);
  }

  #beatInMs(nowMs: number): number {
    return this.#beatMs + this.#intervalMs(nowMs) - nowMs;
  }

  /** Time to the next look of a wait that began with `lookMs`. */
  #lookMs(lookMs: number, nowMs: number): number {
    const longestMs = this.#table[this.#at + Slot.longestLookUs]! / 1000;
    const waitedMs = nowMs - (this.#tableDoubles[(this.#at + Slot.since) >>> 1]! - ORIGIN_MS);
    const soonMs = Math.min(lookMs + waitedMs / LOOKS_PER_WAIT, HEARTBEAT_INTERVAL_MS);
    return Math.min(Math.max(soonMs, lookMs, waitedMs / LOOKS_PER_SILENCE), longestMs);
  }

  /** How soon the owner wants to be woken, whatever the channel does; `Infinity` where it does not, or has been. */
  #alarmInMs(nowMs: number): number {
    const alarmMs = this.#tableDoubles[(this.#at + Slot.alarm) >>> 1]!;
    return alarmMs === this.#rungMs ? Number.POSITIVE_INFINITY : alarmMs - ORIGIN_MS - nowMs;
  }

  /**
   * How soon the owner, which has just been woken and goes on, is likely to want the next alarm: it need not wake the worker
   * to tell.
   */
  #awaitedMs(nowMs: number): number {
    const periodMs = this.#table[this.#at + Slot.periodUs]! / 1000;
    if (periodMs === 0) return Number.POSITIVE_INFINITY;
    const nextMs = this.#rungMs - ORIGIN_MS + periodMs - SLACK_MS / 2 - nowMs;
    return nextMs > 0 ? nextMs : periodMs / 2;
  }

  #intervalMs(nowMs: number): number {
    return this.#own.isInDoubt(nowMs) ? HEARTBEAT_INTERVAL_MS : beatIntervalMs(this.#headerMs);
  }

  /** As {@link CycleWatch.watch}. */
  watch(nowMs: () => number): void {
    this.#cycle.watch(nowMs);
  }

  /** As {@link OwnRole.keepFlag}. */
  keepFlag(): void {
    this.#own.keepFlag();
  }

  /** Whether the owner must hear of its own role: it was lost, or is certain to be this endpoint's alone. */
  notice(): boolean {
    const isLost = this.#own.isLost;
    const settled = this.#table[this.#at + Slot.settled]!;
    const isNews = (isLost && !this.#wasLost) || settled !== this.#settledSeen;
    this.#wasLost = isLost;
    this.#settledSeen = settled;
    return isNews;
  }

  /**
   * Looks at the peer. Time in which this process itself did not run is not held against it: one look counts two
   * intervals at most.
   *
   * @returns whether anything changed that the owner must hear of
   */
  look(nowMs: number): boolean {
    const believed = Atomics.load(this.#table, this.#at + Slot.peer);
    // The low half moves with every beat; 64 bits of it cost an allocation, which most looks need not pay.
    const still = Atomics.load(this.#words, 2 * this.#peer) === this.#lastLow;
    const identity = this.#words[this.#identityAt]!;
    const passedMs = Math.min(nowMs - this.#lastLookMs, 2 * WATCH_INTERVAL_MS);
    const ranBack = !still && this.#followBeat();
    const restarted = identity !== this.#lastIdentity || ranBack;
    this.#lastLookMs = nowMs;
    this.#lastIdentity = identity;
    if (restarted) Atomics.add(this.#table, this.#at + Slot.restarts, 1);
    this.#stillMs = still ? this.#stillMs + passedMs : 0;
    if (!still) return this.#become(believed, Peer.alive) || restarted;
    const lost = this.#stillMs >= this.#thresholdMs() && !this.#neverCame();
    return lost ? this.#become(believed, Peer.stale) || restarted : restarted;
  }

  /**
   * Whether a parked wait of this endpoint must be woken; disarms it then. One load while nothing is armed.
   */
  wakes(nowMs: number): boolean {
    const table = this.#table;
    // ORDER(wake): what is armed is loaded before the value it waits to change, and that before the watched word.
    // Pairs with: Heartbeat.arm(), which stores the value, then arms, then its caller looks once more.
    // Else: a message that comes between the reader's last look and its parking wakes nobody.
    // Not covered: a word that came back to the same value, after 2^31 messages or 2^32 reads within a millisecond.
    const armed = Atomics.load(table, this.#at + Slot.armed);
    if (armed === 0) return false;
    const message =
      (armed & Wake.message) !== 0 &&
      Atomics.load(this.#words, this.#sequenceAt) !== Atomics.load(table, this.#at + Slot.sequenceSeen);
    const read =
      (armed & Wake.read) !== 0 &&
      Atomics.load(this.#words, this.#readCountAt) !== Atomics.load(table, this.#at + Slot.readCountSeen);
    // It sleeps no shorter than the timer slack.
    const isDue = (armed & Wake.message) !== 0 && this.#alarmInMs(nowMs) < SLACK_MS;
    if (isDue) this.#rungMs = this.#tableDoubles[(this.#at + Slot.alarm) >>> 1]!;
    if (!message && !read) return isDue;
    Atomics.and(table, this.#at + Slot.armed, ~((message ? Wake.message : 0) | (read ? Wake.read : 0)));
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

  #neverCame(): boolean {
    const table = this.#table;
    return table[this.#at + Slot.mayBeAbsent] === 1 && table[this.#at + Slot.peer] === Peer.absent;
  }

  #become(believed: number, peer: number): boolean {
    // ORDER(peer): what is believed of the peer is loaded before its heartbeat, and replaced only while it stands.
    // Pairs with: Link.moveTo(), which maps the new master's segment and then has Heartbeat.moved() store that it is alive.
    // Else: a look that began in the old segment calls the new master stale.
    // Not covered: nothing; the next look judges by the new segment alone.
    const found = Atomics.compareExchange(this.#table, this.#at + Slot.peer, believed, peer);
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
