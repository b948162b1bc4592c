/** What the command line asked for. */
export interface BenchArguments {
    readonly quick: boolean;
    /** Ids of rows; all of them when `undefined`. */
    readonly only: readonly string[] | undefined;
    /** A file for the results, or `-` for stdout. */
    readonly json: string | undefined;
    /** Absolute path of the C library to compare with. */
    readonly lib: string | undefined;
    /** A folder for pictures and table; `undefined` writes none. */
    readonly report: string | undefined;
}
/** A command line that is not allowed; `message` is one line for the user. */
export declare class UsageError extends Error {
    readonly name = "UsageError";
}
/**
 * Reads the arguments (without node and script).
 *
 * @throws {UsageError} for what is not allowed
 * @returns `undefined` when help was asked for and printed
 */
export declare function parseArguments(args: readonly string[], defaultReport: string | undefined): BenchArguments | undefined;
