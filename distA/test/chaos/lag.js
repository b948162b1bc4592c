/** How late a timer may be before it counts, in ms. */
const GRACE_MS = 2;
const STEP_MS = 5;
/**
 * Adds up for how long this process was ready to run and did not get a core. Where everything shares two noisy cores,
 * no promise in milliseconds can be judged without it.
 */
export class LagMeter {
    /** Time stolen since the start, in ms. */
    totalMs = 0;
    #timer;
    #dueMs = performance.now() + STEP_MS;
    constructor() {
        this.#timer = setInterval(() => {
            const now = performance.now();
            this.totalMs += Math.max(0, now - this.#dueMs - GRACE_MS);
            this.#dueMs = now + STEP_MS;
        }, STEP_MS);
    }
    stop() {
        clearInterval(this.#timer);
    }
}
//# sourceMappingURL=lag.js.map