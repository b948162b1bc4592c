import { spinReadInto } from './spin.js';
/** How long a message may stay unread before the other end is taken for dead, in ms. */
const PATIENCE_MS = 5000;
/**
 * Sends `count` messages of 64 bytes, each once the one before was read: the peer's `read_count` says so.
 *
 * @returns messages per second
 */
export function stream(endpoint, count) {
    const message = Buffer.alloc(64, 0x5a);
    let read = endpoint.stats().m2sReadCount;
    const startMs = performance.now();
    for (let i = 0; i < count; i++) {
        endpoint.write(message);
        awaitReadCount(endpoint, ++read);
    }
    return count / ((performance.now() - startMs) / 1000);
}
function awaitReadCount(endpoint, expected) {
    for (let looks = 1; endpoint.stats().m2sReadCount < expected; looks++) {
        if ((looks & 0xffff) !== 0)
            continue;
        const deadlineMs = performance.now() + PATIENCE_MS;
        while (endpoint.stats().m2sReadCount < expected) {
            if (performance.now() > deadlineMs)
                throw new Error('the other end is gone');
        }
        return;
    }
}
/** Reads `count` messages and throws when one was lost. */
export function drain(endpoint, count) {
    const target = Buffer.alloc(4096);
    for (let i = 0; i < count; i++) {
        spinReadInto(endpoint, target);
        if (endpoint.missed !== 0)
            throw new Error(`${endpoint.missed} messages were lost`);
    }
}
//# sourceMappingURL=rate.js.map