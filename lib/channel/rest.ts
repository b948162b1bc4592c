import { Cycle, isWhole } from './cycle.js';

/** What a look at a channel has met; see {@link Rest.judge}. */
export const Meets = {
  /** A write under way, or nobody knows. */
  nothing: 0,
  /** Rest. */
  rest: 1,
  /** Rest where the last writer left it; the one that has come may still repair it. */
  inherited: 2,
  /** As `inherited`, for the first time: what is in the slot may be half a message. */
  left: 3,
  /** Rest after a repair. */
  repaired: 4,
  /** Rest of a writer that goes on with what the one before left. */
  other: 5,
  /** As `other`, and nobody has seen it write: what is in the slot may be half a message. */
  otherHalf: 6,
} as const;

/** One of {@link Meets}. */
export type Meets = (typeof Meets)[keyof typeof Meets];

/** Watches the writer more closely than a reader can, when it is asked. */
export interface RestFinder {
  /** Where the writer with this identity rests; `undefined` while that is not known, and it is asked for. */
  of(identity: number): number | undefined;
  /** Whether what {@link of} found last is a guess only. */
  readonly isGuess: boolean;
  /** Withdraws the question, or what was found. */
  takeBack(): void;
}

/** A channel at one moment. */
export interface Moment {
  /** `sequence`. */
  sequence: number;
  /** Low half of `writeCount`. */
  writes: number;
  /** Who writes: the word in the header that changes with the writer. */
  identity: number;
  /** Low half of the writer's heartbeat. */
  beat: number;
  /** `dataSize`. */
  size: number;
  /** Whether `sequence` was met before this writer came. */
  stood: boolean;
}

/**
 * The one place that decides whether a channel is at rest, and how sure that is. docs/memory-order.md has the table of
 * what each answer rests on and what takes it back.
 *
 * - Known: the counts fit, or the state is where the last writer rested, or stood when this writer came, or the highest
 *   state of the writer's cycle was seen together with it.
 * - Guessed: met in this state and in no lower one, many messages long. Taken back by any other state that does not fit.
 * - Unknown: everything else. Nothing is delivered then.
 *
 * Belongs to one reader; not for the hot path.
 */
export class Rest {
  readonly #cycle = new Cycle();
  /** Asked where this reader does not know enough. */
  finder: RestFinder | undefined;
  /** Where the last writer rested of which that is certain. */
  #drift = 0;
  /** The writer that rests there; nobody's identity where {@link forget} took it back. */
  #writer: number | undefined;
  /** Where {@link #watched} is believed to rest by a guess, if there is one. */
  #guess = 0;
  #isGuess = false;
  /** The writer whose cycle is watched. */
  #watched = 0;
  /** The last `sequence` that was met and was not of rest, and who wrote then; nobody where there is none. */
  #refused = 0;
  #refusedOf: number | undefined;
  /** A writer that came and has not written yet, as far as was seen, and `writeCount` when it was met. */
  #newcomer = 0;
  #newcomerWrites = 0;

  /** Whether what was found last is only a guess. */
  get isGuess(): boolean {
    return this.#isGuess;
  }

  /**
   * Starts anew in a segment, of which nothing is known but one drift.
   *
   * @param drift - at any moment; rounded down to what a healthy or a repaired channel has
   */
  reset(drift: number): void {
    this.#drift = drift;
    this.#refusedOf = undefined;
    this.#newcomer = 0;
    this.forget();
  }

  /** Another writer may have come unseen: what was known of the last one need not hold for it. */
  forget(): void {
    this.#writer = undefined;
    this.#isGuess = false;
    this.#cycle.reset();
    this.finder?.takeBack();
  }

  /** Takes note of a state that is not of rest, met while `identity` wrote: who was looked at after the state. */
  refuse(sequence: number, identity: number): void {
    this.#refused = sequence;
    this.#refusedOf = identity;
  }

  /**
   * The last writer has ended, or has another after it, with the channel in this state: an original successor rests
   * there. Returns false where that is known already.
   */
  inherit(drift: number): boolean {
    if (drift === this.#drift) return false;
    // No later writer has a state below the one that it found, so this one is never a write under way again.
    this.#drift = drift;
    this.forget();
    return true;
  }

  /** What a moment of the channel is. */
  judge(moment: Moment): Meets {
    const { identity, writes, sequence } = moment;
    const drift = (sequence - 2 * writes) | 0;
    if (identity !== this.#watched) {
      this.#cycle.reset();
      this.#isGuess = false;
      this.#watched = identity;
    }
    // One writer keeps one drift for life, and no state of a later one has it: at rest, whoever writes.
    if (drift === this.#drift) {
      // At rest now; but one of ours that has not written yet may still be about to repair.
      if (identity !== this.#writer && !isWhole(drift) && !this.#hasWritten(identity, writes)) {
        return Meets.inherited;
      }
      return this.#restAt(drift, identity, Meets.rest);
    }
    if (isWhole(drift)) return this.#restAt(drift, identity, Meets.repaired);
    // ORDER(inherit): the state was met while another was the writer, who was looked at after it; it still stands, so the
    // one that has come has not made a step. A writer shows itself before its first.
    // Pairs with: `master_generation` and `slave_pid`, set at every start.
    // Else: a moment of the next writer's first message is taken for the state it rests in: torn data.
    // Not covered: a sequence that came back to this value, after 2^31 messages.
    const wasRefused = sequence === this.#refused && (this.#refusedOf ?? identity) !== identity;
    if ((moment.stood || wasRefused) && this.inherit(drift)) return Meets.left;
    return this.#watch(moment, drift);
  }

  /** Follows the cycle of a writer that is not where it is known to rest. */
  #watch({ sequence, identity, writes, beat, size }: Moment, drift: number): Meets {
    const cycle = this.#cycle;
    const finding = cycle.look(drift, writes, beat, size);
    if (this.#isGuess && cycle.rest !== this.#guess) this.#takeBackGuess();
    const isFound = identity !== this.#writer && this.finder?.of(identity) === drift;
    const isFoundGuess = isFound && this.finder?.isGuess;
    const meets = cycle.sawWrite ? Meets.other : Meets.otherHalf;
    if (isFound && !isFoundGuess) return this.#restAt(drift, identity, meets);
    if (cycle.rest === drift) {
      if (this.#isGuess) return Meets.rest;
      if (finding === 'certain') return this.#restAt(drift, identity, meets);
      // What is certain of this very writer is not overthrown by a guess, only by what it cannot have done.
      if ((finding === 'guess' || isFoundGuess) && identity !== this.#writer) {
        this.#isGuess = true;
        this.#guess = drift;
        return meets;
      }
    }
    this.refuse(sequence, identity);
    return Meets.nothing;
  }

  #takeBackGuess(): void {
    this.#isGuess = false;
    this.finder?.takeBack();
  }

  #restAt(drift: number, identity: number, meets: Meets): Meets {
    this.#drift = drift;
    this.#writer = identity;
    this.#isGuess = false;
    this.#cycle.reset();
    this.finder?.takeBack();
    return meets;
  }

  /** Whether the writer with this identity has written since it was first met. */
  #hasWritten(identity: number, writes: number): boolean {
    if (identity !== this.#newcomer) {
      this.#newcomer = identity;
      this.#newcomerWrites = writes;
    }
    return writes !== this.#newcomerWrites;
  }
}
