import { sleepSync } from '../idle/index.js';

/** Whether a wait of this thread has slept in this turn of the event loop. One state per thread. */
let hasNapped = false;

/**
 * Blocks this thread for `ms` milliseconds, unless another wait has done so in this turn of the event loop: of many waits
 * one sleeps for all. Belongs into callbacks of `setImmediate` that set the next one after it.
 */
export function nap(ms: number): void {
  if (hasNapped) return;
  hasNapped = true;
  // It runs first of all immediates in the next turn: the others are set after a nap.
  setImmediate(turned).unref();
  sleepSync(ms);
}

function turned(): void {
  hasNapped = false;
}
