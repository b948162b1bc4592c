/*
 * The report in a folder: of each kind of host (hosts.ts) the results of its last run, `results-KIND.json`, and their
 * pictures, and report.md, which has all of them side by side. A run replaces what is of its own kind of host.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostKind } from './hosts.js';
import { drawLatencies, drawWrites } from './pictures.js';
import { formatReport, type Picture } from './report-page.js';
import type { Results, RowRecorder } from './results.js';

const RESULTS = /^results-.+\.json$/;

/** The runs in the report in `folder`, one of each kind of host; none where there is no report. */
export function readReports(folder: string): Results[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => RESULTS.test(file));
  return files.sort().map((file) => readResults(join(folder, file)));
}

function readResults(path: string): Results {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`Cannot read the report ${path}: ${(error as Error).message}; restore it or remove it`, {
      cause: error,
    });
  }
}

/** As JSON with a line for each row: a report is committed, and its changes are to be read. */
function formatResults({ rows, ...head }: Results): string {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "rows": [\n${lines}\n  ]\n}\n`;
}

/**
 * Writes results and pictures of this run into `folder`, and `report.md` of them and those of other kinds of hosts that are
 * there; a picture without rows is left as it was.
 */
export async function writeReport(
  folder: string,
  results: Results,
  recorders: readonly RowRecorder[],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const kind = hostKind(results.machine);
  writeFileSync(join(folder, `results-${kind}.json`), formatResults(results));
  for (const [file, svg] of [
    [`latency-${kind}.svg`, await drawLatencies(recorders)],
    [`write-${kind}.svg`, await drawWrites(results.rows)],
  ] as const) {
    if (svg !== undefined) writeFileSync(join(folder, file), svg);
  }
  const runs = readReports(folder);
  writeFileSync(join(folder, 'report.md'), formatReport(runs, picturesOf(folder, runs)));
}

/** The pictures that are there, those of one thing beside each other. */
function picturesOf(folder: string, runs: readonly Results[]): Picture[] {
  const kinds = runs.map(({ machine }) => hostKind(machine));
  return (
    [
      ['Round trips', 'latency'],
      ['Writes', 'write'],
    ] as const
  ).flatMap(([title, name]) =>
    kinds.flatMap((kind, host) => {
      const file = `${name}-${kind}.svg`;
      return existsSync(join(folder, file)) ? [{ title, host, file }] : [];
    }),
  );
}
