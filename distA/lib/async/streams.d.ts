import { Readable, Writable } from 'node:stream';
import type { SendOptions } from './sender.js';
/** Options of {@link Eshm.writable}. */
export interface WritableOptions extends SendOptions {
    /** How long a chunk may wait for the peer, in ms; `Infinity` by default: the peer sets the pace. */
    readonly timeoutMs?: number;
}
/**
 * An object-mode stream of an endpoint's messages. It reads when its consumer wants more, and holds one message at
 * most: what is written while the consumer is busy is missed, as with any reader.
 */
export declare class MessageReadable<Data> extends Readable {
    #private;
    constructor(messages: AsyncIterator<Data, undefined>);
    /** @internal */
    _read(): void;
    /** @internal */
    _destroy(error: Error | null, callback: (error?: Error | null) => void): void;
}
/** An object-mode stream that takes a chunk once the peer has read the one before. */
export declare class MessageWritable extends Writable {
    #private;
    constructor(send: (data: string | Uint8Array, options: SendOptions) => Promise<void>, { timeoutMs, signal, ...options }: WritableOptions);
    /** @internal */
    _write(chunk: string | Uint8Array, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void;
    /** @internal */
    _destroy(error: Error | null, callback: (error?: Error | null) => void): void;
}
