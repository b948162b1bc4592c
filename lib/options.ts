import {
  DEFAULT_MAX_DATA_SIZE,
  DEFAULT_MODE,
  DEFAULT_READ_TIMEOUT_MS,
  layoutFor,
  PROTOCOL_DEFAULTS,
} from '../layout/index.js';
import type { Encoding } from './async/encoding.js';
import { type Idle, type IdleStrategy, idleStrategy } from './idle/index.js';

/** Which end of the channel an endpoint is. `auto` becomes slave where a segment is there, else master. */
export type RoleOption = 'master' | 'slave' | 'auto';

/**
 * What a slave does about a stale master: `'immediately'` stops; `'on-timeout'` and `'never'` look for a new one within
 * the limits set, and do not differ, as in the original.
 */
export type DisconnectBehavior = 'immediately' | 'on-timeout' | 'never';

/** How the store that publishes a message is made; docs/memory-order.md has the argument. */
export type Order = 'atomics' | 'plain';

/** Options of `Eshm.open`. Every one has the protocol's default. */
export interface EshmOptions<E extends Encoding = null> {
  /** Which end to be; `'auto'` by default. */
  readonly role?: RoleOption;
  /** What a slave does about a stale master; `'on-timeout'` by default. */
  readonly disconnectBehavior?: DisconnectBehavior;
  /**
   * A heartbeat that stands still this long is stale, in ms, 1 or more. Written by whoever creates the segment and read
   * by both ends: in a segment that is there already it changes nothing. 100 by default.
   */
  readonly staleThresholdMs?: number;
  /** A slave gives up reconnecting after this many ms; 0 = no limit. 5000 by default. */
  readonly reconnectWaitMs?: number;
  /** Time between two attempts to reconnect, in ms. 100 by default. */
  readonly reconnectRetryIntervalMs?: number;
  /** A slave gives up reconnecting after this many attempts; 0 = no limit. 50 by default. */
  readonly maxReconnectAttempts?: number;
  /** Whether a master removes the segment on close, unless a live slave is in one that it took over; true by default. */
  readonly autoCleanup?: boolean;
  /** Whether to beat and to watch the other's heartbeat in the background; true by default. */
  readonly useThreads?: boolean;
  /** Bytes in one message at most, 1 to 2^29. The segment does not say, so both ends must agree. 4096 by default. */
  readonly maxDataSize?: number;
  /** Permission bits of a segment that this endpoint creates; 0o666 by default, 0o600 with `ownerOnly`. */
  readonly mode?: number;
  /** Refuse a segment that another user created or owns; false by default. */
  readonly ownerOnly?: boolean;
  /** Start although a live master or slave has this place already, or something else has the key; false by default. */
  readonly force?: boolean;
  /** How waits pass the time: a name or a strategy of your own; `'backoff'` by default. */
  readonly idle?: Idle;
  /** How messages are published; `'atomics'` by default. */
  readonly order?: Order;
  /** What messages are to this program: bytes, or text of a kind. `null` (bytes as they are) by default. */
  readonly encoding?: E;
  /** `send` calls that may be under way at a time, 1 or more; 1024 by default. */
  readonly maxPending?: number;
}

/** Options with nothing left open. */
export interface ResolvedOptions extends Required<Omit<EshmOptions<Encoding>, 'idle'>> {
  readonly idle: IdleStrategy;
}

/** `send` calls that may be under way on one endpoint where its options do not say. */
const DEFAULT_MAX_PENDING = 1024;

/** Largest u32: the widest a duration or a count can be on the wire. */
const U32_MAX = 2 ** 32 - 1;

/**
 * Checks every option and fills in the defaults.
 *
 * @throws {TypeError} for a value of the wrong type or an unknown option
 * @throws {RangeError} for a number or word that is not allowed
 */
export function resolveOptions(options: EshmOptions<Encoding> = {}): ResolvedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Cannot open: options is of type ${typeof options}, expected an object`);
  }
  const maxDataSize = options.maxDataSize ?? DEFAULT_MAX_DATA_SIZE;
  layoutFor(maxDataSize);
  const ownerOnly = flag('ownerOnly', options.ownerOnly, false);
  const resolved: ResolvedOptions = {
    role: word('role', options.role, PROTOCOL_DEFAULTS.role, ['master', 'slave', 'auto']),
    disconnectBehavior: word(
      'disconnectBehavior',
      options.disconnectBehavior,
      PROTOCOL_DEFAULTS.disconnectBehavior,
      ['immediately', 'on-timeout', 'never'],
    ),
    staleThresholdMs: u32(
      'staleThresholdMs',
      options.staleThresholdMs,
      PROTOCOL_DEFAULTS.staleThresholdMs,
      1,
    ),
    reconnectWaitMs: u32('reconnectWaitMs', options.reconnectWaitMs, PROTOCOL_DEFAULTS.reconnectWaitMs),
    reconnectRetryIntervalMs: u32(
      'reconnectRetryIntervalMs',
      options.reconnectRetryIntervalMs,
      PROTOCOL_DEFAULTS.reconnectRetryIntervalMs,
    ),
    maxReconnectAttempts: u32(
      'maxReconnectAttempts',
      options.maxReconnectAttempts,
      PROTOCOL_DEFAULTS.maxReconnectAttempts,
    ),
    autoCleanup: flag('autoCleanup', options.autoCleanup, PROTOCOL_DEFAULTS.autoCleanup),
    useThreads: flag('useThreads', options.useThreads, PROTOCOL_DEFAULTS.useThreads),
    maxDataSize,
    mode: permissions(options.mode, ownerOnly ? 0o600 : DEFAULT_MODE),
    ownerOnly,
    force: flag('force', options.force, false),
    idle: idleStrategy(options.idle ?? 'backoff'),
    order: word('order', options.order, 'atomics', ['atomics', 'plain']),
    encoding: word<'cstring' | 'utf8', null>('encoding', options.encoding ?? undefined, null, [
      'cstring',
      'utf8',
    ]),
    maxPending: u32('maxPending', options.maxPending, DEFAULT_MAX_PENDING, 1),
  };
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(resolved, name));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot open: there is no option '${unknown}', expected one of '${Object.keys(resolved).join("', '")}'`,
    );
  }
  return resolved;
}

/**
 * Checks what callers pass as the options of a read or a send: `read(100)` is a mistake that would go unseen.
 *
 * @throws {TypeError} for anything but an object
 */
export function checkOptions<T extends object>(options: T): T {
  if (typeof options === 'object' && options !== null) return options;
  throw new TypeError(
    `Cannot wait: options are ${String(options)}, expected an object such as { timeoutMs: 100 }`,
  );
}

/**
 * Checks a timeout: milliseconds, 0 or more; `Infinity` waits without a limit.
 *
 * @throws {RangeError} for anything else
 */
export function checkTimeoutMs(timeoutMs: number = DEFAULT_READ_TIMEOUT_MS): number {
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) {
    throw new RangeError(`Cannot wait: timeoutMs is ${String(timeoutMs)}, expected 0 or more milliseconds`);
  }
  return timeoutMs;
}

function word<T extends string, F>(
  name: string,
  value: T | undefined,
  fallback: F,
  allowed: readonly T[],
): T | F {
  if (value === undefined) return fallback;
  if (typeof value !== 'string') {
    throw new TypeError(`Cannot open: ${name} is of type ${typeof value}, expected a string`);
  }
  if (!allowed.includes(value)) {
    const others = fallback === null ? ' or null' : '';
    throw new RangeError(
      `Cannot open: ${name} is '${value}', expected one of '${allowed.join("', '")}'${others}`,
    );
  }
  return value;
}

function u32(name: string, value: number | undefined, fallback: number, least = 0): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number') {
    throw new TypeError(`Cannot open: ${name} is of type ${typeof value}, expected a number`);
  }
  if (!Number.isInteger(value) || value < least || value > U32_MAX) {
    throw new RangeError(`Cannot open: ${name} is ${value}, expected an integer from ${least} to ${U32_MAX}`);
  }
  return value;
}

function flag(name: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') {
    throw new TypeError(`Cannot open: ${name} is of type ${typeof value}, expected true or false`);
  }
  return value;
}

function permissions(mode: number | undefined, fallback: number): number {
  const value = u32('mode', mode, fallback);
  if (value > 0o777) {
    throw new RangeError(`Cannot open: mode is 0o${value.toString(8)}, expected permission bits up to 0o777`);
  }
  return value;
}
