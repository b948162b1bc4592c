/** A column of a table. */
export interface Column<Row> {
    readonly title: string;
    readonly show: (row: Row) => string;
    readonly align?: 'left' | 'right';
    /** Columns with the highest number go first where the terminal is too narrow; 0 stays. */
    readonly rank?: number;
    /** Longest text that is shown whole. */
    readonly maxWidth?: number;
}
/**
 * Renders rows under titles, one line each.
 *
 * @param width - columns of the terminal; the least important columns go until the rest fits
 * @param paint - colours a cell after it was measured
 */
export declare function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width?: number, paint?: (text: string, row: Row, column: Column<Row>) => string): string[];
/** `text` cut to `width` columns, with an ellipsis where something is missing. */
export declare function clip(text: string, width?: number): string;
