/*
 * npm run bench -- [--quick] [--only ID,...] [--json FILE] [--lib PATH] [--save | --report FOLDER]
 *
 * Measures, prints, and writes what was asked for. Progress goes to stderr, tables to stdout.
 */

import { runHarness } from '../test/support/harness.js';
import { parseArguments, UsageError } from './arguments.js';
import { benchmark, publish } from './benchmark.js';

/** Exit code for a command line that is not allowed. */
const USAGE_ERROR = 2;

async function main(stop: AbortSignal): Promise<number> {
  const args = parseArguments(process.argv.slice(2));
  if (args === undefined) return 0;
  await publish(await benchmark(args, stop), args);
  return 0;
}

/** One line is enough for what is expected to fail: a command line, a peer. */
function report(error: unknown): number {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  return error instanceof UsageError ? USAGE_ERROR : 1;
}

await runHarness({
  name: 'bench',
  act: (stop) => main(stop).catch((error) => (stop.aborted ? 1 : report(error))),
});
