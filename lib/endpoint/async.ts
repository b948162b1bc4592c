import type { Readable, Writable } from 'node:stream';
import {
  AsyncReader,
  type AsyncReadOptions,
  type Message,
  MessageIterator,
  MessageReadable,
  type MessagesOptions,
  MessageWritable,
  PassedOver,
  Sender,
  type SendOptions,
  type SendSyncOptions,
  type WritableOptions,
} from '../async/index.js';
import { NO_OPTIONS } from '../checks/index.js';
import type { Encoder } from '../codec/index.js';
import { followSend, followSendSync } from '../diagnostics/index.js';
import type { WriteOf } from '../record/endpoint.js';
import type { AnyRecord } from '../record/index.js';
import type { EndpointCore } from './core.js';
import { SyncEndpoint } from './sync.js';

/** The part of an endpoint that waits: for messages, and until those that were sent have been read. Made as `Eshm` only. */
export class AsyncEndpoint<
    Data,
    In extends AnyRecord | undefined,
    // biome-ignore lint/suspicious/noExplicitAny: what an encoder is given is contravariant, and this is any
    Out extends AnyRecord | Encoder<any> | undefined,
  >
  extends SyncEndpoint<Data, In, Out>
  implements AsyncIterable<Data>
{
  readonly #core: EndpointCore;
  #asyncReader: AsyncReader<Data> | undefined;
  #sender: Sender | undefined;

  /** @internal */
  protected constructor(core: EndpointCore) {
    super(core);
    this.#core = core;
  }

  /**
   * Waits for a message without blocking the event loop. While messages come within 0.3 ms it looks at every turn of the
   * loop; else it parks until the heartbeat worker wakes it, within about a millisecond, or shortly before the message is
   * due where the stream has a rhythm. From then on it looks each 0.15 ms, for a millisecond at most, with a turn of the loop
   * in between. The option `wake` asks for less delay or less load. Keeps the process alive while it waits. What was read is the caller's; an aborted
   * read has read nothing.
   *
   * @param options - `timeoutMs` (1000 by default; 0 for a turn of the event loop, `Infinity` for no limit) and `signal`
   * @returns a promise that rejects with a RangeError or TypeError for such an option, with the reason of `signal`, or
   * with an EshmError: ESHM_TIMEOUT, ESHM_NO_DATA with a timeout of 0, ESHM_CORRUPT (the next message is read as usual),
   * ESHM_MASTER_STALE, ESHM_CLOSED, ESHM_INVALID_PARAM while another asynchronous read, iterator or stream reads
   *
   * @example
   * const message = await slave.read({ timeoutMs: 5000, signal: AbortSignal.timeout(60_000) });
   */
  read(options?: AsyncReadOptions): Promise<Data> {
    return this.#reading.read(options);
  }

  /**
   * Every message with what is known about it, without a limit of time. As {@link read} otherwise: one reader at a
   * time, from the first message until the loop is left. Lives through a reconnect, and passes over a message that is
   * corrupt (event `corrupt`, else a warning of the process for the first one; `stats().corrupt`); throws ESHM_CLOSED or
   * ESHM_MASTER_STALE once the endpoint is closed or has given up.
   *
   * @param options - `signal` ends the loop, which throws its reason
   * @throws {TypeError} at once for a wrong option
   *
   * @example
   * for await (const { data, missed } of slave.messages()) {
   *   console.log(data.length, missed);
   *   if (String(data) === 'stop') break;
   * }
   */
  messages(options: MessagesOptions = NO_OPTIONS): AsyncIterableIterator<Message<Data>, undefined> {
    return new MessageIterator(this.#reading, options, (data) => {
      const { reader, header } = this.#core.session.link;
      return { data, count: reader.count, missed: reader.missed, generation: header.generation };
    });
  }

  /** As {@link messages}, the data alone. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Data, undefined> {
    return new MessageIterator(this.#reading, NO_OPTIONS, (data: Data) => data);
  }

  /**
   * Publishes `data` and waits, without blocking the event loop, until the peer has read it: its `readCount` has moved.
   * Calls that overlap queue in order, up to the option `maxPending`; no message replaces one of an earlier call that is
   * still waited for. `data` may be changed as soon as this returns.
   *
   * Without `resendMs` the message is published once and read at most once. A peer that forgets what was written
   * between its reads (the original's C++ and Python on System V) may never see it: set `resendMs`, and it is published
   * again until read. Then it may be read more than once.
   *
   * A peer that was killed after it read a message has read it, as far as anyone can tell. When a slave finds a new
   * master's segment while it waits, the message is published again there with `resendMs`; without it the promise
   * rejects with ESHM_MASTER_STALE. A send that was aborted or timed out leaves its message in the slot: it may still be
   * read, and the next one replaces it.
   *
   * @param data - bytes or text, as {@link write} takes them
   * @param options - `timeoutMs` from the call on (1000 by default), `signal`, `resendMs`
   * @returns a promise that rejects with a TypeError or RangeError for a wrong argument, with the reason of `signal`, or
   * with an EshmError: ESHM_TIMEOUT (`peerAlive` says whether the peer's heart was beating), ESHM_BUFFER_FULL (too many
   * are under way, or a plain {@link write} has replaced the message), ESHM_BUFFER_TOO_SMALL, ESHM_MASTER_STALE,
   * ESHM_CLOSED
   *
   * @example
   * await master.send('open the gripper', { timeoutMs: 5000, resendMs: 5 });
   */
  send(data: WriteOf<Out>, options?: SendOptions): Promise<void> {
    try {
      const bytes = this.#core.toMessage(data);
      const sender = this.#sending;
      return followSend(this, bytes.length, () => sender.send(bytes, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * As {@link send}, but blocks this thread: for scripts and worker threads. How it passes the time is the option `idle`.
   *
   * @param data - bytes or text, as {@link write} takes them
   * @param options - `timeoutMs` (1000 by default), `resendMs`
   * @throws {TypeError | RangeError} for a wrong argument
   * @throws {EshmError} as `send` rejects; ESHM_BUFFER_FULL while one of those is under way
   */
  sendSync(data: WriteOf<Out>, options?: SendSyncOptions): void {
    const bytes = this.#core.toMessage(data);
    const sender = this.#sending;
    followSendSync(this, bytes.length, () => sender.sendSync(bytes, options));
  }

  /**
   * An object-mode stream of the messages. It reads when its consumer wants more; a message that is overwritten
   * meanwhile is missed, one that is corrupt is passed over. Ends with an error when the endpoint is closed or gives up.
   * It is the reader from its first look until it is destroyed; see {@link messages}.
   *
   * @param options - `signal` destroys the stream with its reason
   * @throws {TypeError} for a wrong option
   */
  readable(options: MessagesOptions = NO_OPTIONS): Readable {
    const messages = new MessageIterator(this.#reading, options, (data: Data) => data);
    return new MessageReadable(messages, options.signal);
  }

  /**
   * An object-mode stream of strings or bytes, each a message that is {@link send | sent}: the next chunk is taken when
   * the peer has read this one.
   *
   * @param options - those of `send`, for every chunk; `timeoutMs` is `Infinity` by default. `signal` destroys the stream
   * @throws {TypeError | RangeError} for a wrong option
   *
   * @example
   * await pipeline(Readable.from(['open', 'grip']), master.writable({ resendMs: 5 }));
   */
  writable(options: WritableOptions = NO_OPTIONS): Writable {
    return new MessageWritable((data, each) => this.send(data as WriteOf<Out>, each), options);
  }

  get #reading(): AsyncReader<Data> {
    if (this.#asyncReader !== undefined) return this.#asyncReader;
    const { session, permit } = this.#core;
    const passedOver = new PassedOver(this, "stats().corrupt counts them, the event 'corrupt' tells each");
    this.#asyncReader = new AsyncReader({
      name: this.name,
      session,
      take: () => this.tryRead(),
      onPassedOver: (error) => passedOver.note(error),
      whyNothing: () => permit.whyNothing(),
    });
    return this.#asyncReader;
  }

  get #sending(): Sender {
    const { session, permit, options } = this.#core;
    permit.toLook('send');
    this.#sender ??= new Sender(this.name, session, options);
    return this.#sender;
  }
}
