import { WATCH_INTERVAL_MS } from '../../layout/index.js';
import { isEnding } from '../threads/index.js';
import type { PulseMemory } from './pulse-memory.js';
import { Row } from './table.js';
import type { Offsets } from './words.js';

/**
 * A start that found its own mark keeps its heartbeat at 0 for this long, in ms, so that an older endpoint of the same
 * process id sees a 0; and whoever did not run for as long cannot tell by the counter who is the younger.
 */
export const HOLD_MS = WATCH_INTERVAL_MS;

/**
 * Times the own value is put back in the place of a larger one: one is enough for an older endpoint of ours to see a
 * smaller value than its own. An original never looks, and is then beaten along with.
 */
const INSISTENCE = 4;

/**
 * What one beat counts at most, in ms: time in which this process did not run is not counted, and a younger endpoint of
 * the same mark is not run past.
 */
const LONGEST_STEP_MS = 10 * WATCH_INTERVAL_MS;

/** The steps a beat can make, as the heartbeat's kind of number: making one for each beat costs more than the beat. */
const STEPS: readonly bigint[] = Array.from({ length: LONGEST_STEP_MS + 1 }, (_, ms) => BigInt(ms));

/** A start beats each millisecond for this long, in ms: then its counter is ahead of whoever starts after it. */
const YOUNG_MS = 2 * WATCH_INTERVAL_MS;

/**
 * The role of one endpoint as the worker keeps it: its heartbeat, its flag, and whether another has taken it.
 *
 * Two slaves with one process id (threads, containers) leave the same mark, so the mark does not tell them apart. The
 * heartbeat does. Every start sets it to 0, it counts the milliseconds from then on however seldom it beats, and each
 * beater knows what it stored last:
 *
 * - A smaller value: somebody has started after us, and this role is lost.
 * - A larger one: somebody older beats along. The own value is put back, so that one of ours finds a smaller value.
 * - A larger one after a time in which this process did not run: that can be one that started and came past our value
 *   meanwhile. We go on from there, and a younger one of ours puts back its own, which is smaller.
 *
 * Lives in the worker, with the mapped bytes of one registration.
 */
export class OwnRole {
  readonly #table: Int32Array;
  readonly #at: number;
  /** The table once more, for the word of 64 bits in it. */
  readonly #tableLongs: BigInt64Array;
  readonly #words: Int32Array;
  readonly #longs: BigInt64Array;
  readonly #heartbeatAt: number;
  readonly #identityAt: number;
  readonly #mark: number;
  readonly #aliveAt: number;
  /** What this endpoint stored in its heartbeat last. */
  #shadow: bigint;
  /** `Row.moves` of the segment that {@link #shadow} belongs to. */
  #moves: number;
  /** Until when the heartbeat is kept at 0; 0 where it is not. */
  #heldUntilMs = 0;
  #lastBeatMs: number;
  /** Up to when the heartbeat has counted. */
  #countedMs = 0;
  #youngUntilMs = 0;
  /** Beats that met a larger value, less those that did not. */
  #intrusions = 0;

  constructor(
    table: Int32Array,
    at: number,
    fields: Offsets['own'],
    { words, longs }: Pick<PulseMemory, 'words' | 'longs'>,
    nowMs: number,
  ) {
    this.#table = table;
    this.#at = at;
    this.#tableLongs = new BigInt64Array(table.buffer, table.byteOffset, table.length >>> 1);
    this.#words = words;
    this.#longs = longs;
    this.#heartbeatAt = fields.heartbeat >>> 3;
    this.#identityAt = fields.identity >>> 2;
    this.#mark = table[at + Row.ownMark]!;
    this.#aliveAt = fields.alive >>> 2;
    this.#lastBeatMs = nowMs;
    this.#moves = Atomics.load(table, at + Row.moves) & ~1;
    // A worker that was started anew goes on where the one before stopped.
    const hasBeaten = table[at + Row.beatMoves] === this.#moves;
    this.#shadow = hasBeaten ? this.#tableLongs[(at + Row.beat) >>> 1]! : 0n;
    this.#begin(nowMs);
  }

  /** Whether another has taken the role. */
  get isLost(): boolean {
    return this.#words[this.#identityAt] !== this.#mark || this.#table[this.#at + Row.overtaken] === 1;
  }

  /**
   * Whether each millisecond may matter: the start is not long ago, or another beats in the same place. Whoever beats
   * more seldom then would be run past unseen.
   */
  isInDoubt(nowMs: number): boolean {
    return nowMs < this.#youngUntilMs || this.#heldUntilMs !== 0 || this.#intrusions > 0;
  }

  /**
   * Adds the milliseconds since the last beat to the own heartbeat, 1 at least, unless another has taken the role: its
   * death must be seen.
   */
  beat(nowMs: number): void {
    if (this.isLost) return;
    const moves = Atomics.load(this.#table, this.#at + Row.moves);
    if ((moves & 1) !== 0) return;
    if (moves !== this.#moves) {
      this.#moves = moves;
      this.#shadow = 0n;
      this.#begin(nowMs);
    }
    if (this.#heldUntilMs !== 0 && nowMs >= this.#heldUntilMs) this.#release();
    // ORDER(heartbeat): compared and stored in one step, so that a 0 which a start puts there is never overwritten
    // unseen; one 64-bit store, never two halves.
    // Pairs with: Header.claim(), which sets it to 0; whoever compares the counter with an earlier look.
    // Else: two that have one mark both stay; at a carry the peer sees the counter run backwards.
    // Not covered: an original that starts within the first beats of ours, and comes past them before the next.
    const shadow = this.#shadow;
    const step = this.#stepAt(nowMs);
    const next = this.#heldUntilMs === 0 ? BigInt.asIntN(64, shadow + STEPS[step]!) : shadow;
    const found = Atomics.compareExchange(this.#longs, this.#heartbeatAt, shadow, next);
    if (found === shadow) {
      if (this.#intrusions > 0) this.#intrusions--;
      if (next !== shadow) this.#keep(next);
      // ORDER(move): what was found counts only where the word of the moves is as it was before.
      // Pairs with: Watch.moving(), which changes it before another segment is mapped here.
      // Else: the 0 in a new segment is taken for that of another start, and the endpoint stops.
      // Not covered: nothing.
    } else if (Atomics.load(this.#table, this.#at + Row.moves) === moves) this.#meet(found, nowMs);
    this.#lastBeatMs = nowMs;
    this.#countedMs = Math.max(this.#countedMs + step, nowMs - 1);
  }

  /** Milliseconds to count with a beat; one by one while another beats in the same place. */
  #stepAt(nowMs: number): number {
    if (this.#intrusions > 0) return 1;
    return Math.max(1, Math.min(Math.floor(nowMs - this.#countedMs), LONGEST_STEP_MS));
  }

  /**
   * Puts the own `alive` flag up again where another has taken it down: one that had the role before and closed late, or
   * has the same process id.
   */
  keepFlag(): void {
    // ORDER(flag): the identity is loaded before the flag; two plain loads, which x86-64 keeps in order.
    // Pairs with: Header.seize(), which stores the flag before the identity; Header.leave().
    // Else: a role is flagged for which nobody beats; it costs the next start the time to see that.
    // Not covered: another that enters and leaves between load and store; the same.
    if (this.isLost || this.#words[this.#aliveAt] !== 0) return;
    // Asked last: at the end of the process the flag is taken down after this is set.
    if (!isEnding()) Atomics.store(this.#words, this.#aliveAt, 1);
  }

  /** Another value than our own stands in the heartbeat. */
  #meet(found: bigint, nowMs: number): void {
    if (BigInt.asIntN(64, found - this.#shadow) < 0n) {
      Atomics.store(this.#table, this.#at + Row.overtaken, 1);
      return;
    }
    const wasAway = nowMs - this.#lastBeatMs >= HOLD_MS;
    const insists = this.#intrusions < INSISTENCE && !(wasAway && this.#intrusions === 0);
    this.#intrusions = Math.min(this.#intrusions + 1, INSISTENCE);
    if (this.#heldUntilMs !== 0) this.#heldUntilMs = insists ? nowMs + HOLD_MS : 0;
    const next = insists ? this.#shadow : BigInt.asIntN(64, found + 1n);
    // Where it moves again meanwhile, the next beat meets it.
    if (Atomics.compareExchange(this.#longs, this.#heartbeatAt, found, next) === found) this.#keep(next);
  }

  /** Begins in a segment in which a start has just set the heartbeat to 0. */
  #begin(nowMs: number): void {
    this.#intrusions = 0;
    this.#countedMs = nowMs - 1;
    this.#youngUntilMs = nowMs + YOUNG_MS;
    this.#heldUntilMs = this.#table[this.#at + Row.isNamesake] === 1 ? nowMs + HOLD_MS : 0;
    this.#keep(this.#shadow);
    this.#table[this.#at + Row.beatMoves] = this.#moves;
  }

  /** No older endpoint with the same mark is left that could have touched the channel. */
  #release(): void {
    this.#heldUntilMs = 0;
    Atomics.add(this.#table, this.#at + Row.timesAlone, 1);
  }

  #keep(beat: bigint): void {
    this.#shadow = beat;
    this.#tableLongs[(this.#at + Row.beat) >>> 1] = beat;
  }
}
