/**
 * `npm run torture -- [--seconds N] [--sizes N,N] [--stalls] [--seed N] [--shm KIND] [--json]`: N seconds for all steps together, each
 * a pair of processes, a size of the slot and a role; ends with `N passed, N failed`.
 */
import { parseArgs } from 'node:util';
import { defaultShmKind } from '../peers/build.js';
import { cleanUp } from '../peers/helpers.js';
import { parseShmKind, type ShmKind } from '../peers/shm-kind.js';
import { runHarness } from '../support/harness.js';
import { format, linesOf, rowOf } from './report.js';
import { isGood, runTorture, type StepReport } from './steps.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    sizes: { type: 'string', default: '64,4096,65536,1048576' },
    stalls: { type: 'boolean', default: false },
    seed: { type: 'string' },
    shm: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

/** A number from the command line, `least` or more. */
function numeric(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  console.error(`Cannot run torture: --${option} is '${text}', expected a number, ${least} or more`);
  process.exit(2);
}

/** The kind of library of the C++ peers, where it was given. */
function kind(text: string | undefined): ShmKind | undefined {
  try {
    return text === undefined ? undefined : parseShmKind(text);
  } catch (error) {
    console.error(`Cannot run torture: ${(error as Error).message}`);
    process.exit(2);
  }
}

const asked = kind(values.shm);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : numeric('seed', values.seed, 0) >>> 0;
const seconds = numeric('seconds', values.seconds, 0.1);
// 8 at least for the counters behind the data, and room for the head of a message.
const sizes = values.sizes.split(',').map((text) => numeric('sizes', text, 16));
console.error(`torture: ${seconds} s, seed ${seed}${values.stalls ? ', with stalls' : ''}`);

async function main(stop: AbortSignal): Promise<number> {
  const started = performance.now();
  const tell = (step: StepReport) => {
    const atS = ((performance.now() - started) / 1000).toFixed(0).padStart(4);
    for (const line of linesOf(step)) console.error(`${atS} s  ${line}`);
  };
  const shm = asked ?? (await defaultShmKind());
  const steps = await runTorture({ seconds, sizes, stalls: values.stalls, seed, shm, stop, tell });
  const failed = steps.filter((step) => !isGood(step)).length;
  console.log(
    values.json
      ? JSON.stringify({
          ...{ seed, seconds, sizes, stalls: values.stalls, steps },
          ...{ table: steps.map(rowOf), failed },
        })
      : `seed ${seed}\n\n${format(steps)}`,
  );
  return failed > 0 ? 1 : 0;
}

await runHarness({ name: 'torture', act: main, tidyUp: cleanUp });
