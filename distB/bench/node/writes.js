/** Nanoseconds per write of `size` bytes, one figure for each batch of `count` writes. */
export function timeWrites(endpoint, size, count, batches) {
    const message = Buffer.alloc(size, 0x5a);
    const results = new Float64Array(batches);
    for (let batch = 0; batch < batches; batch++)
        results[batch] = timeBatch(endpoint, message, count);
    return results;
}
function timeBatch(endpoint, message, count) {
    const startMs = performance.now();
    for (let i = 0; i < count; i++)
        endpoint.write(message);
    return ((performance.now() - startMs) * 1e6) / count;
}
//# sourceMappingURL=writes.js.map