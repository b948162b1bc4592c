import { addAbortSignal, Readable, Writable } from 'node:stream';
import { checkOptions, checkResendMs, checkSignal, checkTimeoutMs } from '../checks/index.js';
import { SEND_OPTIONS, type SendOptions } from './sender.js';

/** Options of {@link Eshm.writable}. */
export interface WritableOptions extends SendOptions {
  /** How long a chunk may wait for the peer, in ms; `Infinity` by default: the peer sets the pace. */
  readonly timeoutMs?: number | undefined;
}

/**
 * An object-mode stream of an endpoint's messages. It reads when its consumer wants more, and holds one message at
 * most: what is written while the consumer is busy is missed, as with any reader.
 */
export class MessageReadable<Data> extends Readable {
  readonly #messages: AsyncIterator<Data, undefined>;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = () => this.destroy(this.#signal?.reason);

  /** @param signal - destroys it with its reason, also while it is not reading */
  constructor(messages: AsyncIterator<Data, undefined>, signal: AbortSignal | undefined) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#messages = messages;
    this.#signal = signal;
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** @internal */
  override _read(): void {
    this.#messages.next().then(
      ({ done, value }) => {
        // To a stream null is its end.
        if (!done && value === null) this.destroy(nullError());
        else this.push(done ? null : value);
      },
      (error) => this.destroy(error),
    );
  }

  /** @internal */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#messages.return?.();
    callback(error);
  }
}

function nullError(): TypeError {
  return new TypeError(
    'Cannot pass a message on: its codec decoded it to null, expected anything else, because null ends a stream; use messages()',
  );
}

/** An object-mode stream that takes a chunk once the peer has read the one before. */
export class MessageWritable extends Writable {
  readonly #send: (data: unknown, options: SendOptions) => Promise<void>;
  readonly #options: SendOptions;
  readonly #destroyed = new AbortController();

  /** @throws {TypeError | RangeError} for a wrong option, before the first chunk */
  constructor(send: (data: unknown, options: SendOptions) => Promise<void>, options: WritableOptions) {
    checkOptions('make a stream', options, SEND_OPTIONS);
    const { timeoutMs = Number.POSITIVE_INFINITY, signal, ...others } = options;
    checkTimeoutMs('make a stream', timeoutMs);
    checkResendMs('make a stream', others.resendMs);
    checkSignal('make a stream', signal);
    super({ objectMode: true, highWaterMark: 1, decodeStrings: false });
    this.#send = send;
    this.#options = { ...others, timeoutMs, signal: this.#destroyed.signal };
    // Not as an option of the base class: one that is aborted already would destroy this before its fields are there.
    if (signal !== undefined) addAbortSignal(signal, this);
  }

  /** @internal */
  override _write(chunk: unknown, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#send(chunk, this.#options).then(() => callback(), callback);
  }

  /** @internal */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#destroyed.abort();
    callback(error);
  }
}
