import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { SCENARIOS } from './scenarios/index.js';

/** What the command line asked for. */
export interface BenchArguments {
  readonly quick: boolean;
  /** Ids of rows; all of them when `undefined`. */
  readonly only: readonly string[] | undefined;
  /** A file for the results, or `-` for stdout. */
  readonly json: string | undefined;
  /** Absolute path of the C library to compare with. */
  readonly lib: string | undefined;
  /** A folder for pictures and table; `undefined` writes none. */
  readonly report: string | undefined;
}

/** A command line that is not allowed; `message` is one line for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the arguments (without node and script).
 *
 * @throws {UsageError} for what is not allowed
 * @returns `undefined` when help was asked for and printed
 */
export function parseArguments(
  args: readonly string[],
  defaultReport: string | undefined,
): BenchArguments | undefined {
  const program = new Command('npm run bench --')
    .description(
      'Measures this package, the C library and what a Node user would pick instead, side by side.',
    )
    .option('--quick', 'fewer and shorter rounds, without the parked rows: ends within a minute')
    .option('--only <ids>', 'rows to measure, separated by commas')
    .option('--json <file>', 'write the results to a file; - for stdout, which then holds nothing else')
    .option('--lib <path>', 'the libeshm.so to compare with (default: the one built in test/peers)')
    .option(
      '--report <folder>',
      'where pictures and table go (default: bench/report, and nowhere with --only)',
    )
    .addHelpText('after', `\nRows:\n  ${SCENARIOS.map(({ id }) => id).join('\n  ')}`)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  const options = program.opts<{
    quick?: true;
    only?: string;
    json?: string;
    lib?: string;
    report?: string;
  }>();
  const only = options.only === undefined ? undefined : checkIds(options.only);
  const lib = options.lib === undefined ? undefined : resolve(options.lib);
  if (lib !== undefined && !existsSync(lib)) throw new UsageError(`--lib: ${lib} does not exist`);
  return {
    quick: options.quick ?? false,
    only,
    json: options.json,
    lib,
    report: options.report ?? (only === undefined ? defaultReport : undefined),
  };
}

function checkIds(list: string): string[] {
  const ids = list.split(',').map((id) => id.trim());
  const known = new Set(SCENARIOS.map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new UsageError(
      `--only: there is no row ${unknown.map((id) => `'${id}'`).join(', ')}; --help lists them`,
    );
  }
  return ids;
}
