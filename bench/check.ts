/*
 * npm run bench:check [-- --lib PATH]
 *
 * The quick set; fails (exit 1) where a ratio breaks its target by more than this machine's own noise. Not part of
 * `npm test`.
 *
 * Noise, of a row: half the distance between the quartiles of its rounds, over their median (relativeSpread). Of a
 * ratio: the sum of its two rows'. A `<= 1.4` with 10 % of noise so breaks above 1.54, a `>= 80` below 72.7. More than
 * 25 % (MAX_NOISE) excuses nothing: a machine as noisy as that gets a failure to look at, not a pass.
 */

import { runHarness } from '../test/support/harness.js';
import { parseArguments } from './arguments.js';
import { benchmark } from './benchmark.js';
import { breaksBeyondNoise } from './ratios.js';
import { formatTables } from './table.js';
import { TARGETS } from './targets.js';

async function main(stop: AbortSignal): Promise<number> {
  const args = parseArguments(['--quick', ...process.argv.slice(2)], undefined);
  if (args === undefined) return 0;
  const { results } = await benchmark(args, stop);
  process.stdout.write(`${formatTables(results)}\n`);
  let failures = 0;
  for (const target of TARGETS) {
    const id = `${target.numerator} / ${target.denominator}`;
    const ratio = results.ratios.find((candidate) => candidate.id === id);
    if (ratio === undefined && args.only !== undefined) continue;
    if (ratio !== undefined && !breaksBeyondNoise(target, ratio)) continue;
    failures += 1;
    const found = ratio === undefined ? 'was not measured' : `is ${ratio.value.toPrecision(3)}`;
    process.stdout.write(`broken: ${id} ${found}, expected ${target.comparison} ${target.limit}\n`);
  }
  return failures === 0 ? 0 : 1;
}

function report(error: unknown): number {
  process.stderr.write(`bench:check: ${(error as Error).message}\n`);
  return (error as Error).name === 'UsageError' ? 2 : 1;
}

await runHarness({
  name: 'bench:check',
  act: (stop) => main(stop).catch((error) => (stop.aborted ? 1 : report(error))),
});
