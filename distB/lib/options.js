import { DEFAULT_MAX_DATA_SIZE, DEFAULT_MODE, DEFAULT_READ_TIMEOUT_MS, layoutFor, PROTOCOL_DEFAULTS, } from '../layout/index.js';
import { idleStrategy } from './idle/index.js';
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
export function resolveOptions(options = {}) {
    if (typeof options !== 'object' || options === null) {
        throw new TypeError(`Cannot open: options is of type ${typeof options}, expected an object`);
    }
    const maxDataSize = options.maxDataSize ?? DEFAULT_MAX_DATA_SIZE;
    layoutFor(maxDataSize);
    const ownerOnly = flag('ownerOnly', options.ownerOnly, false);
    const resolved = {
        role: word('role', options.role, PROTOCOL_DEFAULTS.role, ['master', 'slave', 'auto']),
        disconnectBehavior: word('disconnectBehavior', options.disconnectBehavior, PROTOCOL_DEFAULTS.disconnectBehavior, ['immediately', 'on-timeout', 'never']),
        staleThresholdMs: u32('staleThresholdMs', options.staleThresholdMs, PROTOCOL_DEFAULTS.staleThresholdMs, 1),
        reconnectWaitMs: u32('reconnectWaitMs', options.reconnectWaitMs, PROTOCOL_DEFAULTS.reconnectWaitMs),
        reconnectRetryIntervalMs: u32('reconnectRetryIntervalMs', options.reconnectRetryIntervalMs, PROTOCOL_DEFAULTS.reconnectRetryIntervalMs),
        maxReconnectAttempts: u32('maxReconnectAttempts', options.maxReconnectAttempts, PROTOCOL_DEFAULTS.maxReconnectAttempts),
        autoCleanup: flag('autoCleanup', options.autoCleanup, PROTOCOL_DEFAULTS.autoCleanup),
        useThreads: flag('useThreads', options.useThreads, PROTOCOL_DEFAULTS.useThreads),
        maxDataSize,
        mode: permissions(options.mode, ownerOnly ? 0o600 : DEFAULT_MODE),
        ownerOnly,
        force: flag('force', options.force, false),
        idle: idleStrategy(options.idle ?? 'backoff'),
        order: word('order', options.order, 'atomics', ['atomics', 'plain']),
        encoding: word('encoding', options.encoding ?? undefined, null, [
            'cstring',
            'utf8',
        ]),
        maxPending: u32('maxPending', options.maxPending, DEFAULT_MAX_PENDING, 1),
    };
    const unknown = Object.keys(options).find((name) => !Object.hasOwn(resolved, name));
    if (unknown !== undefined) {
        throw new TypeError(`Cannot open: there is no option '${unknown}', expected one of '${Object.keys(resolved).join("', '")}'`);
    }
    return resolved;
}
/**
 * Checks a timeout: milliseconds, 0 or more; `Infinity` waits without a limit.
 *
 * @throws {RangeError} for anything else
 */
export function checkTimeoutMs(timeoutMs = DEFAULT_READ_TIMEOUT_MS) {
    if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) {
        throw new RangeError(`Cannot wait: timeoutMs is ${String(timeoutMs)}, expected 0 or more milliseconds`);
    }
    return timeoutMs;
}
function word(name, value, fallback, allowed) {
    if (value === undefined)
        return fallback;
    if (typeof value !== 'string') {
        throw new TypeError(`Cannot open: ${name} is of type ${typeof value}, expected a string`);
    }
    if (!allowed.includes(value)) {
        throw new RangeError(`Cannot open: ${name} is '${value}', expected one of '${allowed.join("', '")}'`);
    }
    return value;
}
function u32(name, value, fallback, least = 0) {
    if (value === undefined)
        return fallback;
    if (typeof value !== 'number') {
        throw new TypeError(`Cannot open: ${name} is of type ${typeof value}, expected a number`);
    }
    if (!Number.isInteger(value) || value < least || value > U32_MAX) {
        throw new RangeError(`Cannot open: ${name} is ${value}, expected an integer from ${least} to ${U32_MAX}`);
    }
    return value;
}
function flag(name, value, fallback) {
    if (value === undefined)
        return fallback;
    if (typeof value !== 'boolean') {
        throw new TypeError(`Cannot open: ${name} is of type ${typeof value}, expected true or false`);
    }
    return value;
}
function permissions(mode, fallback) {
    const value = u32('mode', mode, fallback);
    if (value > 0o777) {
        throw new RangeError(`Cannot open: mode is 0o${value.toString(8)}, expected permission bits up to 0o777`);
    }
    return value;
}
//# sourceMappingURL=options.js.map