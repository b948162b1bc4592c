import { writeFileSync } from 'node:fs';
import type { BenchArguments } from './arguments.js';
import { PROGRAM } from './arguments.js';
import { Bench } from './bench.js';
import { describeMachine } from './machine.js';
import { defaultReport } from './native.js';
import { ratiosOf } from './ratios.js';
import type { LeftOut, Results, RowRecorder } from './results.js';
import { runScenarios } from './run.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';
import { formatHead, formatTables } from './table.js';

/** A run's results and, for the pictures, its latencies. */
export interface Outcome {
  readonly results: Results;
  readonly recorders: readonly RowRecorder[];
  /** Whether all rows were measured as thoroughly as can be. */
  readonly isFull: boolean;
}

/**
 * Measures the rows that `args` asks for; leaves no process, segment or file behind.
 *
 * @param stop - ends the run before its time; it then rejects, when everything is cleaned up
 */
export async function benchmark(args: BenchArguments, stop?: AbortSignal): Promise<Outcome> {
  // The builder of the peers and every child process take the library from there.
  if (args.lib !== undefined) process.env.ESHM_LIB = args.lib;
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const bench = await Bench.prepare(args.quick);
  try {
    if (args.lib !== undefined && bench.lib === undefined) {
      throw new Error(`Cannot compare with --lib: ${await bench.lacks(['c++'])}`);
    }
    return await Promise.race([measure(bench, args, progress), stopped(stop)]);
  } finally {
    await bench.end();
  }
}

async function measure(
  bench: Bench,
  args: BenchArguments,
  progress: (line: string) => void,
): Promise<Outcome> {
  const { only } = args;
  const wanted = chosen(args);
  const { runnable, leftOut } = await sortOut(bench, wanted);
  const head = {
    machine: describeMachine(bench.cores),
    node: process.version,
    lib: bench.lib ?? null,
    libs: bench.libs ?? null,
    standIn: !process.env.ESHM_LIB,
    command: [`${PROGRAM} --`, ...process.argv.slice(2)].join(' ').replace(/ --$/, ''),
    date: new Date().toISOString(),
  };
  // At once: whoever watches wants to know what runs before it has run.
  if (args.json === '-') progress(formatHead(head));
  else process.stdout.write(`${formatHead(head)}\n`);
  const { recorders, distance, leftOut: without } = await runScenarios(bench, runnable, progress);
  const rows = recorders.map(({ row }) => row);
  leftOut.push(...without);
  return {
    results: { ...head, rows, ratios: ratiosOf(rows), leftOut, coreDistance: distance ?? null },
    recorders,
    isFull: !args.quick && only === undefined && bench.lib !== undefined && !leftOut.some(hasFailed),
  };
}

/** Whether a row is not there because it could not be measured, which is a failure of the run. */
export function hasFailed({ failed }: LeftOut): boolean {
  return failed === true;
}

/** The rows that `args` asks for. */
export function chosen({ only, quick }: Pick<BenchArguments, 'only' | 'quick'>): Scenario[] {
  return SCENARIOS.filter(({ id, once, fullOnly }) => only?.includes(id) ?? !(quick && (once || fullOnly)));
}

async function sortOut(bench: Bench, wanted: readonly Scenario[]) {
  const runnable: Scenario[] = [];
  const leftOut: LeftOut[] = [];
  for (const scenario of wanted) {
    const reason = await scenario.missing?.(bench);
    if (reason === undefined) runnable.push(scenario);
    else leftOut.push({ id: scenario.id, reason });
  }
  return { runnable, leftOut };
}

/** Rejects when `stop` is aborted. */
function stopped(stop: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (stop?.aborted) reject(stop.reason);
    stop?.addEventListener('abort', () => reject(stop.reason), { once: true });
  });
}

/**
 * Prints the tables, and writes the JSON and the report where `args` says. The committed report is written by a full run
 * and with --save: a run of some rows, or of short rounds, would spoil it.
 */
export async function publish({ results, recorders, isFull }: Outcome, args: BenchArguments): Promise<void> {
  const tables = `${formatTables(results)}\n`;
  const json = `${JSON.stringify(results, null, 2)}\n`;
  if (args.json === '-') {
    process.stderr.write(tables);
    await new Promise<void>((resolve) => process.stdout.write(json, () => resolve()));
  } else {
    process.stdout.write(tables);
    if (args.json !== undefined) writeFileSync(args.json, json);
  }
  const folder = args.report ?? (args.save || isFull ? defaultReport : undefined);
  if (folder === undefined) return;
  // Loaded here: a run without pictures need not wait for the library that draws them.
  const { writeReport } = await import('./report.js');
  await writeReport(folder, results, recorders);
}
