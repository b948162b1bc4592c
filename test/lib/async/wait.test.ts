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
    // Without that it waits for ever.
    const stream = new Stream();
    const wait = new Wait<number>(stream);
    const next = () => wait.start(Number.POSITIVE_INFINITY, { signal: undefined, wake: 'balanced' });
    // Until the rhythm is known, somebody has to look.
    for (let i = 0; i < 10; i++) {
      const reading = next();
      while (wait.busy) {
        await sleep(1);
        wait.wake();
      }
      await reading;
    }
    stream.alarms = 0;
    let before = await next();
    for (let i = 0; i < 10; i++) {
      const message = await next();
      assert.ok(message > before);
      before = message;
    }
    assert.ok(stream.alarms > 0, 'it asked for alarms');
  });
});
