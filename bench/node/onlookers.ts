import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Eshm } from '../../lib/index.js';
import type { ShmKind } from '../../lib/store/index.js';
import { nowNs } from './serve.js';

/** Between two looks how far a recording has come, in ms. */
const LOOK_MS = 20;

/** Who looks on at a channel without being an end of it. */
export interface Onlooker {
  /** Messages that were seen so far. */
  seen(): number;
  /**
   * Waits until the last of `count` messages of native `jittered` has been seen, or none was for `timeoutMs`.
   *
   * @returns nanoseconds from the writing of each to the line after it was seen; 0 where only their number is known
   */
  follow(count: number, timeoutMs: number): Promise<number[]>;
  close(): Promise<void>;
}

/** An observer of both directions, which sees from now on. */
export function observing(name: string, shm: ShmKind): Onlooker {
  const observer = Eshm.observe(name, { shm });
  const results: number[] = [];
  let passed = 0;
  const over = (async () => {
    for await (const { data, count } of observer) {
      results.push(Number(nowNs() - data.readBigInt64LE()));
      passed = count;
    }
  })();
  return {
    seen: () => results.length,
    async follow(count, timeoutMs) {
      await untilPassed(count, timeoutMs, () => passed);
      return results;
    },
    async close() {
      observer.close();
      await over;
    },
  };
}

/** A recorder, as `eshm record` has one; its file goes when it is closed. */
export async function recording(name: string, shm: ShmKind, file: string): Promise<Onlooker> {
  const { recorder } = await import('../../lib/recording/index.js');
  const made = await recorder(name, { file, shm, overwrite: true });
  const passed = () => made.stats().messages + made.stats().missed;
  return {
    seen: () => made.stats().messages,
    async follow(count, timeoutMs) {
      await untilPassed(count, timeoutMs, passed);
      return Array<number>(made.stats().messages).fill(0);
    },
    async close() {
      await made.close();
      rmSync(file, { force: true });
    },
  };
}

/** Waits until so many messages have gone by, seen or not, or none for `timeoutMs`. */
async function untilPassed(count: number, timeoutMs: number, passed: () => number): Promise<void> {
  let [last, sinceMs] = [passed(), performance.now()];
  while (last < count && performance.now() - sinceMs < timeoutMs) {
    await sleep(LOOK_MS);
    const now = passed();
    if (now > last) sinceMs = performance.now();
    last = now;
  }
}
