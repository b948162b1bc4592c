import { setTimeout as sleep } from 'node:timers/promises';
import { EshmError } from '../errors.js';
import type { Client, Connection, Headers, Message, Subscription } from './client.js';
import { dial, explain, loadClient, withHint } from './dial.js';
import type { ResolvedServer } from './options.js';
import { MOST_REFUSALS, Refusals } from './refusals.js';
import { isAnswerable } from './subjects.js';

/** Pauses between two attempts to reach a server, in ms: from the first to the longest, each twice the one before. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** The longest once a server was there, in ms: it is to carry again soon after it has come back. */
const LONGEST_RETURN_PAUSE_MS = 400;

/** How long the end of a connection may take, in ms. */
const END_MS = 500;

/** What a server tells its bridge. */
export interface ServerListener {
  /** The connection was lost, or is there again. */
  readonly onChange: (isUp: boolean, server: string) => void;
  /** Something to be told in one line. */
  readonly onNotice: (text: string) => void;
  /** It is over for good. */
  readonly onEnd: (error: Error) => void;
}

/** A subject that somebody listens to, over all connections. */
interface Ear {
  readonly subject: string;
  readonly hear: (message: Message) => void;
  live: Subscription | undefined;
}

/**
 * The connection of a bridge to its NATS server, made anew where it breaks. Belongs to the thread that made it.
 */
export class Server {
  readonly #client: Client;
  readonly #options: ResolvedServer;
  readonly #listener: ServerListener;
  readonly #ears = new Set<Ear>();
  readonly #stop = new AbortController();
  readonly #refusals: Refusals;
  #connection: Connection;
  #isUp = true;

  /**
   * Connects, trying again with growing pauses.
   *
   * @param listener - told once that there is no server yet
   * @param mostRefusals - in a row, that end it once it was connected
   * @throws {EshmError} ESHM_TIMEOUT after `waitMs`; ESHM_INVALID_PARAM at once for credentials or certificates that are
   * refused; ESHM_UNSUPPORTED without the client
   * @throws the reason of `signal`
   */
  static async connect(
    options: ResolvedServer,
    waitMs: number,
    signal: AbortSignal,
    listener: ServerListener,
    mostRefusals = MOST_REFUSALS,
  ): Promise<Server> {
    const client = await loadClient();
    const deadlineMs = performance.now() + waitMs;
    const where = options.servers.join(', ');
    for (let pauseMs = FIRST_PAUSE_MS, isTold = false; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      signal.throwIfAborted();
      try {
        const connection = await dial(client, options);
        if (!signal.aborted) return new Server(client, options, connection, listener, mostRefusals);
        await connection.close();
      } catch (error) {
        const { isRefusal, reason: found } = explain(error);
        const reason = withHint(found, options);
        if (isRefusal) throw new EshmError('ESHM_INVALID_PARAM', `Cannot connect to ${where}: ${reason}`);
        const leftMs = deadlineMs - performance.now();
        if (leftMs <= 0) {
          throw new EshmError(
            'ESHM_TIMEOUT',
            `Cannot connect to ${where}: ${reason}, expected it within ${waitMs} ms`,
          );
        }
        if (!isTold) listener.onNotice(`no server at ${where} yet: ${reason}; trying again`);
        isTold = true;
        await sleep(Math.min(pauseMs, leftMs), undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  private constructor(
    client: Client,
    options: ResolvedServer,
    connection: Connection,
    listener: ServerListener,
    mostRefusals: number,
  ) {
    this.#refusals = new Refusals(options.servers, mostRefusals, listener.onNotice);
    this.#client = client;
    this.#options = options;
    this.#listener = listener;
    this.#connection = connection;
    this.#follow(connection);
  }

  /** Whether messages get through, as far as is known. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Host and port of the server. */
  get name(): string {
    return this.#connection.getServer();
  }

  /** Bytes in one message at most, with its headers. */
  get maxPayload(): number {
    return this.#connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
  }

  /** Empty headers to fill in. */
  headers(): Headers {
    return this.#client.headers();
  }

  /** Sends a message, or nothing while there is no connection: it would wait, and be old when it goes. */
  publish(
    subject: string,
    data?: Uint8Array | string,
    options?: { headers?: Headers; reply?: string },
  ): void {
    if (this.#isUp) this.#connection.publish(subject, data, options);
  }

  /** Has every message of `subject` handed to `hear`. */
  subscribe(subject: string, hear: (message: Message) => void): Subscription {
    const ear: Ear = { subject, hear, live: undefined };
    this.#ears.add(ear);
    if (this.#isUp) this.#listen(ear);
    return {
      unsubscribe: () => {
        this.#ears.delete(ear);
        if (this.#isUp) ear.live?.unsubscribe();
      },
    };
  }

  /** Resolves when the server has had all that was sent. */
  async flush(): Promise<void> {
    await this.#connection.flush();
  }

  /** Sends what is to be sent, and ends the connection. */
  async close(): Promise<void> {
    this.#stop.abort();
    if (this.#isUp) await Promise.race([this.#connection.flush().catch(() => {}), sleep(END_MS)]);
    this.#isUp = false;
    await this.#connection.close().catch(() => {});
  }

  #listen(ear: Ear): void {
    ear.live = this.#connection.subscribe(ear.subject, {
      callback: (error, message) => {
        if (error === null) this.#hand(message, ear.hear);
        else this.#listener.onNotice(`the server refuses ${ear.subject}: ${error.message}`);
      },
    });
  }

  /** What is thrown here would end the client's reading of the socket, and the connection with it. */
  #hand(message: Message, hear: (message: Message) => void): void {
    try {
      const { subject, data, reply } = message;
      hear({
        subject,
        data,
        // Taken apart only for who asks for them: many messages have none to be asked for, and some that cannot be.
        get headers() {
          return headersOf(message);
        },
        // Who may publish here may name any reply, also one that it may not publish to itself.
        ...(isAnswerable(subject, reply) ? { reply } : {}),
      });
    } catch (error) {
      this.#listener.onNotice(`a message of ${message.subject} cannot be taken: ${(error as Error).message}`);
    }
  }

  #follow(connection: Connection): void {
    this.#tellErrors(connection).catch(() => {});
    connection.closed().then(() => {
      if (this.#stop.signal.aborted) return;
      this.#isUp = false;
      this.#listener.onChange(false, connection.getServer());
      this.#return().catch((error) => this.#listener.onEnd(error));
    });
  }

  async #tellErrors(connection: Connection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'error')
        this.#listener.onNotice(`the server says: ${explain(status.error).reason}`);
    }
  }

  /** Makes the next connection. @throws {EshmError} ESHM_INVALID_PARAM for what trying again does not mend */
  async #return(): Promise<void> {
    const { signal } = this.#stop;
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !signal.aborted;
      pauseMs = Math.min(2 * pauseMs, LONGEST_RETURN_PAUSE_MS)
    ) {
      // Not all at once: a server that comes back has many clients.
      await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      let connection: Connection;
      try {
        connection = await dial(this.#client, this.#options);
      } catch (error) {
        this.#refusals.note(error);
        continue;
      }
      if (signal.aborted) await connection.close();
      else this.#takeOn(connection);
      return;
    }
  }

  #takeOn(connection: Connection): void {
    this.#connection = connection;
    this.#isUp = true;
    this.#refusals.forget();
    for (const ear of this.#ears) this.#listen(ear);
    this.#follow(connection);
    this.#listener.onChange(true, connection.getServer());
  }
}

/** The client takes them apart when it is asked for them, and throws for a name that no server has looked at. */
function headersOf(message: Message): Headers | undefined {
  try {
    return message.headers;
  } catch (cause) {
    throw new RangeError('a name has a character that is allowed in none', { cause });
  }
}
