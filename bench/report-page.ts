import { hostLabels } from './hosts.js';
import { ratiosOf } from './ratios.js';
import type { Ratio, Results, Row } from './results.js';
import { SCENARIOS } from './scenarios/index.js';
import { formatInterval, formatNs, formatNumber, formatValue } from './table.js';

/** A picture beside the page. */
export interface Picture {
  readonly title: string;
  /** Which of the runs it is of. */
  readonly host: number;
  readonly file: string;
}

/**
 * Runs of several kinds of hosts as a page of Markdown: columns for each, side by side. Each is judged by its own rows and
 * the targets as they are now.
 */
export function formatReport(runs: readonly Results[], pictures: readonly Picture[] = []): string {
  const hosts = hostLabels(runs.map(({ machine }) => machine));
  const lines = [
    '# Benchmark report',
    '',
    'The last run on each kind of host: processor, number of cores, release line of the kernel. What is compared in a ratio ran',
    'on one host, and is judged there.',
    '',
    ...table(
      ['host', 'cores', 'kernel', 'Node', 'compiler', 'date', 'command'],
      runs.map(({ machine, node, date, command }, i) => [
        hosts[i]!,
        `${machine.cores}`,
        machine.kernel,
        node.slice(1),
        machine.compiler ?? 'none',
        date.slice(0, 10),
        `\`${command}\``,
      ]),
    ),
    '',
    ...ratioTable(runs, hosts),
    '',
    'What an interval and a verdict are, and what was tried where one is missed: [docs/benchmarks.md](../../docs/benchmarks.md).',
    '',
    ...rowTable(runs, hosts),
    '',
    ...runs.flatMap(({ leftOut, coreDistance }, i) => notes(hosts[i]!, leftOut, coreDistance)),
    ...pictures.map(({ title, host, file }) => `![${title}, ${hosts[host]}](${file})\n`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function ratioTable(runs: readonly Results[], hosts: readonly string[]): string[] {
  const judged = runs.map(({ rows }) => new Map(ratiosOf(rows).map((ratio) => [ratio.id, ratio])));
  const targets = new Map(judged.flatMap((of) => [...of.values()].map(({ id, target }) => [id, target])));
  return table(
    ['ratio', 'target', ...hosts.flatMap((host) => [host, 'interval', 'verdict'])],
    [...targets].map(([id, target]) => [id, target, ...judged.flatMap((of) => ratioCells(of.get(id)))]),
  );
}

function ratioCells(ratio: Ratio | undefined): string[] {
  if (ratio === undefined) return ['', '', ''];
  const { value, low, high, verdict } = ratio;
  return [formatNumber(value), formatInterval({ low, high }), verdict === 'missed' ? '**missed**' : verdict];
}

function rowTable(runs: readonly Results[], hosts: readonly string[]): string[] {
  const measured = runs.map(({ rows }) => new Map(rows.map((row) => [row.id, row])));
  const ids = new Set(measured.flatMap((of) => [...of.keys()]));
  const known = SCENARIOS.map(({ id }) => id).filter((id) => ids.has(id));
  // A run of before may have rows that there are none of any more.
  const others = [...ids].filter((id) => !known.includes(id));
  return table(
    ['row', ...hosts.flatMap((host) => [host, 'p99', 'p99.9', 'max'])],
    [...known, ...others].map((id) => [id, ...measured.flatMap((of) => rowCells(of.get(id)))]),
  );
}

function rowCells(row: Row | undefined): string[] {
  if (row === undefined) return ['', '', '', ''];
  const { value, unit, p99, p999, max } = row;
  const time = (ns: number | undefined) => (ns === undefined ? '' : formatNs(ns));
  return [formatValue(value, unit), time(p99), time(p999), time(max)];
}

function notes(host: string, leftOut: Results['leftOut'], coreDistance: Results['coreDistance']): string[] {
  const lines = leftOut.map(({ id, reason }) => `${host}: ${id} is left out: ${reason}.\n`);
  if (coreDistance === null) return lines;
  const { apart, close } = coreDistance;
  return [
    ...lines,
    `${host}: spinning rounds with the two cores apart: ${apart}, close together: ${close} (bench/distance.ts).\n`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)];
}
