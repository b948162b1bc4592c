import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { defaultReport } from './native.js';
import { SCENARIOS } from './scenarios/index.js';

/** How this program is called: by npm in a checkout, else by the command. */
export const PROGRAM: string = defaultReport === undefined ? 'eshm bench' : 'npm run bench';

/** What the command line asked for. */
export interface BenchArguments {
  readonly quick: boolean;
  /** Ids of rows; all of them when `undefined`. */
  readonly only: readonly string[] | undefined;
  /** A file for the results, or `-` for stdout. */
  readonly json: string | undefined;
  /** Absolute path of the C library to compare with. */
  readonly lib: string | undefined;
  /** A folder for pictures, table and results, where another than the committed one is wanted. */
  readonly report: string | undefined;
  /** Whether the committed report is written even after a quick or partial run. */
  readonly save: boolean;
  /** The folder of the report that a check compares with. */
  readonly against: string | undefined;
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
  purpose: 'measure' | 'check' = 'measure',
): BenchArguments | undefined {
  const against = new Option('--against <folder>', 'the report to compare with (default: bench/report)');
  against.hidden = purpose !== 'check';
  const program = new Command(purpose === 'check' ? 'npm run bench:check --' : `${PROGRAM} --`)
    .description(
      'Measures this package, the C library and what a Node user would pick instead, side by side.',
    )
    .option(
      '--quick',
      'fewer and shorter rounds, without the parked rows and those of jittery writers: two minutes at most',
    )
    .option('--only <ids>', 'rows to measure, or groups of rows (bridge), separated by commas')
    .option('--json <file>', 'write the results to a file; - for stdout, which then holds nothing else')
    .option(
      '--lib <path>',
      'the libeshm.so to compare with, over System V or over files; rows of the other kind take that of test/peers',
    )
    .option(
      '--save',
      'write this kind of host into bench/report, as a run of everything without --quick does',
    )
    .option('--report <folder>', 'write pictures, table and results into this folder instead')
    .addOption(against)
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
    save?: true;
    against?: string;
  }>();
  if (options.against !== undefined && purpose !== 'check') {
    throw new UsageError('--against: only `npm run bench:check` compares with a report');
  }
  const only = options.only === undefined ? undefined : checkIds(options.only);
  const lib = options.lib === undefined ? undefined : resolve(options.lib);
  if (options.save && defaultReport === undefined) {
    throw new UsageError('--save: there is no bench/report in a package; --report takes a folder');
  }
  if (lib !== undefined && !existsSync(lib)) throw new UsageError(`--lib: ${lib} does not exist`);
  return {
    quick: options.quick ?? false,
    only,
    json: options.json,
    lib,
    report: options.report,
    save: options.save ?? false,
    against: options.against,
  };
}

function checkIds(list: string): string[] {
  const known = new Set(SCENARIOS.map(({ id }) => id));
  const ids = list
    .split(',')
    .map((id) => id.trim())
    // `bridge` is all rows of that group; a word that is a row's is that row.
    .flatMap((id) => {
      const group = known.has(id) ? [] : SCENARIOS.filter((scenario) => scenario.group === id);
      return group.length === 0 ? [id] : group.map((scenario) => scenario.id);
    });
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new UsageError(
      `--only: there is no row ${unknown.map((id) => `'${id}'`).join(', ')}; --help lists them`,
    );
  }
  return ids;
}
