import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Condition } from '../../../lib/async/condition.js';
import { Wait } from '../../../lib/async/wait.js';

const PERIOD_MS = 8;

/** A stream with a message each {@link PERIOD_MS}, and a worker that never wakes anybody. */
class Stream implements Condition<number> {
  readonly looksAtOnce = 1;
  #seen = 0;
  readonly #startMs = performance.now();
  alarms = 0;

  get written(): number {
    return Math.floor((performance.now() - this.#startMs) / PERIOD_MS);
  }
  look(): number | undefined {
    const { written } = this;
    if (written === this.#seen) return undefined;
    this.#seen = written;
    return written;
  }
  arm({ alarmMs }: { alarmMs?: number | undefined }): boolean {
    if (alarmMs !== undefined) this.alarms++;
    return true;
  }
  disarm(): void {}
  dueInMs(): number {
    return Number.POSITIVE_INFINITY;
  }
  timeoutError(): Error {
    return new Error('there is no limit');
  }
}

describe('Wait', () => {
  it('is woken for a message that is due also where the worker rings no alarm', async () => {
    const stream = new Stream();
    const wait = new Wait<number>(stream);
    let before = -1;
    /** The next message; where `lookAfterMs` have passed somebody looks for it, as the worker would. */
    async function next(lookAfterMs: number): Promise<boolean> {
      const reading = wait.start(Number.POSITIVE_INFINITY, { signal: undefined, wake: 'balanced' });
      const startMs = performance.now();
      let isHelped = false;
      while (wait.busy) {
        await sleep(1);
        if (!wait.busy || performance.now() - startMs < lookAfterMs) continue;
        isHelped = true;
        wait.wake();
      }
      const message = await reading;
      assert.ok(message > before);
      before = message;
      return !isHelped;
    }
    // Until the rhythm is known, and where this process had no core, somebody has to look.
    for (let alone = 0; alone < 10; ) {
      if (alone === 0) for (let i = 0; i < 10; i++) await next(0);
      alone = (await next(20 * PERIOD_MS)) ? alone + 1 : 0;
    }
    assert.ok(stream.alarms > 0, 'it asked for alarms');
  });
});
