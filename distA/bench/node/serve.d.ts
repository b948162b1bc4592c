/** Carries out one command; gives what follows `ok` in the answer. */
export type Command = (...words: string[]) => string | Promise<string> | undefined;
/**
 * Serves until `quit` or the end of stdin, one command after the other. What throws is answered with `error TEXT`.
 *
 * @param atEnd - lets go of what is still open
 */
export declare function serve(commands: Record<string, Command>, atEnd?: () => void): Promise<void>;
/** `KEY=A,B,...`, as parseFigures() in drivers.ts reads it. */
export declare function figures(key: string, values: ArrayLike<number>): string;
/** Nanoseconds of CLOCK_MONOTONIC, the clock of the native driver too. */
export declare function nowNs(): bigint;
