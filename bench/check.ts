/*
 * npm run bench:check [-- --lib PATH] [--against FOLDER]
 *
 * The quick set; exit 1 where a target is missed for certain, or a ratio has for certain become worse by more than a
 * tenth since the last run on this kind of host (hosts.ts) that the report has (bench/report). "For certain" is what the
 * interval says (bootstrap.ts): what is unclear is told of and is no failure. Where the report has no run on this kind of
 * host, or one of another Node or another C library, that is told, and the targets alone decide. Not part of `npm test`.
 */

import { runHarness } from '../test/support/harness.js';
import { setAgainst } from './against.js';
import { type BenchArguments, parseArguments } from './arguments.js';
import { benchmark, hasFailed, publish } from './benchmark.js';
import { defaultReport } from './native.js';
import { readReports } from './report.js';
import type { Results } from './results.js';

async function main(stop: AbortSignal): Promise<number> {
  const args = parseArguments(['--quick', ...process.argv.slice(2)], 'check');
  if (args === undefined) return 0;
  // Before the run, which may write it.
  const reports = lastReports(args);
  const outcome = await benchmark(args, stop);
  await publish(outcome, args);
  const { results } = outcome;
  const { said, changes } = setAgainst(reports, results);
  tell(said);
  for (const { id, value, target, verdict } of results.ratios) {
    if (verdict === 'missed') tell(`missed: ${id} is ${value.toPrecision(3)}, expected ${target}`);
  }
  for (const { id, worse, verdict } of changes) {
    if (verdict === 'missed')
      tell(`worse: ${id} is ${worse.toPrecision(3)} times as bad as in the last report`);
  }
  const isMissed = [...results.ratios, ...changes].some(({ verdict }) => verdict === 'missed');
  return isMissed || results.leftOut.some(hasFailed) ? 1 : 0;
}

/** The runs to compare with: those of the committed report unless told. */
function lastReports({ against = defaultReport }: BenchArguments): Results[] {
  return against === undefined ? [] : readReports(against);
}

/** To stderr where stdout is for the results alone. */
function tell(line: string): void {
  (process.argv.includes('-') ? process.stderr : process.stdout).write(`${line}\n`);
}

function report(error: unknown): number {
  process.stderr.write(`bench:check: ${(error as Error).message}\n`);
  return (error as Error).name === 'UsageError' ? 2 : 1;
}

await runHarness({
  name: 'bench:check',
  act: (stop) => main(stop).catch((error) => (stop.aborted ? 1 : report(error))),
});
