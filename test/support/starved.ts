/** Tests that a process without a core makes untrue: whether there was one is measured, and excuses them. */
import { readdirSync, readFileSync } from 'node:fs';
import { inconclusive } from './needs.js';

/** Trials on a machine that is too busy to tell. */
const TRIALS = 5;

/** A tick of `/proc/stat`, in ms. */
const TICK_MS = 10;

/**
 * For how long threads were ready to run and did not get a core: what the kernel counts for each, and what the host took
 * away from the whole machine. Where everything shares two noisy cores, no promise in milliseconds can be judged
 * without it. Read from `/proc`, so it measures also while this process is blocked.
 */
export class CoreWaits {
  readonly #before = new Map<string, number>();
  readonly #pids = new Set<number>();
  readonly #stolenMs = stolenMs();
  /** Of processes that have ended since. */
  #seenMs = 0;

  /** Watches this process from now on, with all its threads. */
  constructor() {
    this.watch(process.pid);
  }

  /** Watches another process too, as long as it lives. */
  watch(pid: number): void {
    this.#pids.add(pid);
    for (const [thread, ms] of waitsOf(pid)) this.#before.set(thread, ms);
  }

  /** For a trial that ends its processes itself: right before it does, because nothing is known of them afterwards. */
  look(): void {
    this.#seenMs = this.#longestOfThreadsMs();
  }

  /** What the thread that was worst off has waited, in ms. */
  get longestMs(): number {
    return this.#longestOfThreadsMs() + stolenMs() - this.#stolenMs;
  }

  #longestOfThreadsMs(): number {
    let longest = this.#seenMs;
    for (const pid of this.#pids) {
      for (const [thread, ms] of waitsOf(pid))
        longest = Math.max(longest, ms - (this.#before.get(thread) ?? 0));
    }
    return longest;
  }
}

/**
 * For a test with a promise in milliseconds. A trial that succeeds is the
 * test's success. One that fails is its failure, unless a thread that takes part had to wait for a core for `excusingMs`
 * or more meanwhile: such a trial says nothing, and another is made. After some of those the test is skipped, with the
 * reason.
 *
 * @param trial - leaves nothing behind, also where it fails; it names the other processes that take part
 */
export async function unlessStarved(
  context: Mocha.Context,
  excusingMs: number,
  trial: (waits: CoreWaits) => Promise<void>,
): Promise<void> {
  let waitedMs = 0;
  for (let trials = 0; trials < TRIALS; trials++) {
    const waits = new CoreWaits();
    try {
      await trial(waits);
      return;
    } catch (error) {
      waitedMs = waits.longestMs;
      if (waitedMs < excusingMs) throw error;
    }
  }
  const waited = `a thread waited ${waitedMs.toFixed(0)} ms for a core in the last of ${TRIALS} trials`;
  inconclusive(context, `${waited}, expected under ${excusingMs}`);
}

/** The threads of a process, and for how long each has waited for a core since its start, in ms; none once it has ended. */
function waitsOf(pid: number): [thread: string, ms: number][] {
  const threads = tryRead(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  return threads.map((thread) => {
    // Time on a core, time in wait for one, both in ns, and how often it was put on one.
    const line = tryRead(() => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1'));
    return [thread, Number(line?.split(' ')[1] ?? 0) / 1e6];
  });
}

/** What the host has given to others while a core of this machine had something to run, in ms since the start. */
function stolenMs(): number {
  const line = tryRead(() => readFileSync('/proc/stat', 'latin1')) ?? '';
  return Number(/^cpu +(?:\d+ ){7}(\d+)/.exec(line)?.[1] ?? 0) * TICK_MS;
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
