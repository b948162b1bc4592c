import { HEARTBEAT_INTERVAL_MS } from '../../layout/index.js';
import { Armed, ORIGIN_MS, Row, WAIT_WORDS } from './table.js';

/** What the timer slack adds to a sleep, in ms. */
const SLACK_MS = 0.06;

/** The worker goes on looking closely for this long after a wait has ended, in ms: mostly another follows. */
const LINGER_MS = 20;

/**
 * A wait whose looks may grow apart is looked at so many times in the time that it has lasted, until a look each millisecond;
 * beyond that in the time of a long silence: after a quarter of a second, more seldom than each millisecond.
 */
const LOOKS_PER_WAIT = 8;
const LOOKS_PER_SILENCE = 256;

/** What a wait for a message, and one for an acknowledgement, have in the table. */
const { [Armed.message]: MESSAGE, [Armed.read]: READ } = WAIT_WORDS;

/**
 * When to look next at what the parked waits of one endpoint are for, and when to ring the alarm of one.
 *
 * Lives in the worker; gets the time with every call.
 */
export class Pacing {
  readonly #table: Int32Array;
  /** The same, for the times of 64 bits in it. */
  readonly #doubles: Float64Array;
  readonly #at: number;
  /** Until when to go on looking for waits that have ended, and how closely those began. */
  #lingerMs = 0;
  #lingerLookMs: number = HEARTBEAT_INTERVAL_MS;
  /** The alarm that the owner was woken for last. */
  #rungMs: number;

  /** @param at - index of the endpoint's row in the table */
  constructor(table: Int32Array, at: number) {
    this.#table = table;
    this.#doubles = new Float64Array(table.buffer, table.byteOffset, table.length >>> 1);
    this.#at = at;
    this.#rungMs = this.#alarm;
  }

  /** How soon to look, in ms; `Infinity` where the beats will do. */
  pauseMs(nowMs: number): number {
    const armed = Atomics.load(this.#table, this.#at + Row.armed);
    if (armed !== 0) {
      const messageMs = (armed & Armed.message) === 0 ? Number.POSITIVE_INFINITY : this.#startMs(MESSAGE);
      const readMs = (armed & Armed.read) === 0 ? Number.POSITIVE_INFINITY : this.#startMs(READ);
      // Of a read and a send that wait at one time, who wants the closer looks has them.
      const startMs = Math.min(messageMs, readMs);
      if (startMs !== Number.POSITIVE_INFINITY) {
        this.#lingerMs = nowMs + LINGER_MS;
        this.#lingerLookMs = startMs;
        return Math.min(this.#messageMs(messageMs, nowMs), this.#lookMs(readMs, READ, nowMs));
      }
    }
    if (nowMs >= this.#lingerMs) return Number.POSITIVE_INFINITY;
    return Math.min(this.#awaitedMs(nowMs), this.#lingerLookMs, HEARTBEAT_INTERVAL_MS);
  }

  /** Whether the alarm of an armed wait for a message is due: the worker sleeps no shorter than the timer slack. */
  isDue(nowMs: number): boolean {
    return this.#alarmInMs(nowMs) < SLACK_MS;
  }

  /** The owner is woken for the alarm; it is not rung again. */
  ring(): void {
    this.#rungMs = this.#alarm;
  }

  /** The alarm counts only here: one that nobody waits for any more would be due for ever. */
  #messageMs(startMs: number, nowMs: number): number {
    if (startMs === Number.POSITIVE_INFINITY) return startMs;
    const alarmMs = Math.max(this.#alarmInMs(nowMs) - SLACK_MS / 2, 0);
    return Math.min(this.#lookMs(startMs, MESSAGE, nowMs), alarmMs);
  }

  /** Time between the first looks of a wait; `Infinity` where the beats will do. */
  #startMs(pace: typeof MESSAGE | typeof READ): number {
    return this.#table[this.#at + pace.lookUs]! / 1000 || Number.POSITIVE_INFINITY;
  }

  /** Time to the next look of a wait that began with `startMs`. */
  #lookMs(startMs: number, pace: typeof MESSAGE | typeof READ, nowMs: number): number {
    if (startMs === Number.POSITIVE_INFINITY) return startMs;
    const longestMs = this.#table[this.#at + pace.longestLookUs]! / 1000;
    const waitedMs = nowMs - (this.#doubles[(this.#at + pace.since) >>> 1]! - ORIGIN_MS);
    const soonMs = Math.min(startMs + waitedMs / LOOKS_PER_WAIT, HEARTBEAT_INTERVAL_MS);
    return Math.min(Math.max(soonMs, startMs, waitedMs / LOOKS_PER_SILENCE), longestMs);
  }

  get #alarm(): number {
    return this.#doubles[(this.#at + Row.alarm) >>> 1]!;
  }

  /** How soon the owner wants to be woken, whatever the channel does; `Infinity` where it does not, or has been. */
  #alarmInMs(nowMs: number): number {
    const alarmMs = this.#alarm;
    return alarmMs === this.#rungMs ? Number.POSITIVE_INFINITY : alarmMs - ORIGIN_MS - nowMs;
  }

  /**
   * How soon the owner, which has just been woken and goes on, is likely to want the next alarm: it need not wake the worker
   * to tell.
   */
  #awaitedMs(nowMs: number): number {
    const periodMs = this.#table[this.#at + Row.periodUs]! / 1000;
    if (periodMs === 0) return Number.POSITIVE_INFINITY;
    const nextMs = this.#rungMs - ORIGIN_MS + periodMs - SLACK_MS / 2 - nowMs;
    return nextMs > 0 ? nextMs : periodMs / 2;
  }
}
