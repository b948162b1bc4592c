/** Child processes of the asynchronous tests: `child.js MODE NAME ...`. */
import { appendFileSync, openSync, readFileSync, writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sleepSync } from '../../../lib/idle/index.js';
import { Eshm } from '../../../lib/index.js';

const [mode = '', name = '', first = '', second = ''] = process.argv.slice(2);
const tell = (message: unknown) => new Promise((resolve) => process.send?.(message, resolve));

/** Shortest time between two messages of `write`, in ms. */
const LEAST_SPACING_MS = 0.03;

/** How an event loop fared. */
export interface Fared {
  /** 99th percentile of the time between two turns of a timer of 1 ms, that millisecond included. */
  readonly p99Ms: number;
  readonly seconds: number;
  /** Time in which its thread could have run and was given no core, in ms. */
  readonly withoutCoreMs: number;
  /** Messages that were read, and those that were written meanwhile. */
  readonly read: number;
  readonly written: number;
}

/** Watches this thread's event loop until the function it returns is called. */
function watchLoop(): () => Pick<Fared, 'p99Ms' | 'seconds' | 'withoutCoreMs'> {
  // Its second figure: nanoseconds on the kernel's queue of those that wait for a core.
  const withoutCoreMs = () => Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  const [startMs, beforeMs] = [performance.now(), withoutCoreMs()];
  histogram.enable();
  return () => {
    histogram.disable();
    return {
      p99Ms: histogram.percentile(99) / 1e6,
      seconds: (performance.now() - startMs) / 1000,
      withoutCoreMs: withoutCoreMs() - beforeMs,
    };
  };
}

const modes: Record<string, () => Promise<void>> = {
  /** Reads COUNT numbered messages and tells what was wrong with their order. */
  async count() {
    const slave = await Eshm.connect(name, { timeoutMs: 120_000 });
    let [messages, lost, repeated, backward, last, missed] = [0, 0, 0, 0, -1, 0];
    for await (const message of slave.messages()) {
      const number = message.data.readUInt32LE(0);
      messages += 1;
      missed += message.missed;
      if (number === last) repeated += 1;
      else if (number < last) backward += 1;
      else lost += number - last - 1;
      last = number;
      if (last === Number(first) - 1) break;
    }
    await tell({ messages, lost, repeated, backward, missed, last });
    slave.close();
  },

  /** Notes the number of every message in FILE before it counts it as read; is killed from outside. */
  async record() {
    const slave = await Eshm.connect(name, { timeoutMs: 120_000 });
    const file = openSync(first, 'a');
    let noted = -1;
    const note = (message: Buffer) => {
      const number = message.readUInt32LE(0);
      if (number !== noted) writeSync(file, message, 0, 4);
      noted = number;
      return number;
    };
    for (let counted = -1; ; await new Promise(setImmediate)) {
      const seen = slave.peek();
      // Counted only once it is noted: the sender then puts the next one in its place.
      if (seen === undefined || note(seen) === counted) continue;
      const message = slave.tryRead();
      // In a restarted reader the sender may have gone on meanwhile.
      if (message !== undefined) counted = note(message);
    }
  },

  /** Waits for one message and tells it; nothing but the read keeps it alive. */
  async one() {
    const slave = await Eshm.connect(name, { timeoutMs: 120_000 });
    process.channel?.unref();
    const message = await slave.read({ timeoutMs: Number.POSITIVE_INFINITY });
    appendFileSync(first, message);
  },

  /** Uses every way to wait, closes nothing, and must end by itself. */
  async forget() {
    const slave = await Eshm.connect(name, { timeoutMs: 120_000 });
    process.channel?.unref();
    await slave.read({ timeoutMs: 20 }).catch(() => {});
    await slave.send('nobody reads', { timeoutMs: 20 }).catch(() => {});
    const iterator = slave[Symbol.asyncIterator]();
    const waiting = iterator.next();
    setTimeout(() => iterator.return?.(), 20);
    await waiting;
  },

  /**
   * Writes PER_SECOND messages a second on average for SECONDS, sleeping in between; after a pause that the machine
   * made, it catches up one by one, not in a burst that no reader could follow.
   */
  async write() {
    const slave = await Eshm.connect(name, { timeoutMs: 120_000 });
    const message = Buffer.alloc(64);
    const startMs = performance.now();
    let nowMs = startMs;
    let lastMs = 0;
    for (let written = 0; nowMs - startMs < Number(second) * 1000; nowMs = performance.now()) {
      if (written >= ((nowMs - startMs) * Number(first)) / 1000) sleepSync(0.001);
      else if (nowMs - lastMs >= LEAST_SPACING_MS) {
        message.writeUInt32LE(written, 0);
        slave.write(message);
        written += 1;
        lastMs = nowMs;
      }
    }
    slave.close();
  },

  /** Reads by `for await` for SECONDS, and tells a {@link Fared}. */
  async delay() {
    const master = Eshm.open(name, { role: 'master', staleThresholdMs: 10_000 });
    const leave = new AbortController();
    await tell('open');
    await master.read({ timeoutMs: 120_000 });
    setTimeout(() => leave.abort(), Number(first) * 1000);
    const stop = watchLoop();
    let [read, written] = [0, 0];
    try {
      for await (const { missed } of master.messages({ signal: leave.signal })) {
        read += 1;
        written += 1 + missed;
      }
    } catch (error) {
      if (!leave.signal.aborted) throw error;
    }
    await tell({ ...stop(), read, written });
    master.close();
  },

  /** Does nothing for SECONDS, and tells a {@link Fared}: what the machine does to any event loop. */
  async idle() {
    const stop = watchLoop();
    await new Promise((resolve) => setTimeout(resolve, Number(name) * 1000));
    await tell({ ...stop(), read: 0, written: 0 });
  },

  /** Answers every message with itself. */
  async echo() {
    const slave = await Eshm.connect(name, { timeoutMs: 120_000 });
    for await (const message of slave) {
      slave.write(message);
      if (message.length === 0) break;
    }
    slave.close();
  },
};

/** The numbers that the mode `record` noted. */
export function recorded(file: string): number[] {
  const bytes = readFileSync(file);
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
}

const run = modes[mode];
if (process.send !== undefined && run !== undefined) {
  await run();
  process.disconnect?.();
}
