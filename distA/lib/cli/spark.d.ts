/** Values as bars, the newest last, `width` of them at most; the tallest bar is the largest value. */
export declare function sparkline(values: readonly number[], width: number): string;
