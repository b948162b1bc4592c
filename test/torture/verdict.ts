/** What a round of the torture with stalls says about its reader: pure, no process and no clock. */

/** A reader gets this long to read again after a stall, beyond the stale threshold, in ms. */
const GRACE_MS = 300;

/** Time in which a writer publishes and its reader gets nothing that makes it deaf, in ms. */
const DEAF_AFTER_MS = 1000;

/** Messages that must have been published in that time, at least: more than some tens. */
const LEAST_PUBLISHED = 50;

/** What a reader says of one stretch of listening, after `stream-read`; times are CLOCK_MONOTONIC in us. */
export interface Stretch {
  readonly messages: number;
  readonly torn: number;
  readonly repeated: number;
  /** When the first and the last whole message came; 0 where none did. */
  readonly firstUs: number;
  readonly lastUs: number;
  /** Longest silence between two of them. */
  readonly longestUs: number;
}

/** What came after a stall. */
export interface Aftermath {
  /** From when on the reader is to read again: the stall is over and the reader has joined, in us. */
  readonly sinceUs: number;
  /** All that the reader said from the stall on. */
  readonly stretches: readonly Stretch[];
  /** For how long the writer has published at an easy pace since then, in ms. */
  readonly publishingMs: number;
  /** Messages that it published in that time. */
  readonly published: number;
  /** For how long the machine had no core for the runner in that time, in ms. */
  readonly lagMs: number;
}

export type Verdict = 'reads' | 'late' | 'late, but the machine stood still' | 'deaf' | 'not known';

/** The verdict on one reader after one stall. */
export interface Judgement {
  readonly verdict: Verdict;
  /** How long it took until the reader was reading again, in ms; `undefined` when it never did. */
  readonly tookMs: number | undefined;
}

/**
 * Judges one reader. Deaf is one that got nothing for a second while its writer published; time for which the machine
 * stood still does not count. It is late beyond the stale threshold + 300 ms, unless the time for which the machine
 * stood still explains it.
 */
export function judge(aftermath: Aftermath, thresholdMs: number): Judgement {
  const { sinceUs, stretches, publishingMs, published, lagMs } = aftermath;
  const readingUs = readingAgain(stretches, sinceUs);
  if (readingUs === undefined) {
    const isDeaf = publishingMs - lagMs >= DEAF_AFTER_MS && published >= LEAST_PUBLISHED;
    return { verdict: isDeaf ? 'deaf' : 'not known', tookMs: undefined };
  }
  const tookMs = (readingUs - sinceUs) / 1000;
  const boundMs = thresholdMs + GRACE_MS;
  if (tookMs <= boundMs) return { verdict: 'reads', tookMs };
  return { verdict: tookMs <= boundMs + lagMs ? 'late, but the machine stood still' : 'late', tookMs };
}

/**
 * The moment at or after `sinceUs` by which a whole message had come for certain, `undefined` while there is none. Stretches
 * know their ends and their longest silence only: no message came later than this, one may have come earlier.
 */
export function readingAgain(stretches: readonly Stretch[], sinceUs: number): number | undefined {
  for (const { firstUs, lastUs, longestUs } of stretches) {
    if (firstUs === 0 || lastUs < sinceUs) continue;
    return firstUs >= sinceUs ? firstUs : Math.min(lastUs, sinceUs + longestUs);
  }
  return undefined;
}
