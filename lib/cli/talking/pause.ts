import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** How long to wait turn by turn of the event loop before sleeping, in ms. */
const EAGER_MS = 5;
/** Length of a sleep: the delay of a message after a silence. */
const SLEEP_MS = 1;

/**
 * Passes the time between two looks without blocking the event loop, so that Ctrl-C works at any moment: eager right
 * after something happened, cheap after a silence.
 */
export class Pause {
  #since = performance.now();

  /** Something happened: be eager again. */
  reset(): void {
    this.#since = performance.now();
  }

  /** Milliseconds since something happened. */
  get silentMs(): number {
    return performance.now() - this.#since;
  }

  /** Waits a moment. */
  async rest(): Promise<void> {
    if (this.silentMs < EAGER_MS) await nextTurn();
    else await sleep(SLEEP_MS);
  }
}
