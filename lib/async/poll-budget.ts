/** Time to poll for in any case, in ms: some tens of turns of the event loop. */
export const LEAST_POLL_MS = 0.1;

/**
 * Longest time to poll, in ms: a little more than the heartbeat worker takes to wake a parked wait. A steady stream
 * whose messages come sooner than this, some 800 a second, is polled for without an end: parked, a reader would have
 * each half a millisecond late and miss what is overwritten before the worker's next pass. At 1000 messages a second
 * (2 busy cores of an AMD EPYC, Node 20.20, 2026-11): 90 % of a core and 6 microseconds against 19 % and 430.
 */
export const LONGEST_POLL_MS = 1.25;

/** Every so many waits poll for the longest time, to find out whether that would pay again. */
export const PROBE_EVERY = 16;

/**
 * How long a wait polls before it parks. Polling pays while messages come sooner than parking would deliver them, so
 * the time follows what polling has found lately: four times as long as it took, halved by every wait it was in vain.
 *
 * Two ends that answer each other and both park would see each other come a millisecond late for ever; the probes get
 * them out of that.
 *
 * Belongs to one kind of wait of one endpoint. Durations in ms.
 */
export class PollBudget {
  #longestMs = LONGEST_POLL_MS;
  #budgetMs = LEAST_POLL_MS;
  #untilProbe = PROBE_EVERY;

  /** Whether messages have come quickly of late. */
  get eager(): boolean {
    return this.#budgetMs > LEAST_POLL_MS;
  }

  /** Time that the next wait may poll; never more than `longestMs`. */
  take(longestMs: number = LONGEST_POLL_MS): number {
    this.#longestMs = longestMs;
    if (--this.#untilProbe > 0) return this.#budgetMs;
    this.#untilProbe = PROBE_EVERY;
    return this.#longestMs;
  }

  /** Polling found what it was for after `waitedMs`. */
  found(waitedMs: number): void {
    const wanted = Math.min(this.#longestMs, 4 * waitedMs + 2 * LEAST_POLL_MS);
    this.#budgetMs = Math.max(wanted, this.#budgetMs * 0.9);
  }

  /** Polling was in vain. */
  gaveUp(): void {
    this.#budgetMs = Math.max(LEAST_POLL_MS, this.#budgetMs / 2);
  }
}
