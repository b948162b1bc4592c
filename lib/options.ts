import {
  DEFAULT_MAX_DATA_SIZE,
  DEFAULT_MODE,
  MAX_DATA_SIZE_LIMIT,
  PROTOCOL_DEFAULTS,
} from '../layout/index.js';
import { checkOptions, flag, integer, NO_OPTIONS, permissions, word } from './checks/index.js';
import { type CodecOption, type Encoding, resolveCodecs, type WireCodecs } from './codec/index.js';
import { type Idle, type IdleStrategy, idleStrategy } from './idle/index.js';
import { type OnlyWays, type RecordOption, type RecordPair, resolveRecords } from './record/endpoint.js';
import { SHM_KINDS, type ShmKind } from './store/index.js';

/** Which end of the channel an endpoint is. `auto` becomes slave where a segment is there, else master. */
export type RoleOption = 'master' | 'slave' | 'auto';

/**
 * What a slave does about a stale master: `'immediately'` stops; `'on-timeout'` and `'never'` look for a new one within
 * the limits set, and do not differ, as in the original.
 */
export type DisconnectBehavior = 'immediately' | 'on-timeout' | 'never';

/** How the store that publishes a message is made; docs/memory-order.md has the argument. */
export type Order = 'atomics' | 'plain';

/**
 * In which kind of memory the channel is: a System V segment (the original up to December 2025), a file in `/dev/shm` (the
 * original since then, and every Python program), or wherever the peer is.
 */
export type ShmOption = 'auto' | ShmKind;

/** Options of `Eshm.open`. Every one has the protocol's default. */
export interface EshmOptions<
  E extends Encoding = null,
  R extends RecordOption | undefined = undefined,
  C extends CodecOption | undefined = undefined,
> {
  /** Which end to be; `'auto'` by default. */
  readonly role?: RoleOption;
  /**
   * In which kind of memory the channel is; `'auto'` by default. Then a slave is where a master lives, in the segment where
   * one lives in both. A master goes to a slave that lives; one that finds nobody stands in both, until a slave comes to one
   * of them and the other is removed. What it writes before that is in the segment only. Of a kind that this
   * process cannot use (for want of ffi-rs, or of a permission) a master warns once, and the errors of a slave say why.
   */
  readonly shm?: ShmOption;
  /** What a slave does about a stale master; `'on-timeout'` by default. */
  readonly disconnectBehavior?: DisconnectBehavior;
  /**
   * A heartbeat that stands still this long is stale, in ms, 1 or more. Written by whoever creates the segment and read
   * by both ends: in a segment that is there already it changes nothing. 100 by default.
   */
  readonly staleThresholdMs?: number;
  /**
   * `'forever'`: a slave never gives up looking for a new master. The same as 0 for both {@link reconnectWaitMs} and
   * {@link maxReconnectAttempts}, which are not given beside it.
   */
  readonly reconnect?: 'forever' | undefined;
  /** A slave gives up reconnecting after this many ms; 0 = no limit, beside {@link maxReconnectAttempts}. 5000 by default. */
  readonly reconnectWaitMs?: number;
  /** Time between two attempts to reconnect, in ms. 100 by default. */
  readonly reconnectRetryIntervalMs?: number;
  /** A slave gives up reconnecting after this many attempts; 0 = no limit, beside {@link reconnectWaitMs}. 50 by default. */
  readonly maxReconnectAttempts?: number;
  /** Whether a master removes the segment on close, unless a live slave is in one that it took over; true by default. */
  readonly autoCleanup?: boolean;
  /**
   * Whether to beat and to watch the other's heartbeat in the background; true by default. A peer that watches takes one that
   * never beats for stale.
   */
  readonly useThreads?: boolean;
  /**
   * Bytes in one message at most, 1 to 2^29. The segment does not say, so both ends must agree: another size is refused where
   * the size of the segment or the counts of the other side's messages tell. 4096 by default.
   */
  readonly maxDataSize?: number;
  /** Permission bits of a segment that this endpoint creates; 0o666 by default, 0o600 with `ownerOnly`. */
  readonly mode?: number;
  /** Refuse a segment that another user created or owns; false by default. */
  readonly ownerOnly?: boolean;
  /**
   * Start although a live master or slave has this place already, or something else that is in use has the key; false by
   * default.
   */
  readonly force?: boolean;
  /** How waits pass the time: a name or a strategy of your own; `'adaptive'` by default. */
  readonly idle?: Idle;
  /** How messages are published; `'atomics'` by default. Means nothing in a file. */
  readonly order?: Order;
  /** What messages are to this program: bytes, or text of a kind. `null` (bytes as they are) by default. */
  readonly encoding?: E;
  /**
   * What messages are as structs, made by `record` of `eshm/record`: one record for both ways, or `{ out, in }` with one
   * for each. A way without a record has bytes, or text of the option `encoding`.
   */
  readonly record?: OnlyWays<R, 'in' | 'out', "the ways of a record are 'in' and 'out'">;
  /**
   * What messages are, by two functions of your own: `{ encode(value), decode(bytes) }`, as JSON, MessagePack, protobuf
   * or `items()` of `eshm/items` are, or `{ out, in }` with one for each way. docs/codecs.md has examples.
   */
  readonly codec?: C;
  /** `send` calls that may be under way at a time, 1 or more; 1024 by default. */
  readonly maxPending?: number;
}

/** Options with nothing left open. */
export interface ResolvedOptions
  extends Required<Omit<EshmOptions<Encoding>, 'idle' | 'record' | 'codec' | 'encoding' | 'reconnect'>> {
  readonly record: RecordPair;
  /** What each way without a record is to the program. */
  readonly codec: WireCodecs;
  readonly idle: IdleStrategy;
}

/** `send` calls that may be under way on one endpoint where its options do not say. */
const DEFAULT_MAX_PENDING = 1024;

/** Every option of `Eshm.open`. */
export const OPEN_OPTIONS: Readonly<Record<keyof EshmOptions, true>> = {
  role: true,
  shm: true,
  disconnectBehavior: true,
  reconnect: true,
  staleThresholdMs: true,
  reconnectWaitMs: true,
  reconnectRetryIntervalMs: true,
  maxReconnectAttempts: true,
  autoCleanup: true,
  useThreads: true,
  maxDataSize: true,
  mode: true,
  ownerOnly: true,
  force: true,
  idle: true,
  order: true,
  encoding: true,
  record: true,
  codec: true,
  maxPending: true,
};

type AnyOptions = EshmOptions<Encoding, RecordOption | undefined, CodecOption | undefined>;

/** The options that have a value of this type. */
type NamesOf<T> = {
  [K in keyof AnyOptions]-?: Exclude<AnyOptions[K], undefined> extends T ? K : never;
}[keyof AnyOptions];

/**
 * Checks every option and fills in the defaults.
 *
 * @throws {TypeError} for a value of the wrong type or an unknown option
 * @throws {RangeError} for a number or word that is not allowed
 */
export function resolveOptions(options: AnyOptions = NO_OPTIONS): ResolvedOptions {
  checkOptions('open', options, OPEN_OPTIONS);
  if (options.shm === 'posix' && options.order === 'plain') {
    throw new RangeError(
      "Cannot open: order is 'plain' while shm is 'posix', expected one of them; in a file no store of this process's publishes",
    );
  }
  const isEndless = word<'forever', null>('reconnect', options.reconnect, null, ['forever']) === 'forever';
  if (isEndless && (options.reconnectWaitMs ?? options.maxReconnectAttempts) !== undefined) {
    throw new RangeError(
      "Cannot open: reconnect is 'forever' beside reconnectWaitMs or maxReconnectAttempts, expected one of them",
    );
  }
  const defaults = PROTOCOL_DEFAULTS;
  const number = (name: NamesOf<number>, fallback: number, least?: number, most?: number) =>
    integer(name, options[name], fallback, least, most);
  const isSet = (name: NamesOf<boolean>, fallback: boolean) => flag(name, options[name], fallback);
  const endless = (name: NamesOf<number>, fallback: number) => (isEndless ? 0 : number(name, fallback));
  const ownerOnly = isSet('ownerOnly', false);
  const maxDataSize = number('maxDataSize', DEFAULT_MAX_DATA_SIZE, 1, MAX_DATA_SIZE_LIMIT);
  const encodings = ['cstring', 'utf8'] as const;
  const encoding = word('encoding', options.encoding ?? undefined, null, encodings);
  const behaviors = ['immediately', 'on-timeout', 'never'] as const;
  const record = resolveRecords(options.record, maxDataSize);
  return {
    role: word('role', options.role, defaults.role, ['master', 'slave', 'auto']),
    shm: word<ShmOption, 'auto'>('shm', options.shm, 'auto', ['auto', ...SHM_KINDS]),
    disconnectBehavior: word(
      'disconnectBehavior',
      options.disconnectBehavior,
      defaults.disconnectBehavior,
      behaviors,
    ),
    staleThresholdMs: number('staleThresholdMs', defaults.staleThresholdMs, 1),
    reconnectWaitMs: endless('reconnectWaitMs', defaults.reconnectWaitMs),
    reconnectRetryIntervalMs: number('reconnectRetryIntervalMs', defaults.reconnectRetryIntervalMs),
    maxReconnectAttempts: endless('maxReconnectAttempts', defaults.maxReconnectAttempts),
    autoCleanup: isSet('autoCleanup', defaults.autoCleanup),
    useThreads: isSet('useThreads', defaults.useThreads),
    maxDataSize,
    record,
    codec: resolveCodecs(options.codec, encoding, record),
    mode: permissions(options.mode, ownerOnly ? 0o600 : DEFAULT_MODE),
    ownerOnly,
    force: isSet('force', false),
    idle: idleStrategy(options.idle ?? 'adaptive'),
    order: word('order', options.order, 'atomics', ['atomics', 'plain']),
    maxPending: number('maxPending', DEFAULT_MAX_PENDING, 1),
  };
}

/** Options of a read that blocks. */
export interface ReadOptions {
  /** How long to wait, in ms: 0 looks once, `Infinity` waits without a limit. 1000 by default. */
  readonly timeoutMs?: number | undefined;
}

export const READ_OPTIONS: Readonly<Record<keyof ReadOptions, true>> = { timeoutMs: true };
