/*
 * What a bridge may be told, and what it is once nothing is left open. resolve.ts judges it.
 */
import type { ShmOption } from '../options.js';
import type { ChannelName } from '../store/index.js';
import type { End } from './subjects.js';

/**
 * How messages are carried. `'newest'`: the mailbox's own rule, end to end. `'acknowledged'`: a message counts as read on
 * one machine only when it was read on the other.
 */
export type Delivery = 'newest' | 'acknowledged';

/** What a bridge may be told of one channel. */
export interface ChannelOptions {
  /** `'near'` where the master is, `'far'` where the slave is. Not given: near if a master lives here within 2 s. */
  readonly as?: End | undefined;
  /** How the messages that leave here are carried; `'newest'` by default. */
  readonly delivery?: Delivery | undefined;
  /** In which kind of memory the channel is here; `'auto'` by default: as the option of `Eshm.open`. */
  readonly shm?: ShmOption | undefined;
  /** Bytes in one message at most, 1 to 2^29: the same in both segments. 4096 by default. */
  readonly maxDataSize?: number | undefined;
  /** Stale threshold of a segment made at the far end, in ms; that of the near end's by default. */
  readonly staleThresholdMs?: number | undefined;
  /**
   * Publish an `acknowledged` message here again every so many ms until it was read, for peers that forget what is
   * written between their reads: as `send` has it. Not set by default.
   */
  readonly resendMs?: number | undefined;
  /**
   * Whether anybody on the server may be the other side, and not only a bridge: then this end lives while the server is
   * there. `false` by default.
   */
  readonly gateway?: boolean | undefined;
}

/** Who may use a server, and how it is known. What is not given is taken from the variables of the NATS tools. */
export interface ServerOptions {
  /** `nats://HOST:PORT` or `tls://HOST:PORT`, several with commas or as an array. NATS_URL, else 127.0.0.1:4222. */
  readonly servers?: string | readonly string[] | undefined;
  /** NATS_USER. */
  readonly user?: string | undefined;
  /** NATS_PASSWORD. */
  readonly password?: string | undefined;
  /** NATS_TOKEN. */
  readonly token?: string | undefined;
  /** Path of a file with the seed of an NKey; NATS_NKEY. */
  readonly nkeyFile?: string | undefined;
  /** Path of a credentials file; NATS_CREDS. */
  readonly credsFile?: string | undefined;
  /** Path of the certificate of who signs servers' certificates; NATS_CA. With any of the three, TLS is required. */
  readonly tlsCaFile?: string | undefined;
  /** Path of this client's certificate; NATS_CERT. */
  readonly tlsCertFile?: string | undefined;
  /** Path of its key; NATS_KEY. */
  readonly tlsKeyFile?: string | undefined;
}

/** Options of {@link bridge}. Those of a channel hold for all channels that say nothing else. */
export interface BridgeOptions extends ChannelOptions, ServerOptions {
  /** First words of all subjects; `'eshm'` by default. */
  readonly prefix?: string | undefined;
  /** A bridge that is silent for this long is gone for the other one, in ms; 100 to 60000, 600 by default. */
  readonly leaseMs?: number | undefined;
  /** How long to try to reach a server at the start, in ms; `Infinity` for no limit. 10000 by default. */
  readonly waitMs?: number | undefined;
  /** Ends the bridge. */
  readonly signal?: AbortSignal | undefined;
}

/** One channel of several: its name, and what is different in it. */
export interface ChannelConfig extends ChannelOptions {
  /** The channel's name; the same on both machines. */
  readonly name: string;
}

/** A channel with nothing left open but which end it is. */
export interface ResolvedChannel {
  readonly name: ChannelName;
  readonly shm: ShmOption;
  readonly as: End | undefined;
  readonly delivery: Delivery;
  readonly maxDataSize: number;
  readonly staleThresholdMs: number | undefined;
  readonly resendMs: number | undefined;
  readonly gateway: boolean;
}

/** How a server is reached, with nothing left open. Holds secrets: never printed. */
export interface ResolvedServer {
  readonly servers: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
  readonly nkeySeed: Uint8Array | undefined;
  readonly creds: Uint8Array | undefined;
  readonly tls:
    | { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string }
    | undefined;
}

/** Options of a bridge with nothing left open. */
export interface ResolvedBridge {
  readonly channels: readonly ResolvedChannel[];
  readonly server: ResolvedServer;
  readonly prefix: string;
  readonly leaseMs: number;
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
}
