/**
 * Keeps reads and sends that never have to wait from starving the event loop: promises that are settled at once run
 * as microtasks, one after the other, and timers and sockets would not get a turn. One state per thread.
 */
/** Time that waits may end without a turn of the event loop in between, in ms. */
const LONGEST_RUN_MS = 0.5;
let running = false;
let sinceMs = 0;
/** Notes that a wait ends without a turn of the event loop. */
export function noteNoTurn() {
    if (running)
        return;
    running = true;
    sinceMs = performance.now();
    setImmediate(turned).unref();
}
/** Whether the next wait must let the event loop turn before it looks. */
export function owesTurn() {
    return running && performance.now() - sinceMs >= LONGEST_RUN_MS;
}
function turned() {
    running = false;
}
//# sourceMappingURL=loop-turn.js.map