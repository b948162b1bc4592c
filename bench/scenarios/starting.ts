/*
 * node-start: `node -e 0`, from the start of the process to its end. cli-start: `eshm ls --help`, in the same way: the
 * command, and a subcommand with all that it brings, the library and ffi-rs with it. A process each, some each round;
 * the figure is their median. Not pinned.
 * worker-start: a fresh Node process each round, which starts a bare worker thread and blocks until it runs: the part of
 * open-first-ts that is Node's.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench } from '../bench.js';
import type { Running, Scenario } from '../scenario.js';
import { median } from '../statistics.js';

/** The command as this build has it. */
const ESHM = fileURLToPath(new URL('../../lib/command/eshm.js', import.meta.url));

/** Prints how long a bare worker took to run, in ms. */
const WORKER = `
const { Worker } = require('node:worker_threads');
const words = new Int32Array(new SharedArrayBuffer(4));
const code = 'const { workerData } = require("node:worker_threads");'
  + 'Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0);';
const start = performance.now();
new Worker(code, { eval: true, execArgv: [], env: {}, workerData: words });
Atomics.wait(words, 0, 0);
console.log(performance.now() - start);`;

function starting(bench: Bench, args: readonly string[]): Running {
  return {
    round: async () => {
      const times: number[] = [];
      for (let i = 0; i < bench.amounts.starts; i++) times.push(await timeMs(args));
      return { value: median(times) };
    },
    stop: async () => {},
  };
}

/** A Node process from its start to its end, in ms. */
async function timeMs(args: readonly string[]): Promise<number> {
  const startMs = performance.now();
  const [code] = await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'close');
  if (code !== 0)
    throw new Error(`Cannot time node ${args.join(' ')}: it ended with code ${code}, expected 0`);
  return performance.now() - startMs;
}

export const starts: Scenario[] = [
  { id: 'node-start', group: 'start', unit: 'ms', start: async (bench) => starting(bench, ['-e', '0']) },
  {
    id: 'cli-start',
    group: 'start',
    unit: 'ms',
    start: async (bench) => starting(bench, [ESHM, 'ls', '--help']),
  },
  {
    id: 'worker-start',
    group: 'open',
    unit: 'ms',
    start: async () => ({
      round: async () => {
        const { stdout } = await promisify(execFile)(process.execPath, ['-e', WORKER]);
        return { value: Number(stdout) };
      },
      stop: async () => {},
    }),
  },
];
