/** Something that must be closed before its thread ends. */
interface Closable {
    close(): void;
}
/**
 * Closes `endpoint` when its thread ends with it still open: after the last event, `process.exit()` or an uncaught
 * exception. A kill, or `terminate()` of a worker thread, cannot be seen from inside; the peer sees it as stale.
 */
export declare function closeAtExit(endpoint: Closable): void;
/** Takes `endpoint` off again; leaves no listener behind with the last one. */
export declare function forgetAtExit(endpoint: Closable): void;
export {};
