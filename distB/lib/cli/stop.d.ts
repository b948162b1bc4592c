/** Longest delay of a timer in Node, in ms. */
export declare const LONGEST_TIMER_MS: number;
/**
 * A signal that is aborted when the command should end: on Ctrl-C, SIGTERM or SIGHUP. From the first call on, none of
 * them ends the process by itself.
 */
export declare function stopSignal(): AbortSignal;
/** Resolves after `ms` milliseconds, or at once when `stop` is aborted. */
export declare function pause(ms: number, stop: AbortSignal): Promise<void>;
