import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { sleepSync } from '../idle/index.js';

/** A timer may come so much too late, in ms: the rest is slept on this thread. */
const TIMER_SLACK_MS = 2;

/** Longest delay of one timer here, in ms: how long an abort may go unseen. */
const LONGEST_MS = 1000;

/** Longest sleep of the thread between two turns of the event loop, in ms. */
const LONGEST_SLEEP_MS = 1;

/**
 * Waits until `dueMs` on the clock of `performance.now()`, to about a tenth of a millisecond. Each call gives the event loop
 * a turn; it holds it for a millisecond at a time when the moment is near.
 *
 * @param signal - ends the wait at its next look
 */
export async function waitUntil(dueMs: number, signal: AbortSignal): Promise<void> {
  await nextTurn();
  for (;;) {
    const leftMs = dueMs - performance.now();
    if (leftMs <= 0 || signal.aborted) return;
    if (leftMs > 2 * TIMER_SLACK_MS) {
      await sleep(Math.min(leftMs - TIMER_SLACK_MS, LONGEST_MS), undefined, { signal }).catch(() => {});
    } else {
      sleepSync(Math.min(leftMs, LONGEST_SLEEP_MS));
      if (dueMs > performance.now()) await nextTurn();
    }
  }
}
