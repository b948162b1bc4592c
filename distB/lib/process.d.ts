/**
 * Whether a process with the id `pid` exists, as far as this pid namespace shows: signal 0 asks and sends nothing. A
 * process that has ended and was not waited for still exists.
 */
export declare function processExists(pid: number): boolean;
