/**
 * Many openings, closings and reconnections in one process; prints what it held before and after as one line of JSON.
 * Runs as a child process: `soak.js OPENINGS RECONNECTS NAME`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Eshm } from '../../lib/index.js';
import { listSegments } from '../../syscalls/index.js';

/** What this process holds now. */
export interface Holdings {
  /** System V mappings. */
  readonly attachments: number;
  /** Segments it created that still exist. */
  readonly segments: number;
  readonly threads: number;
  readonly descriptors: number;
  readonly rssMb: number;
}

/** What the child prints. */
export interface SoakReport {
  readonly before: Holdings;
  readonly after: Holdings;
  readonly openings: number;
  readonly reconnects: number;
  readonly openSeconds: number;
  readonly reconnectSeconds: number;
}

/** Looks at the memory after so many collections: what V8 keeps for a while and gives back is no growth. */
const COLLECTIONS = 5;

/** The least memory that it holds after any of some collections, in MB. */
async function leastRssMb(): Promise<number> {
  const sizes: number[] = [];
  for (let i = 0; i < COLLECTIONS; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await sleep(50);
    sizes.push(process.memoryUsage.rss() / 2 ** 20);
  }
  return Math.round(Math.min(...sizes));
}

async function holdings(): Promise<Holdings> {
  const rssMb = await leastRssMb();
  return {
    attachments: readFileSync('/proc/self/maps', 'utf8').match(/SYSV/g)?.length ?? 0,
    segments: listSegments().filter(({ creatorPid }) => creatorPid === process.pid).length,
    threads: readdirSync('/proc/self/task').length,
    descriptors: readdirSync('/proc/self/fd').length,
    rssMb,
  };
}

/** Opens and closes a pair, with a message, half of `count` times each. */
async function openAndClose(name: string, count: number): Promise<void> {
  for (let i = 0; i < count; i += 2) {
    const master = Eshm.open(name, { role: 'master' });
    const slave = Eshm.open(name, { role: 'slave' });
    master.write(`message ${i}`);
    if (slave.tryRead()?.toString() !== `message ${i}`) throw new Error(`message ${i} did not come`);
    slave.close();
    master.close();
    // Finalizers of external buffers run between turns of the event loop only.
    if (i % 50 === 0) await setImmediate();
  }
}

/** Has one slave follow its master into `count` new segments. */
async function reconnect(name: string, count: number): Promise<void> {
  const settings = {
    staleThresholdMs: 20,
    reconnectRetryIntervalMs: 1,
    maxReconnectAttempts: 0,
    reconnectWaitMs: 0,
  };
  let master = Eshm.open(name, { role: 'master', ...settings });
  const slave = Eshm.open(name, { role: 'slave', ...settings });
  let reconnections = 0;
  slave.on('reconnected', () => reconnections++);
  for (let i = 1; i <= count; i++) {
    master.close();
    master = Eshm.open(name, { role: 'master', ...settings });
    while (reconnections < i) await sleep(1);
    master.write(`message ${i}`);
    while (slave.tryRead()?.toString() !== `message ${i}`) await sleep(1);
  }
  slave.close();
  master.close();
}

async function main([openings = '', reconnects = '', name = '']: string[]): Promise<void> {
  // What the first endpoints bring with them (the worker, compiled code) is no growth.
  await openAndClose(name, 4000);
  await reconnect(name, 5);
  const before = await holdings();
  const start = performance.now();
  await openAndClose(name, Number(openings));
  const middle = performance.now();
  await reconnect(name, Number(reconnects));
  const end = performance.now();
  const report: SoakReport = {
    before,
    after: await holdings(),
    openings: Number(openings),
    reconnects: Number(reconnects),
    openSeconds: (middle - start) / 1000,
    reconnectSeconds: (end - middle) / 1000,
  };
  console.log(JSON.stringify(report));
}

await main(process.argv.slice(2));
