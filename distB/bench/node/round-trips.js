import { spinReadInto, trySpin } from './spin.js';
/** How long an answer of the C library may take before the message is sent again, in ms. */
const RESEND_MS = 20;
/** How long there may be no answer at all, in ms. */
const PATIENCE_MS = 5000;
/** Round trips of `size` bytes: nanoseconds per trip, one figure for each batch of `batch` trips. */
export function ping(endpoint, size, batch, batches) {
    const message = Buffer.alloc(size, 0x5a);
    const answer = Buffer.alloc(4096);
    const results = new Float64Array(batches);
    let startMs = performance.now();
    for (let i = 0; i < batches; i++) {
        trips(endpoint, message, answer, batch);
        const endMs = performance.now();
        results[i] = ((endMs - startMs) * 1e6) / batch;
        startMs = endMs;
    }
    return results;
}
function trips(endpoint, message, answer, count) {
    for (let i = 0; i < count; i++) {
        endpoint.write(message);
        spinReadInto(endpoint, answer);
    }
}
/** Sends back `count` messages. */
export function echo(endpoint, count) {
    const buffer = Buffer.alloc(4096);
    const views = new Map();
    for (let i = 0; i < count; i++) {
        const size = spinReadInto(endpoint, buffer);
        let message = views.get(size);
        if (message === undefined) {
            message = buffer.subarray(0, size);
            views.set(size, message);
        }
        endpoint.write(message);
    }
}
/**
 * Round trips to a peer that may miss a message, as the C library does when one falls between two of its reads: it is
 * sent again then, and the trip takes as long as it takes. Messages are numbered from 1 in their first four bytes.
 *
 * @param pauseUs - before each trip a pause of this to twice this, so that trips meet all phases of the peer's sleep
 * @returns nanoseconds of each trip
 */
export function carefulPing(endpoint, size, count, pauseUs) {
    const message = Buffer.alloc(size, 0x5a);
    const answer = Buffer.alloc(4096);
    const results = new Float64Array(count);
    for (let number = 1; number <= count; number++) {
        if (pauseUs > 0)
            pause((pauseUs * (1 + Math.random())) / 1000);
        message.writeUInt32LE(number);
        const startMs = performance.now();
        for (let answered = 0; answered !== number;) {
            if (performance.now() - startMs > PATIENCE_MS)
                throw new Error('the other end is gone');
            endpoint.write(message);
            if (trySpin(endpoint, answer, RESEND_MS) >= 0)
                answered = answer.readUInt32LE();
        }
        results[number - 1] = (performance.now() - startMs) * 1e6;
    }
    return results;
}
function pause(durationMs) {
    const endMs = performance.now() + durationMs;
    while (performance.now() < endMs)
        ;
}
//# sourceMappingURL=round-trips.js.map