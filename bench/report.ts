import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawLatencies, drawWrites } from './pictures.js';
import type { Results, RowRecorder } from './results.js';
import { formatInterval, formatNs, formatNumber, formatValue } from './table.js';

/** What a later run is compared with. */
const RESULTS = 'results.json';

/** The results of the report in `folder`, or `undefined` where there is none. */
export function readReport(folder: string): Results | undefined {
  const path = join(folder, RESULTS);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : undefined;
}

/** As JSON with a line for each row: a report is committed, and its changes are to be read. */
function formatResults({ rows, ...head }: Results): string {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "rows": [\n${lines}\n  ]\n}\n`;
}

/** Writes `latency.svg`, `write.svg`, `report.md` and `results.json` into `folder`; a picture without rows is left as it was. */
export async function writeReport(
  folder: string,
  results: Results,
  recorders: readonly RowRecorder[],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const pictures = [
    ['Round trips', 'latency.svg', await drawLatencies(recorders)],
    ['Writes', 'write.svg', await drawWrites(results.rows)],
  ] as const;
  for (const [, file, svg] of pictures) if (svg !== undefined) writeFileSync(join(folder, file), svg);
  const shown = pictures.filter(([, file]) => existsSync(join(folder, file)));
  const links = shown.map(([title, file]) => `![${title}](${file})\n`).join('\n');
  writeFileSync(join(folder, 'report.md'), `${formatReport(results)}\n${links}`);
  writeFileSync(join(folder, RESULTS), formatResults(results));
}

/** The results as a page of Markdown. */
export function formatReport({
  machine,
  node,
  command,
  date,
  rows,
  ratios,
  leftOut,
  coreDistance,
}: Results): string {
  const lines = [
    '# Benchmark report',
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.kernel}, Node ${node.slice(1)}, ${machine.compiler ?? 'no compiler'}; ${date.slice(0, 10)}; \`${command}\``,
    '',
    '| ratio | figure | interval | target | verdict |',
    '|---|---|---|---|---|',
    ...ratios.map(
      ({ id, value, low, high, target, verdict }) =>
        `| ${id} | ${formatNumber(value)} | ${formatInterval({ low, high })} | ${target} | ${verdict === 'missed' ? '**missed**' : verdict} |`,
    ),
    '',
    'What an interval and a verdict are, and what was tried where one is missed: [docs/benchmarks.md](../../docs/benchmarks.md).',
    '',
    '| row | median | p99 | p99.9 | max |',
    '|---|---|---|---|---|',
    ...rows.map(({ id, value, unit, p99, p999, max }) => {
      const time = (ns: number | undefined) => (ns === undefined ? '' : formatNs(ns));
      return `| ${id} | ${formatValue(value, unit)} | ${time(p99)} | ${time(p999)} | ${time(max)} |`;
    }),
    '',
    ...leftOut.map(({ id, reason }) => `${id} is left out: ${reason}.\n`),
  ];
  if (coreDistance !== null) {
    const { apart, close } = coreDistance;
    lines.push(
      `Spinning rounds with the two cores apart: ${apart}, close together: ${close} (bench/distance.ts).`,
      '',
    );
  }
  return lines.join('\n');
}
