import { HEARTBEAT_INTERVAL_MS, WATCH_INTERVAL_MS } from '../../layout/index.js';

/** Beats in the time after which a peer would call this endpoint stale: that many in a row must come late to hurt it. */
const BEATS_PER_THRESHOLD = 12;

/**
 * Longest time between two beats, in ms: below the interval at which an original looks at the count, so that every look
 * finds it moved, as with a beat each millisecond.
 */
export const LONGEST_BEAT_INTERVAL_MS = WATCH_INTERVAL_MS - 2;

/**
 * How often to beat where the segment's stale threshold is `thresholdMs`: each millisecond below 24 ms, every 8 from 96 on.
 * docs/protocol.md has the argument why no peer can be hurt.
 */
export function beatIntervalMs(thresholdMs: number): number {
  const intervalMs = Math.floor(thresholdMs / BEATS_PER_THRESHOLD);
  return Math.min(Math.max(intervalMs, HEARTBEAT_INTERVAL_MS), LONGEST_BEAT_INTERVAL_MS);
}
