/** Least time before the next message is due from which on it is looked for closely, in ms. */
const LEAST_MARGIN_MS = 0.02;

/** Largest margin, as a share of the period: a stream that needs a larger one has no rhythm. */
const MOST_MARGIN = 0.4;

/** How much the margin grows when a message was there before the first close look, in ms. */
const MARGIN_STEP_MS = 0.02;

/** How much earlier the next message is expected for each in a row that was there already, in ms. */
const UNSEEN_MS = 0.2;

/** So many messages in a row that come after more than a period are a slower stream. */
const MOST_GAPS = 8;

/** Messages without a rhythm after which it is looked for once more. */
const TRY_AGAIN = 16;

/** How much it shrinks for every close look in vain beyond the first, in ms. */
const MARGIN_DECAY_MS = 0.004;

/** Share of a deviation by which the next message's time is corrected. */
const PHASE_GAIN = 0.25;

/** Least share of the newest period in the mean. */
const PERIOD_GAIN = 1 / 32;

/** A message further off than this share of a period belongs to another rhythm. */
const BREAK = 0.4;

/** A message that is late is looked for closely for so long, in ms, or for this share of a period if that is shorter. */
const LATE_MS = 1;
const LATE = 0.5;

/** Periods without a message after which the rhythm is forgotten. */
const LONGEST_SILENCE = 8;

/** Longest period that is learned, in ms: beyond it a look each millisecond costs little. */
const LONGEST_PERIOD_MS = 250;

/** What is late, or has no rhythm, is looked for so many times in a period. */
const LOOKS_PER_PERIOD = 4;

/** Where nothing is known, and at least: a look each millisecond. */
const STEADY_MS = 1;

/**
 * Learns when the messages of a stream come, and says when the next is due. The margin, the time before it from which on to
 * look closely, follows what is found: wider when a message was there already, narrower while looks are in vain.
 *
 * One kind of wait of one endpoint has one. Durations and times in ms.
 */
export class Rhythm {
  readonly #leadMs: number;
  #seenMs = Number.NEGATIVE_INFINITY;
  /** 0 while it is not known. */
  #periodMs = 0;
  #dueMs = 0;
  #marginMs = LEAST_MARGIN_MS;
  /** Periods that the mean one was taken of. */
  #samples = 0;
  /** Messages in a row before which one seems to have been left out. */
  #gaps = 0;
  /** Messages in a row that were there already. */
  #blind = 0;
  /** Messages since the rhythm was lost. */
  #strays = 0;

  /** @param leadMs - what comes between an alarm and the look after it: timer slack, and another thread's way to wake */
  constructor(leadMs: number) {
    this.#leadMs = leadMs;
  }

  /**
   * A message was found.
   *
   * @param looks - close looks in vain before; 0: it was there when the first was made, who knows for how long
   */
  found(nowMs: number, looks: number): void {
    const passedMs = nowMs - this.#seenMs;
    this.#seenMs = nowMs;
    if (passedMs > LONGEST_SILENCE * Math.max(this.#periodMs, STEADY_MS) || passedMs > LONGEST_PERIOD_MS) {
      this.#periodMs = 0;
      // The next one tells a period, whatever it is.
      if (passedMs <= LONGEST_PERIOD_MS) this.#begin(passedMs, nowMs);
      return;
    }
    // Also where the first two were read one right after the other, which is no rhythm: it would be theirs for ever.
    if (passedMs > LONGEST_SILENCE * this.#periodMs) this.#begin(passedMs, nowMs);
    else this.#follow(passedMs, nowMs, looks);
  }

  /** Time from one message to the next; 0 where it is not known. */
  get periodMs(): number {
    return this.#isKnown ? this.#periodMs : 0;
  }

  /** When to be woken for the next message; `undefined` where that is not known, or past. */
  alarmMs(nowMs: number): number | undefined {
    if (!this.#isKnown) return undefined;
    const alarmMs = this.#dueMs - this.#marginMs - this.#leadMs;
    return this.#dueMs > nowMs ? alarmMs : undefined;
  }

  /** Until when to look closely; in the past where the next message is not due yet. */
  closeUntilMs(nowMs: number): number {
    if (!this.#isKnown || nowMs < this.#dueMs - this.#marginMs - 2 * this.#leadMs)
      return Number.NEGATIVE_INFINITY;
    return this.#dueMs + Math.min(LATE * this.#periodMs + this.#marginMs, LATE_MS);
  }

  /** How often to look while nothing better is known. */
  lookMs(nowMs: number): number {
    if (this.#periodMs === 0) return STEADY_MS;
    const isLost = nowMs > this.#dueMs + LONGEST_SILENCE * this.#periodMs;
    if (isLost) return STEADY_MS;
    const isWaiting = this.#isKnown && this.#dueMs > nowMs;
    return isWaiting ? STEADY_MS : Math.min(this.#periodMs / LOOKS_PER_PERIOD, STEADY_MS);
  }

  get #isKnown(): boolean {
    return this.#periodMs !== 0 && this.#marginMs < MOST_MARGIN * this.#periodMs;
  }

  #begin(periodMs: number, nowMs: number): void {
    this.#periodMs = periodMs;
    this.#samples = 1;
    this.#gaps = 0;
    this.#marginMs = Math.max(LEAST_MARGIN_MS, periodMs / 8);
    this.#dueMs = nowMs + periodMs;
    this.#strays = 0;
  }

  #follow(passedMs: number, nowMs: number, looks: number): void {
    const periods = Math.max(1, Math.round(passedMs / this.#periodMs));
    this.#gaps = periods > 1 && looks > 0 ? this.#gaps + 1 : 0;
    if (this.#gaps === MOST_GAPS) {
      this.#begin(passedMs, nowMs);
      return;
    }
    const expectedMs = this.#dueMs + (periods - 1) * this.#periodMs;
    const lateMs = nowMs - expectedMs;
    this.#samples++;
    const gain = Math.max(PERIOD_GAIN, 1 / this.#samples);
    this.#periodMs += gain * (passedMs / periods - this.#periodMs);
    if (!this.#isKnown) {
      this.#stray(nowMs);
      return;
    }
    this.#blind = looks === 0 ? this.#blind + 1 : 0;
    if (lateMs < -BREAK * this.#periodMs || (looks > 0 && lateMs > BREAK * this.#periodMs)) {
      this.#dueMs = nowMs + this.#periodMs;
      this.#marginMs += MARGIN_STEP_MS;
    } else if (looks > 0) {
      this.#dueMs = expectedMs + PHASE_GAIN * lateMs + this.#periodMs;
      this.#marginMs -= MARGIN_DECAY_MS * (looks - 1);
    } else {
      // This thread may have been late; where it happens again the message was early.
      const shiftMs = Math.min(lateMs, 0) - UNSEEN_MS * (this.#blind - 1);
      this.#dueMs = expectedMs + PHASE_GAIN * shiftMs + this.#periodMs;
      this.#marginMs += MARGIN_STEP_MS;
    }
    this.#marginMs = Math.max(Math.min(this.#marginMs, MOST_MARGIN * this.#periodMs), LEAST_MARGIN_MS);
  }

  /** Found in a look now and then: it came within the time since the last. */
  #stray(nowMs: number): void {
    this.#dueMs = nowMs + this.#periodMs * (1 - 1 / (2 * LOOKS_PER_PERIOD));
    if (++this.#strays < TRY_AGAIN) return;
    this.#marginMs = Math.max(LEAST_MARGIN_MS, this.#periodMs / 4);
    this.#blind = 0;
    this.#strays = 0;
  }
}
