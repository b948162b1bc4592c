/** The value of `--key`: decimal, signed or not, or hexadecimal as `ipcs` prints it; gives the signed key. */
export declare function parseKey(text: string): number;
/** The value of `--id`: the kernel's number of a segment. */
export declare function parseId(text: string): number;
/** The value of `--max-data-size`: bytes. */
export declare function parseDataSize(text: string): number;
/** The value of `--count`. */
export declare function parseCount(text: string): number;
/** The value of `--timeout`, `--resend`: milliseconds; 0 looks once. */
export declare function parseMs(text: string): number;
/** The value of `--interval`: milliseconds between two looks. */
export declare function parseInterval(text: string): number;
