import Table from 'cli-table3';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly show: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** Columns with the highest number go first where the terminal is too narrow; 0 stays. */
  readonly rank?: number;
  /** What is shown in the place of `show` where the terminal is too narrow for all columns as they are. */
  readonly brief?: (row: Row) => string;
  /** Longest text that is shown whole. */
  readonly maxWidth?: number;
}

/** No lines, one space between columns. */
const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/**
 * Renders rows under titles, one line each.
 *
 * @param width - columns of the terminal; where they are too few, cells are brief that can be, and then the least
 *   important columns go until the rest fits
 * @param paint - colours a cell after it was measured
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width = Number.POSITIVE_INFINITY,
  paint: (text: string, row: Row, column: Column<Row>) => string = (text) => text,
): string[] {
  const measure = (column: Column<Row>, show: (row: Row) => string) => {
    const cells = rows.map((row) => clip(show(row), column.maxWidth));
    return { column, cells, width: Math.max(column.title.length, ...cells.map((cell) => [...cell].length)) };
  };
  let shown = columns.map((column) => measure(column, column.show));
  const fits = (some: typeof shown) => some.reduce((sum, { width }) => sum + width + 1, -1) <= width;
  if (!fits(shown)) shown = columns.map((column) => measure(column, column.brief ?? column.show));
  while (!fits(shown)) {
    const highest = Math.max(...shown.map(({ column }) => column.rank ?? 0));
    if (highest === 0) break;
    const dropped = shown.findLastIndex(({ column }) => column.rank === highest);
    shown = shown.toSpliced(dropped, 1);
  }
  const table = new Table({
    head: shown.map(({ column }) => column.title),
    chars: PLAIN,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: shown.map(({ column }) => column.align ?? 'left'),
    colWidths: shown.map(({ width }) => width),
  });
  for (const [index, row] of rows.entries()) {
    table.push(shown.map(({ column, cells }) => paint(cells[index]!, row, column)));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** `text` cut to `width` columns, with an ellipsis where something is missing. */
export function clip(text: string, width = Number.POSITIVE_INFINITY): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
