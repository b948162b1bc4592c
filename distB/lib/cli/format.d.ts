/** A count with thousands separated: `12,345`. */
export declare function formatCount(count: bigint | number): string;
/** A count in five characters or less: `999`, `12.3k`, `4.5M`. */
export declare function formatShort(count: bigint | number): string;
/** Bytes: `8,576 B`, `1.0 MiB`. */
export declare function formatBytes(bytes: number): string;
/** A duration in its largest unit: `5s`, `3m`, `7h`, `12d`. */
export declare function formatAge(seconds: number): string;
/** Permission bits as `ls` and `ipcs` write them: `0666`. */
export declare function formatMode(mode: number): string;
/** A 64-bit counter for JSON: a number while it is exact, else decimal digits. */
export declare function toJsonNumber(count: bigint): number | string;
