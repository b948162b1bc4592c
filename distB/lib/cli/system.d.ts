/** The text of a file, trimmed, or `undefined` where it cannot be read. */
export declare function readText(path: string): string | undefined;
/**
 * The name of a process, safe to print; `undefined` when there is none under this id here. An id from another pid
 * namespace (a container) can meet an unrelated process.
 */
export declare function processName(pid: number): string | undefined;
/** The name of a user of this machine, or the number where `/etc/passwd` has none. */
export declare function userName(uid: number): string;
