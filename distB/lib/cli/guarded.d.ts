/**
 * Wraps a subcommand's action, so that a failed system call ends as one line that says what was attempted, and never as
 * a stack trace.
 */
export declare function guarded<Args extends unknown[]>(action: string, run: (...args: Args) => void | Promise<void>): (...args: Args) => Promise<void>;
