import { formatCount, formatFigure } from '../printing/format.js';
import { bar } from '../printing/spark.js';
import type { Bin } from './periods.js';

/** Rows at most, beside those of the few that are shorter or longer. */
const ROWS = 10;
/** The part of the periods at either end that has no row of its own length. */
const TAIL = 0.005;

interface HistogramRow {
  readonly label: string;
  readonly count: number;
}

/** Periods by their length, a row each; nothing where there are none. @param width - columns */
export function histogram(bins: readonly Bin[], width: number): string[] {
  const rows = rowsOf(bins);
  const most = Math.max(0, ...rows.map(({ count }) => count));
  const labels = Math.max(0, ...rows.map(({ label }) => label.length));
  const counts = formatCount(most).length;
  return rows.map(({ label, count }) => {
    const room = Math.max(1, width - labels - counts - 5);
    return `  ${label.padStart(labels)} ${formatCount(count).padStart(counts)} ${bar(count, most, room)}`.trimEnd();
  });
}

/** Neighbouring bins together, so that there are few; all rows are of one proportion. */
function rowsOf(bins: readonly Bin[]): HistogramRow[] {
  if (bins.length === 0) return [];
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  const inner = bins.filter(({ count }) => {
    const [from, to] = [before, before + count];
    before = to;
    return to > TAIL * total && from < (1 - TAIL) * total;
  });
  const [least, most] = [inner[0]!.fromMs, inner.at(-1)!.toMs];
  const rows = Math.min(
    ROWS,
    Math.max(1, Math.round(Math.log(most / least) / Math.log(bins[0]!.toMs / bins[0]!.fromMs))),
  );
  const edge = (row: number) => least * (most / least) ** (row / rows);
  // The middle of a bin is on one side of an edge for certain.
  const within = (fromMs: number, toMs: number) =>
    bins
      .filter((bin) => Math.sqrt(bin.fromMs * bin.toMs) >= fromMs && Math.sqrt(bin.fromMs * bin.toMs) < toMs)
      .reduce((sum, { count }) => sum + count, 0);
  const found = Array.from({ length: rows }, (_, row) => ({
    label: `${formatFigure(edge(row))} - ${formatFigure(edge(row + 1))} ms`,
    count: within(edge(row), edge(row + 1)),
  }));
  const shorter = { label: `below ${formatFigure(least)} ms`, count: within(0, least) };
  const longer = { label: `above ${formatFigure(most)} ms`, count: within(most, Number.POSITIVE_INFINITY) };
  return [shorter, ...found, longer].filter((row) => row.count > 0 || found.includes(row));
}
