/** A wait that is usually over in this time is polled for, in ms: parked, it would take about as long to be woken. */
export const SHORT_MS = 0.3;

/** Time to poll for at most where waits are short, in ms. */
export const LONGEST_POLL_MS = 2 * SHORT_MS;

/**
 * A wait that is usually longer than this gives the core away between two looks, in ms: as long as such a sleep takes, so
 * that it does not sleep through the next message. Of 10,000 messages a second it slept through four in ten.
 */
const NAP_FROM_MS = 0.16;

/**
 * Every so many waits polls for once: two ends that answer each other and both park would see each other's wakes, and
 * never find out how quick they could be.
 */
export const PROBE_EVERY = 128;

/** A longer wait counts as one of this, in ms. */
const MOST_MS = 1.5 * SHORT_MS;

/** Share of the newest wait in what is usual. */
const SHARE = 1 / 4;

/**
 * Whether a balanced wait polls before it parks, and how: by how long the waits before it took, polled or parked.
 *
 * Belongs to one kind of wait of one endpoint. Durations in ms.
 */
export class ShortWaits {
  /** At first a wait is given a chance. */
  #usualMs = SHORT_MS / 2;
  #untilProbe = PROBE_EVERY;

  /** Time that the next wait may poll; 0 where it is to park at once. */
  take(): number {
    if (this.#usualMs < SHORT_MS) return LONGEST_POLL_MS;
    if (--this.#untilProbe > 0) return 0;
    this.#untilProbe = PROBE_EVERY;
    return LONGEST_POLL_MS;
  }

  /** Whether messages come so quickly that many looks in one go pay. */
  get areQuick(): boolean {
    return this.#usualMs < NAP_FROM_MS;
  }

  /** Whether a wait sleeps for a moment between two looks. */
  get allowNaps(): boolean {
    return this.#usualMs >= NAP_FROM_MS;
  }

  /** A wait took this long, or was given up then. */
  took(waitedMs: number): void {
    // One long silence must not hide that messages come quickly otherwise: bursts are made of short waits but for one.
    this.#usualMs += (Math.min(waitedMs, MOST_MS) - this.#usualMs) * SHARE;
  }
}
