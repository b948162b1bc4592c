/**
 * The lines of a stream as messages, without their line ends; bytes stay as they are.
 *
 * @throws {EshmError} ESHM_BUFFER_TOO_SMALL at a line of more than `maxDataSize` bytes, with its number
 */
export declare function lines(input: AsyncIterable<Buffer>, maxDataSize: number): AsyncGenerator<Buffer>;
/** A stream as messages of up to `maxDataSize` bytes, cut wherever they come. */
export declare function blocks(input: AsyncIterable<Buffer>, maxDataSize: number): AsyncGenerator<Buffer>;
