const open = new Set();
/**
 * Closes `endpoint` when its thread ends with it still open: after the last event, `process.exit()` or an uncaught
 * exception. A kill, or `terminate()` of a worker thread, cannot be seen from inside; the peer sees it as stale.
 */
export function closeAtExit(endpoint) {
    if (open.size === 0)
        process.on('exit', closeAll);
    open.add(endpoint);
}
/** Takes `endpoint` off again; leaves no listener behind with the last one. */
export function forgetAtExit(endpoint) {
    open.delete(endpoint);
    if (open.size === 0)
        process.off('exit', closeAll);
}
function closeAll() {
    for (const endpoint of open) {
        try {
            endpoint.close();
        }
        catch (error) {
            process.emitWarning(error);
        }
    }
}
//# sourceMappingURL=exit.js.map