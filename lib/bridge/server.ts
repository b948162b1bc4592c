import { setTimeout as sleep } from 'node:timers/promises';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { EshmError } from '../errors.js';
import type { Client, Connection, Headers, Message, Subscription } from './client.js';
import type { ResolvedServer } from './options.js';

/** Pauses between two attempts to reach a server, in ms: from the first to the longest, each twice the one before. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** Pauses between two attempts once a server was there, in ms: it is to carry again soon after it has come back. */
const LONGEST_RETURN_PAUSE_MS = 500;

/** How long one attempt may take, in ms. */
const ATTEMPT_MS = 2000;

/** A connection on which this many answers in a row fail to come, one asked for each time, is a dead one. */
const PING_INTERVAL_MS = 1000;
const PINGS_IN_VAIN = 2;

/** A string and not a literal, so that nobody who does not bridge needs it: not the compiler, and no bundler. */
const CLIENT: string = '@nats-io/transport-node';

/** What a server tells its bridge. */
export interface ServerListener {
  /** The connection was lost, or is there again. */
  readonly onChange: (isUp: boolean, server: string) => void;
  /** Something to be told in one line. */
  readonly onNotice: (text: string) => void;
  /** It is over for good. */
  readonly onEnd: (error: Error | undefined) => void;
}

/** Loads the client, which is an optional peer of this package. */
async function loadClient(): Promise<Client> {
  try {
    return (await import(CLIENT)) as Client;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new EshmError(
      'ESHM_UNSUPPORTED',
      'Cannot bridge: @nats-io/transport-node is not installed, expected it beside eshm; npm install @nats-io/transport-node',
      { cause },
    );
  }
}

/** The connection of a bridge to its NATS server. Belongs to the thread that made it. */
export class Server {
  readonly #client: Client;
  readonly #connection: Connection;
  readonly #listener: ServerListener;
  #isUp = true;
  #isClosing = false;

  /**
   * Connects, trying again with growing pauses.
   *
   * @param onNotice - told once that there is no server yet
   * @throws {EshmError} ESHM_TIMEOUT after `waitMs`; ESHM_INVALID_PARAM at once for credentials or certificates that are
   * refused; ESHM_UNSUPPORTED without the client
   * @throws the reason of `signal`
   */
  static async connect(
    options: ResolvedServer,
    waitMs: number,
    signal: AbortSignal,
    listener: ServerListener,
  ): Promise<Server> {
    const client = await loadClient();
    const deadlineMs = performance.now() + waitMs;
    const where = options.servers.join(', ');
    for (let pauseMs = FIRST_PAUSE_MS, isTold = false; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      signal.throwIfAborted();
      try {
        return new Server(client, await client.connect(clientOptions(client, options)), listener);
      } catch (error) {
        const { isFinal, reason: found } = explain(error);
        const reason =
          found === SILENCE && isWithoutCertificate(options) ? `${found}; ${CERTIFICATE_HINT}` : found;
        if (isFinal) throw new EshmError('ESHM_INVALID_PARAM', `Cannot connect to ${where}: ${reason}`);
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

  private constructor(client: Client, connection: Connection, listener: ServerListener) {
    this.#client = client;
    this.#connection = connection;
    this.#listener = listener;
    this.#follow();
    connection.closed().then((error) => {
      this.#isUp = false;
      if (this.#isClosing) return;
      const reason = error instanceof Error ? explain(error).reason : 'the connection was closed';
      listener.onEnd(new EshmError('ESHM_INVALID_PARAM', `Cannot stay connected to ${this.name}: ${reason}`));
    });
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
    return this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) this.#hand(message, hear);
        else this.#listener.onNotice(`the server refuses ${subject}: ${error.message}`);
      },
    });
  }

  /** Resolves when the server has had all that was sent. */
  async flush(): Promise<void> {
    await this.#connection.flush();
  }

  /** Sends what is to be sent, and ends the connection. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#isUp) await Promise.race([this.#connection.flush().catch(() => {}), sleep(500)]);
    this.#isUp = false;
    await this.#connection.close().catch(() => {});
  }

  /** What is thrown here would end the client's reading of the socket, and the connection with it. */
  #hand({ subject, data, reply, headers }: Message, hear: (message: Message) => void): void {
    try {
      // The client has an empty text where nobody wants to be answered.
      hear({ subject, data, headers, ...(reply ? { reply } : {}) });
    } catch (error) {
      this.#listener.onNotice(`a message of ${subject} cannot be taken: ${(error as Error).message}`);
    }
  }

  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') {
        this.#isUp = false;
        this.#listener.onChange(false, status.server);
      } else if (status.type === 'reconnect') {
        this.#isUp = true;
        this.#listener.onChange(true, status.server);
      } else if (status.type === 'error') {
        this.#listener.onNotice(`the server says: ${explain(status.error).reason}`);
      }
    }
  }
}

function clientOptions(client: Client, options: ResolvedServer) {
  const { user, password, token, nkeySeed, creds, tls } = options;
  let attempts = 0;
  return {
    servers: [...options.servers],
    name: 'eshm-bridge',
    noEcho: true,
    timeout: ATTEMPT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_IN_VAIN,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () =>
      Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts++ % 8, 4), LONGEST_RETURN_PAUSE_MS),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(token === undefined ? {} : { token }),
    ...(nkeySeed === undefined ? {} : { authenticator: client.nkeyAuthenticator(nkeySeed) }),
    ...(creds === undefined ? {} : { authenticator: client.credsAuthenticator(creds) }),
    ...(tls === undefined ? {} : { tls: { ...tls, checkServerIdentity: identityCheck(options.servers) } }),
  };
}

/**
 * Whether a certificate names its server. The client tells TLS no name where the address is a number, and TLS then takes
 * the server for `localhost`: its certificate must name one of those that were given.
 */
function identityCheck(servers: readonly string[]) {
  const hosts = servers.map((server) => server.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'));
  return (host: string, certificate: PeerCertificate): Error | undefined => {
    const found = (host === 'localhost' ? hosts : [host]).map((name) =>
      checkServerIdentity(name, certificate),
    );
    return found.includes(undefined) ? undefined : found[0];
  };
}

/** Codes of a certificate that does not fit what was expected of it. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO/;

const SILENCE = 'nothing answered';

/** TLS 1.3 tells a client only later that its certificate is missed, and then the connection is gone. */
const CERTIFICATE_HINT =
  'a server that asks its clients for a certificate says nothing to one without (tlsCertFile, tlsKeyFile)';

function isWithoutCertificate({ tls }: ResolvedServer): boolean {
  return tls !== undefined && tls.certFile === undefined;
}

/** What is wrong, in words without secrets, and whether trying again is in vain. */
function explain(error: unknown): { readonly isFinal: boolean; readonly reason: string } {
  const causes: Error[] = [];
  for (let one = error; one instanceof Error && causes.length < 5; one = one.cause) causes.push(one);
  const names = causes.map(({ name }) => name);
  const code = causes.map((one) => (one as NodeJS.ErrnoException).code).find((one) => one !== undefined);
  const message = causes.at(-1)?.message ?? String(error);
  if (names.includes('AuthorizationError') || names.includes('UserAuthenticationExpiredError')) {
    return {
      isFinal: true,
      reason: 'the server refused the credentials; check user and password, token, NKey or credentials file',
    };
  }
  if (/nkey|seed|creds|prefix byte|checksum/i.test(message) && names.includes('NKeysError')) {
    return { isFinal: true, reason: `the NKey or credentials cannot be used (${message})` };
  }
  if (typeof code === 'string' && CERTIFICATE.test(code)) {
    return {
      isFinal: true,
      reason: `TLS failed (${code}: ${message}); check the CA certificate, and that the server's certificate names its host`,
    };
  }
  if (/tls|secure|certificate/i.test(message)) {
    return { isFinal: true, reason: `TLS failed (${message}); give both ends TLS or neither` };
  }
  if (code === 'ECONNREFUSED' || /connection refused/i.test(message)) {
    return { isFinal: false, reason: 'the connection was refused' };
  }
  if (names.includes('TimeoutError')) return { isFinal: false, reason: SILENCE };
  return { isFinal: false, reason: message };
}
