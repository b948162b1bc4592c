import type { Wake } from '../checks/index.js';
import type { Pace } from '../heartbeat/index.js';

/** How to wait. */
export interface WaitManner {
  readonly signal: AbortSignal | undefined;
  /** `'close'`: as eager, in a process that others share the cores with: sleeps for a moment between two looks. */
  readonly wake: Wake | 'close';
}

/** What a wait waits for. */
export interface Condition<T> {
  /** Looks that may be made in one go at most, before the event loop gets its turn. */
  readonly looksAtOnce: number;
  /** One look, in well under a microsecond: what was waited for, or `undefined`. What it throws ends the wait. */
  look(): T | undefined;
  /** Has the heartbeat worker watch for it; false where none is at work yet. Called after a look, and one follows. */
  arm(pace: Pace): boolean;
  /** Takes back `arm`. */
  disarm(): void;
  /** Milliseconds until a look is due whether or not anything moved; `Infinity`, or not there, where none ever is. */
  dueInMs?(): number;
  /** What the wait ends with when its time is up; not there where it has no limit. */
  timeoutError?(): Error;
}
