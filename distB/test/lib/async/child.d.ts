/** The numbers that the mode `record` noted. */
export declare function recorded(file: string): number[];
