/** A word nobody ever changes: `Atomics.wait` on it is a sleep. Every thread has its own. */
const never = new Int32Array(new SharedArrayBuffer(4));
/**
 * Blocks this thread for `ms` milliseconds. Linux adds its timer slack: 1 microsecond takes 75, 100 take 195
 * (Node 20.20, 2026-11).
 */
export function sleepSync(ms) {
    Atomics.wait(never, 0, 0, ms);
}
//# sourceMappingURL=strategy.js.map