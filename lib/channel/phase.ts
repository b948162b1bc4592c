/**
 * Which values of `sequence` are stable ones.
 *
 * A healthy channel keeps `sequence = 2 * writeCount` while nobody writes, one more during a write and two more for
 * the moment before the count moves. The difference `sequence - 2 * writeCount` at rest is called the drift here.
 * A writer that dies in mid-write adds 1 to it. Our own next writer repairs that, to a drift that is a multiple of
 * {@link REPAIR_STEP}. The original's next writer adds 1 to whatever it finds, so with it "odd" means stable and
 * "even" means a write is under way, for good. A reader must find that out without ever returning a torn message.
 */

/** A drift of 0 modulo this is at rest for certain: the original drifts by 1 or 2 a death, never by this much. */
export const REPAIR_STEP = 256;

/** Whether a channel with this drift is a healthy or a repaired one, and at rest. */
export function isWhole(drift: number): boolean {
  return (drift & (REPAIR_STEP - 1)) === 0;
}

/** A state that stands this long, while the writer's heart beats, is one of rest and not of a writer cut short. */
const REST_MS = 100;
/** Heartbeats that must be seen meanwhile: a stopped process has not rested. */
const REST_BEATS = 50;
/** Messages that must show the same drift, without any other seen between: a hundredfold coincidence otherwise. */
const REST_WRITES = 64;
/** So few will do where they took {@link REST_MS} and {@link REST_BEATS}: a writer that takes its time. */
const SLOW_WRITES = 8;

/**
 * Finds the drift of a writer of which nothing is known but that an earlier one died in mid-write.
 *
 * Fed with what a reader sees, look by look; belongs to one reader. Never guesses: until it knows, the reader
 * reports no data.
 */
export class PhaseFinder {
  readonly #nowMs: () => number;
  #looking = false;
  #drift = 0;
  #firstCount = 0;
  #lastCount = 0;
  #lowest = 0;
  #seen = 0;
  #sameWrites = 0;
  #sinceMs = 0;
  #sinceBeat = 0;
  #lastBeat = 0;
  #sameSinceMs = 0;
  #sameSinceBeat = 0;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Whether a whole write has been seen since the search began: only then is the slot's content known to be good. */
  get sawWrite(): boolean {
    return this.#looking && this.#lastCount !== this.#firstCount;
  }

  /** Forgets everything. */
  reset(): void {
    this.#looking = false;
  }

  /**
   * Takes one look: a drift and the low half of the count, true at the same moment, and the low half of the writer's
   * heartbeat.
   *
   * @returns the drift at rest, or `undefined` while it is not known
   */
  look(drift: number, count: number, beat: number): number | undefined {
    const now = this.#nowMs();
    if (!this.#looking) {
      this.#looking = true;
      this.#firstCount = count;
      this.#lastCount = count;
      this.#lowest = drift;
      this.#seen = 0;
      this.#lastBeat = beat;
      this.#startOver(now, beat);
      this.#stand(drift, now, beat);
    }
    // A heart that starts anew is another writer's: only what is seen from now on tells of it.
    if (((beat - this.#lastBeat) | 0) < 0) {
      this.#lowest = drift;
      this.#seen = 0;
      this.#startOver(now, beat);
      this.#stand(drift, now, beat);
    }
    this.#lastBeat = beat;
    this.#record(drift);
    // All three states of a writer's cycle, one after the other: the lowest is the one at rest.
    if (this.#seen === 0b111) return this.#lowest;
    if (drift !== this.#drift || count !== this.#lastCount) {
      if (drift === this.#drift) this.#sameWrites++;
      else this.#startOver(now, beat);
      this.#lastCount = count;
      this.#stand(drift, now, beat);
      return this.#sameForLong(now, beat) ? drift : undefined;
    }
    const rested = now - this.#sinceMs >= REST_MS && ((beat - this.#sinceBeat) | 0) >= REST_BEATS;
    return rested ? drift : undefined;
  }

  #startOver(now: number, beat: number): void {
    this.#sameWrites = 0;
    this.#sameSinceMs = now;
    this.#sameSinceBeat = beat;
  }

  /** Whether one drift was seen, and no other, with so many messages or for so long that it is the one at rest. */
  #sameForLong(now: number, beat: number): boolean {
    if (this.#sameWrites < SLOW_WRITES) return false;
    if (this.#sameWrites >= REST_WRITES) return true;
    return now - this.#sameSinceMs >= REST_MS && ((beat - this.#sameSinceBeat) | 0) >= REST_BEATS;
  }

  #stand(drift: number, now: number, beat: number): void {
    this.#drift = drift;
    this.#sinceMs = now;
    this.#sinceBeat = beat;
  }

  /** Keeps a bit for every drift seen, counted from the lowest one. */
  #record(drift: number): void {
    const above = (drift - this.#lowest) | 0;
    if (above < 0) {
      this.#seen = above > -3 ? (this.#seen << -above) & 0b111 : 0;
      this.#lowest = drift;
      this.#seen |= 1;
    } else if (above < 3) {
      this.#seen |= 1 << above;
    } else {
      this.#lowest = drift;
      this.#seen = 1;
    }
  }
}
