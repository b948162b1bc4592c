import type { StallRound } from './stalls.js';
import { isGood, isGoodRound, type StepReport } from './steps.js';
import { nameOf } from './torture.js';

/** One step in figures; `worstMs` is the longest that a reader took to read again after a stall. */
export interface Row {
  readonly size: number;
  readonly case: string;
  readonly writes: string;
  readonly written: number;
  readonly read: number;
  readonly stalls: number;
  readonly torn: number;
  readonly repeated: number;
  readonly deaf: number;
  readonly late: number;
  /** Late because the machine stood still: not judged. */
  readonly excused: number;
  readonly worstMs: number;
  readonly verdict: string;
}

/** What is shown of a step. */
export function rowOf(step: StepReport): Row {
  const count = (verdict: StallRound['verdict']) =>
    step.rounds.filter((round) => round.verdict === verdict).length;
  return {
    size: step.maxDataSize,
    case: nameOf(step),
    writes: step.writes,
    written: step.written,
    read: step.read,
    stalls: step.rounds.length,
    torn: step.torn,
    repeated: step.repeated,
    deaf: count('deaf'),
    late: count('late') + count('not known'),
    excused: count('late, but the machine stood still'),
    worstMs: Math.round(Math.max(0, ...step.rounds.map(({ tookMs }) => tookMs ?? 0))),
    verdict: step.skipped !== undefined ? 'skipped' : isGood(step) ? 'ok' : 'FAIL',
  };
}

/** A line for one step when it is over, and a line for each reader that was not as promised. */
export function linesOf(step: StepReport): string[] {
  const row = rowOf(step);
  const stalls = row.stalls > 0 ? `, ${row.stalls} stalls: ${row.deaf} deaf, worst ${row.worstMs} ms` : '';
  const figures = `${row.written} written, ${row.read} read, ${row.torn} torn, ${row.repeated} repeated${stalls}`;
  const what = step.skipped ?? step.error ?? figures;
  return [
    `${row.verdict.padEnd(4)} ${row.size} bytes, ${row.case}, ${row.writes} writes: ${what}`,
    ...step.rounds.filter((round) => !isGoodRound(round)).map((round) => `     ${describe(round)}`),
  ];
}

function describe({ step, ms, join, stopped, verdict, tookMs, lagMs }: StallRound): string {
  const took = tookMs === undefined ? '' : ` (${tookMs.toFixed(0)} ms)`;
  const stop = stopped ? ', the process stopped meanwhile' : '';
  return `${verdict}${took}: stalled after step ${step} for ${ms} ms${stop}, reader joined ${join}, lag ${lagMs.toFixed(0)} ms`;
}

/** The report for people; the last line is `N passed, N failed`. */
export function format(steps: readonly StepReport[]): string {
  const rows = steps.map(rowOf);
  const sum = (what: 'torn' | 'repeated' | 'deaf' | 'late' | 'excused') =>
    rows.reduce((total, row) => total + row[what], 0);
  const run = steps.filter(({ skipped }) => skipped === undefined);
  const failed = run.filter((step) => !isGood(step)).length;
  const worstMs = Math.max(0, ...rows.map((row) => row.worstMs));
  return [
    ...table(rows),
    '',
    `${sum('torn')} torn, ${sum('repeated')} repeated, ${sum('deaf')} deaf, ${sum('late')} late, worst ${worstMs} ms`,
    'worst: from the end of a stall, or from the join after it, to the next message; late: beyond the stale threshold + 300 ms',
    `excused: ${sum('excused')} that were late while the machine had no core for the runner`,
    '',
    `${run.length - failed} passed, ${failed} failed${run.length < steps.length ? `, ${steps.length - run.length} skipped` : ''}`,
  ].join('\n');
}

function table(rows: readonly Row[]): string[] {
  const titles =
    'size,case,writes,written,read,stalls,torn,repeated,deaf,late,excused,worst ms,verdict'.split(',');
  const cells = [titles, ...rows.map((row) => Object.values(row).map(String))];
  const widths = titles.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const isText = (i: number) => i === 1 || i === 2 || i === titles.length - 1;
  return cells.map((row) =>
    row
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}
