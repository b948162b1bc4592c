import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { EshmError } from '../errors.js';
import type { Client, Connection } from './client.js';
import type { ResolvedServer } from './options.js';

/*
 * How a connection is made, and why one cannot be. The client makes a lost one anew by itself, but it goes by the wall
 * clock there: after a jump backwards it waited for as long as the clock had jumped (3.4.0, found by chaos:bridge). So it
 * makes one connection here, and server.ts makes the next.
 */

/** How long one attempt may take for each server, in ms. */
const ATTEMPT_MS = 2000;

/** A connection on which this many answers in a row fail to come, one asked for each time, is a dead one. */
const PING_INTERVAL_MS = 1000;
const PINGS_IN_VAIN = 2;

/** A string and not a literal, so that nobody who does not bridge needs it: not the compiler, and no bundler. */
const CLIENT: string = '@nats-io/transport-node';

/** Loads the client, which is an optional peer of this package. */
export async function loadClient(): Promise<Client> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ CLIENT)) as Client;
  } catch (cause) {
    // A bundle that is CommonJS has the code of require().
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(code)) throw cause;
    throw new EshmError(
      'ESHM_UNSUPPORTED',
      'Cannot bridge: @nats-io/transport-node is not installed, expected it beside eshm; npm install @nats-io/transport-node',
      { cause },
    );
  }
}

/** Makes one connection, to the first of the servers that answers. */
export function dial(client: Client, options: ResolvedServer): Promise<Connection> {
  const { user, password, token, nkeySeed, creds, tls } = options;
  return client.connect({
    servers: [...options.servers],
    name: 'eshm-bridge',
    noEcho: true,
    timeout: ATTEMPT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_IN_VAIN,
    reconnect: false,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(token === undefined ? {} : { token }),
    ...(nkeySeed === undefined ? {} : { authenticator: client.nkeyAuthenticator(nkeySeed) }),
    ...(creds === undefined ? {} : { authenticator: client.credsAuthenticator(creds) }),
    ...(tls === undefined ? {} : { tls: { ...tls, checkServerIdentity: identityCheck(options.servers) } }),
  });
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

/** Codes of a net or a server that is not there now, whatever the words beside them: those may name TLS, or a host. */
const OF_THE_NET = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EADDR|EAI_|ENOTFOUND)/;

const SILENCE = 'nothing answered';
const CUT = 'the connection was closed before it was made';

/** TLS 1.3 tells a client only later that its certificate is missed, and then the connection is gone. */
const CERTIFICATE_HINT =
  'a server that asks its clients for a certificate says nothing to one without (tlsCertFile, tlsKeyFile)';

/** A reason, and what may be behind it at a server that was never reached before. */
export function withHint(reason: string, { tls }: ResolvedServer): string {
  const isMute = reason === SILENCE || reason === CUT;
  return isMute && tls !== undefined && tls.certFile === undefined
    ? `${reason}; ${CERTIFICATE_HINT}`
    : reason;
}

/** What is wrong, in words without secrets. */
export interface Explained {
  /** Whether the server, or TLS, has said no: then trying again is in vain, unless something is changed there. */
  readonly isRefusal: boolean;
  readonly reason: string;
}

/** Why a connection cannot be made, or was ended. */
export function explain(error: unknown): Explained {
  const causes: Error[] = [];
  for (let one = error; one instanceof Error && causes.length < 5; one = one.cause) causes.push(one);
  const names = causes.map(({ name }) => name);
  const code = causes
    .map((one): unknown => (one as NodeJS.ErrnoException).code)
    .find((one): one is string => typeof one === 'string');
  const message = causes.at(-1)?.message ?? String(error);
  if (causes.some((one) => /authentication timeout/i.test(one.message))) {
    return { isRefusal: false, reason: 'the server did not find out in time who this is' };
  }
  if (names.includes('AuthorizationError') || names.includes('UserAuthenticationExpiredError')) {
    return {
      isRefusal: true,
      reason: 'the server refused the credentials; check user and password, token, NKey or credentials file',
    };
  }
  if (/nkey|seed|creds|prefix byte|checksum/i.test(message) && names.includes('NKeysError')) {
    return { isRefusal: true, reason: `the NKey or credentials cannot be used (${message})` };
  }
  if (code !== undefined && OF_THE_NET.test(code))
    return { isRefusal: false, reason: reasonOf(code, message) };
  if (code !== undefined && CERTIFICATE.test(code)) {
    return {
      isRefusal: true,
      reason: `TLS failed (${code}: ${message}); check the CA certificate, and that the server's certificate names its host`,
    };
  }
  if (/tls|secure|certificate/i.test(message)) {
    return { isRefusal: true, reason: `TLS failed (${message}); give both ends TLS or neither` };
  }
  if (/connection refused/i.test(message))
    return { isRefusal: false, reason: reasonOf('ECONNREFUSED', message) };
  if (names.includes('TimeoutError')) return { isRefusal: false, reason: SILENCE };
  return { isRefusal: false, reason: message };
}

function reasonOf(code: string, message: string): string {
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  return code === 'ECONNRESET' ? CUT : message;
}
