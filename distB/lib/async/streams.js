import { Readable, Writable } from 'node:stream';
/**
 * An object-mode stream of an endpoint's messages. It reads when its consumer wants more, and holds one message at
 * most: what is written while the consumer is busy is missed, as with any reader.
 */
export class MessageReadable extends Readable {
    #messages;
    constructor(messages) {
        super({ objectMode: true, highWaterMark: 1 });
        this.#messages = messages;
    }
    /** @internal */
    _read() {
        this.#messages.next().then(({ done, value }) => this.push(done ? null : value), (error) => this.destroy(error));
    }
    /** @internal */
    _destroy(error, callback) {
        this.#messages.return?.();
        callback(error);
    }
}
/** An object-mode stream that takes a chunk once the peer has read the one before. */
export class MessageWritable extends Writable {
    #send;
    #options;
    #destroyed = new AbortController();
    constructor(send, { timeoutMs = Number.POSITIVE_INFINITY, signal, ...options }) {
        super({ objectMode: true, highWaterMark: 1, decodeStrings: false, ...(signal && { signal }) });
        this.#send = send;
        this.#options = { ...options, timeoutMs, signal: this.#destroyed.signal };
    }
    /** @internal */
    _write(chunk, _encoding, callback) {
        this.#send(chunk, this.#options).then(() => callback(), callback);
    }
    /** @internal */
    _destroy(error, callback) {
        this.#destroyed.abort();
        callback(error);
    }
}
//# sourceMappingURL=streams.js.map