import { readFileSync } from 'node:fs';
import { describe } from '../../layout/describe.js';
import { DEFAULT_MAX_DATA_SIZE, MAX_DATA_SIZE_LIMIT } from '../../layout/index.js';
import { checkOptions, checkResendMs, checkSignal, word } from '../checks/index.js';
import { channelName, SHM_KINDS } from '../store/index.js';
import type {
  BridgeOptions,
  ChannelConfig,
  ChannelOptions,
  ResolvedBridge,
  ResolvedChannel,
  ResolvedServer,
  ServerOptions,
} from './options.js';
import { subjectsOf } from './subjects.js';

const CHANNEL_KEYS: Readonly<Record<keyof ChannelOptions, true>> = {
  as: true,
  delivery: true,
  shm: true,
  maxDataSize: true,
  staleThresholdMs: true,
  resendMs: true,
  gateway: true,
};

const BRIDGE_KEYS: Readonly<Record<keyof BridgeOptions, true>> = {
  ...CHANNEL_KEYS,
  servers: true,
  user: true,
  password: true,
  token: true,
  nkeyFile: true,
  credsFile: true,
  tlsCaFile: true,
  tlsCertFile: true,
  tlsKeyFile: true,
  prefix: true,
  leaseMs: true,
  waitMs: true,
  signal: true,
};

const DEFAULT_LEASE_MS = 600;
const DEFAULT_WAIT_MS = 10_000;

/**
 * Checks what a bridge is told and fills in what it is not.
 *
 * @throws {TypeError} for a value of the wrong type or an unknown option
 * @throws {RangeError} for one that is not allowed, also two names that are one key, and a file that cannot be read
 */
export function resolveBridge(
  channels: string | ChannelConfig | readonly (string | ChannelConfig)[],
  options: BridgeOptions,
  env: NodeJS.ProcessEnv,
): ResolvedBridge {
  checkOptions('bridge', options, BRIDGE_KEYS);
  const prefix = text('prefix', options.prefix) ?? 'eshm';
  return {
    channels: resolveChannels(channels, options, prefix),
    server: resolveServer(options, env),
    prefix,
    leaseMs: number('leaseMs', options.leaseMs, 100, 60_000) ?? DEFAULT_LEASE_MS,
    waitMs: number('waitMs', options.waitMs, 0, Number.POSITIVE_INFINITY) ?? DEFAULT_WAIT_MS,
    signal: checkSignal('bridge', options.signal),
  };
}

/** As {@link resolveBridge}, the channels alone. */
export function resolveChannels(
  channels: string | ChannelConfig | readonly (string | ChannelConfig)[],
  defaults: ChannelOptions,
  prefix: string,
): readonly ResolvedChannel[] {
  const list = Array.isArray(channels)
    ? (channels as readonly (string | ChannelConfig)[])
    : [channels as string];
  if (list.length === 0)
    throw new RangeError('Cannot bridge: there are no channels, expected one name or more');
  const resolved = list.map((one) => resolveChannel(one, defaults));
  for (const { name } of resolved) subjectsOf(prefix, name.name);
  const byKey = new Map<number, string>();
  for (const {
    name: { name, key },
  } of resolved) {
    const other = byKey.get(key);
    if (other !== undefined) {
      const what =
        other === name ? `'${name}' is there twice` : `'${other}' and '${name}' derive one key (${key})`;
      throw new RangeError(`Cannot bridge: ${what}, expected channels of their own; rename one`);
    }
    byKey.set(key, name);
  }
  return resolved;
}

function resolveChannel(channel: string | ChannelConfig, defaults: ChannelOptions): ResolvedChannel {
  const { name, ...own } = typeof channel === 'string' ? { name: channel } : (channel ?? {});
  checkOptions('bridge', own as ChannelOptions, CHANNEL_KEYS);
  const set = <K extends keyof ChannelOptions>(key: K) => (own as ChannelOptions)[key] ?? defaults[key];
  return {
    name: channelName(name as string),
    shm: word('shm', set('shm'), 'auto', ['auto', ...SHM_KINDS], 'bridge'),
    as: word<'near' | 'far', undefined>('as', set('as'), undefined, ['near', 'far'], 'bridge'),
    delivery: word('delivery', set('delivery'), 'newest', ['newest', 'acknowledged'], 'bridge'),
    maxDataSize: number('maxDataSize', set('maxDataSize'), 1, MAX_DATA_SIZE_LIMIT) ?? DEFAULT_MAX_DATA_SIZE,
    staleThresholdMs: number('staleThresholdMs', set('staleThresholdMs'), 1, 2 ** 32 - 1),
    resendMs: checkResendMs('bridge', set('resendMs')),
    gateway: flag('gateway', set('gateway')) ?? false,
  };
}

function resolveServer(options: ServerOptions, env: NodeJS.ProcessEnv): ResolvedServer {
  const given = options.servers ?? env.NATS_URL ?? 'nats://127.0.0.1:4222';
  const list = (typeof given === 'string' ? given.split(',') : [...given]).map((one) => one.trim());
  const urls = list.filter((one) => one !== '').map(serverUrl);
  if (urls.length === 0) throw new RangeError("Cannot bridge: servers is empty, expected 'nats://HOST:PORT'");
  const inUrl = urls.find(({ username }) => username !== '');
  const [user, password] = [inUrl?.username, inUrl?.password].map((part) => part && decodeURIComponent(part));
  const wantsTls = urls.some(({ protocol }) => protocol === 'tls:');
  const files = {
    caFile: text('tlsCaFile', options.tlsCaFile) ?? env.NATS_CA,
    certFile: text('tlsCertFile', options.tlsCertFile) ?? env.NATS_CERT,
    keyFile: text('tlsKeyFile', options.tlsKeyFile) ?? env.NATS_KEY,
  };
  const tls = Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));
  for (const [what, file] of Object.entries(tls)) contentOf(`TLS ${what}`, file!);
  const nkeyFile = text('nkeyFile', options.nkeyFile) ?? env.NATS_NKEY;
  const credsFile = text('credsFile', options.credsFile) ?? env.NATS_CREDS;
  const isPair = user !== undefined && password !== undefined && password !== '';
  return {
    servers: urls.map(({ host, port }) => (port === '' ? `${host}:4222` : host)),
    user: text('user', options.user) ?? (isPair ? user : env.NATS_USER),
    password: text('password', options.password) ?? (isPair ? password : env.NATS_PASSWORD),
    // A user without a password in a URL is a token, as the NATS tools have it.
    token: text('token', options.token) ?? (isPair ? undefined : user || undefined) ?? env.NATS_TOKEN,
    nkeySeed: nkeyFile === undefined ? undefined : Buffer.from(contentOf('NKey', nkeyFile).toString().trim()),
    creds: credsFile === undefined ? undefined : contentOf('credentials', credsFile),
    tls: wantsTls || Object.keys(tls).length > 0 ? tls : undefined,
  };
}

/** The parts of a server's address. What may be a secret in it is in no message. */
function serverUrl(given: string): URL {
  const withScheme = /^[a-z]+:\/\//i.test(given) ? given : `nats://${given}`;
  // Not a scheme that URL knows how to take apart.
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url !== undefined && (url.protocol === 'nats:' || url.protocol === 'tls:') && url.hostname !== '')
    return url;
  const shown = given.replace(/\/\/[^@]*@/, '//');
  throw new RangeError(
    `Cannot bridge: the server is '${shown}', expected nats://HOST:PORT or tls://HOST:PORT`,
  );
}

function contentOf(what: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new RangeError(
      `Cannot bridge: the ${what} file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}), expected a file that this user may read`,
    );
  }
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  const found = value === '' ? 'empty' : describe(value);
  throw new TypeError(`Cannot bridge: ${name} is ${found}, expected a string`);
}

function flag(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw new TypeError(`Cannot bridge: ${name} is ${describe(value)}, expected true or false`);
}

function number(name: string, value: unknown, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') {
    throw new TypeError(`Cannot bridge: ${name} is ${describe(value)}, expected a number`);
  }
  const isWhole = Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
  if (isWhole && value >= least && value <= most) return value;
  throw new RangeError(`Cannot bridge: ${name} is ${value}, expected ${least} to ${most}`);
}
