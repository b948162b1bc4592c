/** Rows of equal width under a line of titles. */
export declare function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string;
