/** Where `sequence` is in {@link ChannelViews.words}. */
export const SEQUENCE = 0;
/** Where `dataSize` is in {@link ChannelViews.words}. */
export const DATA_SIZE = 1;
/** Lays the views over the channel that begins `offset` bytes into the mapped segment. */
export function viewChannel(segment, layout, offset) {
    const { buffer } = segment;
    const start = segment.byteOffset + offset;
    const { channel } = layout;
    return {
        words: new Int32Array(buffer, start + channel.sequence, 2 + (layout.maxDataSize >>> 2)),
        data: new Uint8Array(buffer, start + channel.data, layout.maxDataSize),
        writeCount: new Int32Array(buffer, start + channel.writeCount, 2),
        readCount: new Int32Array(buffer, start + channel.readCount, 2),
    };
}
/** Adds 1 to the 64-bit counter of which these are the halves, in one store, so that nobody sees half of a carry. */
export function addAtCarry(halves) {
    const whole = new BigInt64Array(halves.buffer, halves.byteOffset, 1);
    whole[0] = whole[0] + 1n;
}
//# sourceMappingURL=views.js.map