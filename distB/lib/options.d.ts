import type { Encoding } from './async/encoding.js';
import { type Idle, type IdleStrategy } from './idle/index.js';
/** Which end of the channel an endpoint is. `auto` becomes slave where a segment is there, else master. */
export type RoleOption = 'master' | 'slave' | 'auto';
/** What a slave does about a stale master: stop, or look for a new one within the limits set. */
export type DisconnectBehavior = 'immediately' | 'on-timeout' | 'never';
/** How the store that publishes a message is made; docs/memory-order.md has the argument. */
export type Order = 'atomics' | 'plain';
/** Options of `Eshm.open`. Every one has the protocol's default. */
export interface EshmOptions<E extends Encoding = null> {
    /** Which end to be; `'auto'` by default. */
    readonly role?: RoleOption;
    /** What a slave does about a stale master; `'on-timeout'` by default. */
    readonly disconnectBehavior?: DisconnectBehavior;
    /** A heartbeat that stands still this long is stale, in ms; written by whoever creates the segment. 100 by default. */
    readonly staleThresholdMs?: number;
    /** A slave gives up reconnecting after this many ms; 0 = no limit. 5000 by default. */
    readonly reconnectWaitMs?: number;
    /** Time between two attempts to reconnect, in ms. 100 by default. */
    readonly reconnectRetryIntervalMs?: number;
    /** A slave gives up reconnecting after this many attempts; 0 = no limit. 50 by default. */
    readonly maxReconnectAttempts?: number;
    /** Whether a master removes the segment on close, as PROTOCOL section 4 has it; true by default. */
    readonly autoCleanup?: boolean;
    /** Whether to beat and to watch the other's heartbeat in the background; true by default. */
    readonly useThreads?: boolean;
    /** Bytes in one message at most. The segment does not say, so both ends must agree. 4096 by default. */
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
/**
 * Checks every option and fills in the defaults.
 *
 * @throws {TypeError} for a value of the wrong type or an unknown option
 * @throws {RangeError} for a number or word that is not allowed
 */
export declare function resolveOptions(options?: EshmOptions<Encoding>): ResolvedOptions;
/**
 * Checks a timeout: milliseconds, 0 or more; `Infinity` waits without a limit.
 *
 * @throws {RangeError} for anything else
 */
export declare function checkTimeoutMs(timeoutMs?: number): number;
