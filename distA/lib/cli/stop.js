/** Longest delay of a timer in Node, in ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Signals that end a command in good order; a closed terminal sends SIGHUP. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/**
 * A signal that is aborted when the command should end: on Ctrl-C, SIGTERM or SIGHUP. From the first call on, none of
 * them ends the process by itself.
 */
export function stopSignal() {
    const controller = new AbortController();
    for (const name of SIGNALS)
        process.on(name, () => controller.abort());
    return controller.signal;
}
/** Resolves after `ms` milliseconds, or at once when `stop` is aborted. */
export function pause(ms, stop) {
    if (stop.aborted)
        return Promise.resolve();
    return new Promise((resolve) => {
        const done = () => {
            clearTimeout(timer);
            stop.removeEventListener('abort', done);
            resolve();
        };
        const timer = setTimeout(done, ms);
        stop.addEventListener('abort', done);
    });
}
//# sourceMappingURL=stop.js.map