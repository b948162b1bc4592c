/**
 * Which values of `sequence` are stable ones.
 *
 * A healthy channel keeps `sequence = 2 * writeCount` while nobody writes, one more during a write and two more for
 * the moment before the count moves. The difference `sequence - 2 * writeCount` is called the drift here; a writer's
 * cycle has three of them, one after the other, and the lowest is that of rest. A writer that dies in mid-write leaves
 * 1 more. Our own next writer repairs that, to a drift that is a multiple of {@link REPAIR_STEP}. The original's next
 * writer adds 1 to whatever it finds, so with it "odd" means stable and "even" means a write is under way, for good.
 */

/** A drift of 0 modulo this is at rest for certain: the original drifts by 1 or 2 a death, never by this much. */
export const REPAIR_STEP = 256;

/** Whether a channel with this drift is a healthy or a repaired one, and at rest. */
export function isWhole(drift: number): boolean {
  return (drift & (REPAIR_STEP - 1)) === 0;
}

/**
 * So many messages, each met in one and the same state and in no other, let a reader guess that it is the state of rest.
 * To be met in the middle of every message, a writer would have to be at work more than 99 % of its time.
 */
const GUESS_MESSAGES = 64;

/**
 * So many are enough of a slow writer, and it may have been met in higher states too. It is at work for a thousandth of
 * its time, so who meets it that often meets it at rest: a writer that always stood still in the middle of a message,
 * and never for a moment between two, would be the only other one.
 */
const GUESS_SLOW_MESSAGES = 24;

/**
 * So many are enough where the reader looked just before the message was counted and just after it: a writer that were
 * not at rest there would have to begin its next message at once, each time, and yet be slow.
 */
const GUESS_WATCHED_MESSAGES = 4;

/** A writer is slow that publishes no more than this for each beat of its heart, a millisecond. */
const SLOW_MESSAGES_PER_BEAT = 2;

/** Of larger messages nothing is guessed: one that takes long to write is mostly met in the middle. In bytes. */
const GUESS_UP_TO_BYTES = 4096;

/** Where a writer rests, as far as its {@link Cycle} shows it. */
export type Finding = 'certain' | 'guess' | 'nothing';

/**
 * The states in which one writer was met. Finds the one of rest for a writer of which nothing is known but that an
 * earlier one died in mid-write.
 *
 * How long a state stands tells nothing: a writer may stand still in the middle of a message for as long as it likes,
 * its heart beating, and must not be taken for one at rest. The beats tell only how quickly messages come. Fed with
 * what a reader sees, look by look; belongs to one reader.
 */
export class Cycle {
  #isNew = true;
  #lowest = 0;
  /** A bit for each of the three states, counted from the lowest. */
  #seen = 0;
  #count = 0;
  #firstCount = 0;
  /** Messages since the last look that met another state than the one before it. */
  #messages = 0;
  /** Those of a slow writer, met in the lowest state whatever else was met. */
  #slowMessages = 0;
  /** Those of them that were watched: met in the lowest state as soon as they were counted. */
  #watchedMessages = 0;
  #isSlow = false;
  #beat = 0;
  /** The heartbeat when `count` was seen to move last. */
  #beatAtWrite = 0;
  /** `count` of the message that was met in the lowest state last. */
  #counted = 0;

  /** The drift at rest, where {@link look} found it. */
  get rest(): number {
    return this.#lowest;
  }

  /** Whether a whole write has been seen since the search began: only then is the slot's content known to be good. */
  get sawWrite(): boolean {
    return this.#count !== this.#firstCount;
  }

  /** Forgets everything. */
  reset(): void {
    this.#isNew = true;
  }

  /**
   * Takes one look.
   *
   * @param drift - the state, true at one moment together with `count`
   * @param count - low half of `writeCount`
   * @param beat - low half of the writer's heartbeat
   * @param size - `dataSize`, in bytes
   * @param isClose - the look before this one was so short ago that nobody has rested in between without being met
   */
  look(drift: number, count: number, beat: number, size: number, isClose = false): Finding {
    const [lowest, countBefore, beatBefore] = [this.#lowest, this.#count, this.#beat];
    // A heart that starts anew is another writer's: only what is seen from now on tells of it.
    const isAnother = this.#isNew || ((beat - beatBefore) | 0) < 0;
    if (isAnother || !this.#record(drift)) this.#startOver(drift, count, beat);
    else if (this.#lowest !== lowest) this.#forgetMessages();
    this.#beat = beat;
    this.#count = count;
    if (count !== countBefore) this.#judgePace((count - countBefore) | 0, beat);
    if (size >>> 0 > GUESS_UP_TO_BYTES) this.#forgetMessages();
    else if (drift === this.#lowest && count !== this.#counted) {
      this.#meet(count, isClose && ((count - countBefore) | 0) === 1);
    }
    if (this.#isComplete) return 'certain';
    return this.#isGuess ? 'guess' : 'nothing';
  }

  get #isGuess(): boolean {
    return (
      this.#messages >= GUESS_MESSAGES ||
      this.#slowMessages >= GUESS_SLOW_MESSAGES ||
      this.#watchedMessages >= GUESS_WATCHED_MESSAGES
    );
  }

  /** Takes note of what was written since the last look. */
  #judgePace(written: number, beat: number): void {
    this.#isSlow = written <= SLOW_MESSAGES_PER_BEAT * ((beat - this.#beatAtWrite) | 0);
    this.#beatAtWrite = beat;
    if (!this.#isSlow) this.#slowMessages = this.#watchedMessages = 0;
    if (this.#seen !== 1) this.#messages = 0;
  }

  /** A message is met in the lowest state. */
  #meet(count: number, isWatched: boolean): void {
    this.#counted = count;
    if (this.#seen === 1) this.#messages++;
    if (!this.#isSlow) return;
    this.#slowMessages++;
    if (isWatched) this.#watchedMessages++;
  }

  #forgetMessages(): void {
    this.#messages = this.#slowMessages = this.#watchedMessages = 0;
  }

  /**
   * Whether the lowest state is that of rest for certain: the highest was seen too. A repair shows two states as far
   * apart while it counts a message, but above half a step; there all three must have been seen.
   */
  get #isComplete(): boolean {
    if (this.#seen === 0b111) return true;
    return this.#seen === 0b101 && (this.#lowest & (REPAIR_STEP - 1)) < REPAIR_STEP / 2 - 2;
  }

  #startOver(drift: number, count: number, beat: number): void {
    this.#isNew = false;
    this.#lowest = drift;
    this.#seen = 1;
    this.#count = count;
    this.#firstCount = count;
    this.#counted = count;
    this.#beatAtWrite = beat;
    this.#forgetMessages();
  }

  /** Keeps a bit for the state; false when it is too far from the others to be of one writer with them. */
  #record(drift: number): boolean {
    const above = (drift - this.#lowest) | 0;
    if (above < -2 || above > 2) return false;
    const seen = above < 0 ? (this.#seen << -above) | 1 : this.#seen | (1 << above);
    if (seen > 0b111) return false;
    this.#seen = seen;
    if (above < 0) this.#lowest = drift;
    return true;
  }
}
