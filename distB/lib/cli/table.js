import Table from 'cli-table3';
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
 * @param width - columns of the terminal; the least important columns go until the rest fits
 * @param paint - colours a cell after it was measured
 */
export function renderTable(columns, rows, width = Number.POSITIVE_INFINITY, paint = (text) => text) {
    const measured = columns.map((column) => {
        const cells = rows.map((row) => clip(column.show(row), column.maxWidth));
        return { column, cells, width: Math.max(column.title.length, ...cells.map((cell) => [...cell].length)) };
    });
    const fits = (shown) => shown.reduce((sum, { width }) => sum + width + 1, -1) <= width;
    let shown = measured;
    while (!fits(shown)) {
        const highest = Math.max(...shown.map(({ column }) => column.rank ?? 0));
        if (highest === 0)
            break;
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
        table.push(shown.map(({ column, cells }) => paint(cells[index], row, column)));
    }
    return table
        .toString()
        .split('\n')
        .map((line) => line.trimEnd());
}
/** `text` cut to `width` columns, with an ellipsis where something is missing. */
export function clip(text, width = Number.POSITIVE_INFINITY) {
    const characters = [...text];
    return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
//# sourceMappingURL=table.js.map