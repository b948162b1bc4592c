import { readFileSync } from 'node:fs';
import type { BridgeOptions, ChannelConfig } from '../../bridge/index.js';
import type { ShmOption } from './open-options.js';

/** What the command line of `eshm bridge` says. */
export interface BridgeFlags {
  readonly nats?: string;
  readonly as?: 'near' | 'far';
  readonly prefix?: string;
  readonly delivery?: 'newest' | 'acknowledged';
  readonly gateway?: boolean;
  readonly shm?: ShmOption;
  readonly maxDataSize?: number;
  readonly staleThreshold?: number;
  readonly resend?: number;
  readonly lease?: number;
  readonly wait?: number;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly tokenFile?: string;
  readonly nkey?: string;
  readonly creds?: string;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly config?: string;
  readonly stats?: number;
  readonly json?: boolean;
}

/** What is bridged, and how: the command line goes before the file. */
export interface Plan {
  readonly channels: readonly (string | ChannelConfig)[];
  readonly options: BridgeOptions;
}

/**
 * @throws {RangeError} for a file that cannot be used, and where there is nothing to bridge
 */
export function planOf(names: readonly string[], options: BridgeFlags): Plan {
  const file = options.config === undefined ? {} : readConfig(options.config);
  const { channels: listed = [], ...others } = file;
  const channels = [...names, ...listed];
  if (channels.length === 0)
    throw new RangeError('Cannot bridge: expected one NAME or more, or --config FILE');
  const flags: Partial<Record<keyof BridgeOptions, unknown>> = {
    servers: options.nats,
    as: options.as,
    prefix: options.prefix,
    delivery: options.delivery,
    gateway: options.gateway,
    shm: options.shm,
    maxDataSize: options.maxDataSize,
    staleThresholdMs: options.staleThreshold,
    resendMs: options.resend,
    leaseMs: options.lease,
    waitMs:
      options.wait === undefined
        ? undefined
        : options.wait === 0
          ? Number.POSITIVE_INFINITY
          : options.wait * 1000,
    user: options.user,
    password: options.passwordFile === undefined ? undefined : firstLine('password', options.passwordFile),
    token: options.tokenFile === undefined ? undefined : firstLine('token', options.tokenFile),
    nkeyFile: options.nkey,
    credsFile: options.creds,
    tlsCaFile: options.tlsCa,
    tlsCertFile: options.tlsCert,
    tlsKeyFile: options.tlsKey,
  };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return { channels, options: { ...others, ...Object.fromEntries(given) } };
}

/** A configuration file: the options of `bridge()` with `channels`. What is in it is judged where it is used. */
function readConfig(
  path: string,
): BridgeOptions & { readonly channels?: readonly (string | ChannelConfig)[] } {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RangeError(
      `Cannot bridge: ${path} cannot be used (${(error as Error).message}), expected JSON`,
    );
  }
  const isObject = typeof found === 'object' && found !== null && !Array.isArray(found);
  const channels = isObject ? (found as { channels?: unknown }).channels : undefined;
  if (!isObject || (channels !== undefined && !Array.isArray(channels))) {
    throw new RangeError(`Cannot bridge: ${path} is something else, expected {"channels": [...], ...}`);
  }
  return found as BridgeOptions;
}

function firstLine(what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0]!;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RangeError(`Cannot bridge: the ${what} file ${path} cannot be read (${code})`);
  }
}
