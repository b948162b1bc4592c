import { Cycle, isWhole } from '../channel/cycle.js';
import type { PulseMemory } from './pulse-memory.js';
import { Row } from './table.js';

/** How long one pass looks where messages come, in ms, on average: half of the worker's time, for as long as that takes. */
const BURST_MS = 1;

/**
 * What the length of a pass goes on by, of twice {@link BURST_MS} and modulo it: the golden ratio, so that lengths are
 * spread evenly. With equal ones, a writer of the worker's own period writes while it sleeps, again and again.
 */
const BURST_STEP = 0.618;

/** Looks between two looks at the clock, and all there are in a pass where no messages come. */
const LOOKS = 64;

/** A channel without a message for this long is looked at now and then only, in ms. */
const QUIET_MS = 5000;

/**
 * So many looks in vain, each spoilt by a write, may lie between two that are close. A look takes some 50 ns, and a
 * write of a small message spoils two or three.
 */
const CLOSE_LOOKS = 4;

/** A channel that its reader cannot read, because it is not known where the writer rests: words of the segment. */
export interface WatchedChannel {
  readonly words: Int32Array;
  /** Indices of `sequence`, the low half of `writeCount`, the writer's identity and the low half of its heartbeat. */
  readonly sequence: number;
  readonly writeCount: number;
  readonly identity: number;
  readonly heartbeat: number;
  /** Brings the words up to date. */
  readonly memory: Pick<PulseMemory, 'pullChannel'>;
}

/**
 * Finds out for a reader where a writer rests that goes on with what a dead one left. A reader looks only when it is
 * called; this looks closely, until it has met the lowest and the highest state of the writer's cycle. They are some ns
 * apart, so that takes some ten messages. A guess, from the state in which a slow writer is met right after it has
 * counted a message, often takes fewer.
 *
 * Lives in the worker, one for each endpoint; works only while the owner asks.
 */
export class CycleWatch {
  readonly #table: Int32Array;
  readonly #at: number;
  readonly #channel: WatchedChannel;
  readonly #cycle = new Cycle();
  #asked = 0;
  #identity = 0;
  #writes = 0;
  #movedMs = 0;
  /** Looks since the last that was not spoilt. */
  #spoilt = 0;
  /** Length of the pass, of twice {@link BURST_MS}. */
  #burst = 0;

  constructor(table: Int32Array, at: number, channel: WatchedChannel) {
    this.#table = table;
    this.#at = at;
    this.#channel = channel;
  }

  /** Whether the owner asks for what is not found yet. One load where it does not. */
  get isAsked(): boolean {
    const asked = Atomics.load(this.#table, this.#at + Row.restAsked);
    return asked !== 0 && asked !== this.#table[this.#at + Row.restFound];
  }

  /** Looks for a while, where the owner asks for it; whether it has found what was asked for. */
  watch(nowMs: () => number): boolean {
    if (!this.isAsked) return false;
    const asked = Atomics.load(this.#table, this.#at + Row.restAsked);
    const startMs = nowMs();
    if (asked !== this.#asked) {
      this.#asked = asked;
      this.#cycle.reset();
      this.#movedMs = startMs;
    }
    this.#spoilt = CLOSE_LOOKS;
    this.#burst = (this.#burst + BURST_STEP) % 1;
    const burstMs = 2 * BURST_MS * this.#burst;
    do {
      for (let looks = 0; looks < LOOKS; looks++) if (this.#look(startMs)) return true;
    } while (startMs - this.#movedMs < QUIET_MS && nowMs() - startMs < burstMs);
    return false;
  }

  /** Whether it is found. */
  #look(nowMs: number): boolean {
    const { words, sequence: at, writeCount, identity: identityAt, heartbeat, memory } = this.#channel;
    if (!memory.pullChannel()) {
      this.#spoilt++;
      return false;
    }
    const sequence = Atomics.load(words, at);
    const identity = Atomics.load(words, identityAt);
    const writes = Atomics.load(words, writeCount);
    const beat = words[heartbeat]!;
    const size = words[at + 1]!;
    // ORDER(watch-validate): all were true at one moment only if the sequence has not moved since.
    // Pairs with: the writer's stores of `sequence` and `write_count`.
    // Else: two moments are taken for one state, and rest is found where there is none: torn data.
    // Not covered: a sequence that came back to this value, after 2^31 messages.
    if (Atomics.load(words, at) !== sequence) {
      this.#spoilt++;
      return false;
    }
    const isClose = this.#spoilt < CLOSE_LOOKS;
    this.#spoilt = 0;
    if (writes !== this.#writes) this.#movedMs = nowMs;
    this.#writes = writes;
    if (identity !== this.#identity) this.#cycle.reset();
    this.#identity = identity;
    const drift = (sequence - 2 * writes) | 0;
    const finding = isWhole(drift) ? 'certain' : this.#cycle.look(drift, writes, beat, size, isClose);
    if (finding === 'nothing') return false;
    this.#table[this.#at + Row.rest] = isWhole(drift) ? drift : this.#cycle.rest;
    this.#table[this.#at + Row.restOf] = identity;
    this.#table[this.#at + Row.restIsGuess] = finding === 'guess' ? 1 : 0;
    // ORDER(rest-found): the answer is stored before the number of the question that it answers.
    // Pairs with: HeartbeatRest.of(), which loads them the other way round.
    // Else: the reader takes an older answer, about another writer or segment, for this one.
    // Not covered: nothing; a question that was taken back meanwhile has another number.
    Atomics.store(this.#table, this.#at + Row.restFound, this.#asked);
    return true;
  }
}
