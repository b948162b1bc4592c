/** One channel's fields as found in memory (ESHM protocol version 2, section 2). */
export interface DecodedChannel {
    /** Even when the slot is stable, odd while a write is under way; u32. */
    sequence: number;
    /** Bytes of the slot that are valid, as found: a damaged segment can hold more than fits; u32. */
    dataSize: number;
    /** A copy of the first `dataSize` bytes of the slot, and never more than the slot has. */
    data: Uint8Array;
    /** +1 by the writer after every write; u64. */
    writeCount: bigint;
    /** +1 by the reader after every read; u64. */
    readCount: bigint;
}
/**
 * Declares a channel whose slot has N bytes: a mailbox with one writer, one reader and room for one message.
 * The counters follow the slot at the next multiple of 8, and the whole is rounded up to 64 bytes. 4224 bytes
 * for N = 4096.
 *
 * ```
 *       0       1       2       3       4       5       6       7
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |           sequence            |           dataSize            |   0
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                         data, N bytes                        ...  8
 *  ...                                        | up to a multiple of 8 |
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                          writeCount                           |   8 + N, rounded up (4104)
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                           readCount                           |  16 + N, rounded up (4112)
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |        padding, 48 bytes, then up to a multiple of 64        ... 24 + N, rounded up (4120)
 *  ...                                                              |
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 * ```
 */
export declare function declareChannel(maxDataSize: number): import("typed-struct").StructConstructor<{
    readonly data: Buffer<ArrayBufferLike>;
    dataSize: number;
    readCount: bigint;
    sequence: number;
    writeCount: bigint;
}, "Channel">;
