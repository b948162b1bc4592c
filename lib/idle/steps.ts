import { sleepSync } from './strategy.js';

/**
 * A procedure that never waits itself: it yields the milliseconds after which it wants to go on, and returns its
 * result. So one text serves both kinds of callers: those that may block, and those on the event loop. A caller that
 * loses interest calls `return()`, and the procedure lets go of what it holds.
 */
export type Steps<T> = Generator<number, T, void>;

/** Runs `steps` to their end and blocks this thread for their pauses; throws what they throw. */
export function runBlocking<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    sleepSync(step.value);
  }
}

/**
 * Counts the time that a procedure has waited. Time in which this process itself did not run (stopped, no core, event
 * loop blocked) is not held against whoever is waited for: no pause counts more than {@link LONGEST_PAUSE_MS}.
 */
export class Patience {
  #leftMs: number;
  #lastMs = performance.now();

  /** @param ms - how long to wait in all */
  constructor(ms: number) {
    this.#leftMs = ms;
  }

  /** Whether the time is up; to be asked after every pause. */
  get isOver(): boolean {
    const nowMs = performance.now();
    this.#leftMs -= Math.min(nowMs - this.#lastMs, LONGEST_PAUSE_MS);
    this.#lastMs = nowMs;
    return this.#leftMs <= 0;
  }
}

/** What one pause counts at most, in ms: on a busy machine most are shorter, and a live peer beats in it. */
const LONGEST_PAUSE_MS = 10;
