/** Silence that makes a reader deaf, in ms. */
export const DEAF_AFTER_MS = 1000;

/** Messages that must have been published in that silence, at least: more than some tens. */
const LEAST_PUBLISHED = 50;

/** One look at a reader and at the writer of its channel. Counters may start anywhere. */
export interface Look {
  readonly nowMs: number;
  /** For how long the machine had no core for whoever looks, in all so far, in ms; see LagMeter. */
  readonly lagMs: number;
  /** Messages that the writer has published. */
  readonly published: number;
  /** Messages that the reader says it got, or anything else that moves with each. */
  readonly heard: number;
  /** The reader's heartbeat. */
  readonly beats: number;
}

/** What a deaf reader did not hear. */
export interface Deafness {
  /** For how long the writer published and the reader got nothing, in ms. */
  readonly silentMs: number;
  /** What was published meanwhile. */
  readonly published: number;
}

/**
 * Judges whether a reader is deaf: for a second it got nothing, while its writer published. Only time counts in which
 *
 * - the writer published (one that stands still is not heard by anybody),
 * - the reader's heart beat in the segment that is looked at (a process that is stopped, or attached elsewhere, is not
 *   deaf), and
 * - the machine was calm: where it had no core for this process for half of the time, it had none for the reader.
 *
 * So a slow machine delays the verdict and never makes it. Belongs to whoever looks; one for a pair of processes.
 */
export class Hearing {
  #last: Look | undefined;
  #silentMs = 0;
  #published = 0;

  /** Takes one look, some hundred ms after the last at most; returns what was not heard once the reader is deaf. */
  look(look: Look): Deafness | undefined {
    const last = this.#last;
    this.#last = look;
    if (last === undefined) return undefined;
    const published = look.published - last.published;
    if (look.heard !== last.heard || published < 0) {
      this.#startOver();
      return undefined;
    }
    const passedMs = look.nowMs - last.nowMs;
    const lagMs = look.lagMs - last.lagMs;
    if (published === 0 || look.beats === last.beats || lagMs > passedMs / 2) return undefined;
    this.#silentMs += passedMs - lagMs;
    this.#published += published;
    if (this.#silentMs < DEAF_AFTER_MS || this.#published < LEAST_PUBLISHED) return undefined;
    return { silentMs: this.#silentMs, published: this.#published };
  }

  /** Forgets the silence so far: the reader does something else, and is not expected to listen. */
  interrupt(): void {
    this.#last = undefined;
    this.#startOver();
  }

  #startOver(): void {
    this.#silentMs = 0;
    this.#published = 0;
  }
}
