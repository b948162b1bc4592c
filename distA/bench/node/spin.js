/** How long a spinning reader waits for the other end before it takes it for dead, in ms. */
const PATIENCE_MS = 5000;
/** Looks between two looks at the clock, which costs more than many of them. */
const LOOKS = 1 << 18;
/**
 * Spins until the next message is in `target`.
 *
 * @returns its size in bytes
 * @throws {Error} when none came for some seconds
 */
export function spinReadInto(endpoint, target) {
    for (let i = 0; i < LOOKS; i++) {
        const size = endpoint.tryReadInto(target);
        if (size >= 0)
            return size;
    }
    return spinPatiently(endpoint, target);
}
function spinPatiently(endpoint, target) {
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (;;) {
        const size = trySpin(endpoint, target, 1);
        if (size >= 0)
            return size;
        if (performance.now() > deadlineMs)
            throw new Error('the other end is gone');
    }
}
/** Spins until a message is in `target` or `timeoutMs` is over; its size in bytes, or -1. */
export function trySpin(endpoint, target, timeoutMs) {
    const deadlineMs = performance.now() + timeoutMs;
    do {
        for (let i = 0; i < 256; i++) {
            const size = endpoint.tryReadInto(target);
            if (size >= 0)
                return size;
        }
    } while (performance.now() < deadlineMs);
    return -1;
}
//# sourceMappingURL=spin.js.map