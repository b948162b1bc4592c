/**
 * Checks what callers pass as `signal`.
 *
 * @throws {TypeError} for anything but an AbortSignal or `undefined`
 * @throws the signal's reason when it is aborted already
 */
export function checkSignal(signal) {
    if (signal === undefined)
        return;
    if (typeof signal !== 'object' || signal === null || typeof signal.throwIfAborted !== 'function') {
        throw new TypeError(`Cannot wait: signal is of type ${typeof signal}, expected an AbortSignal`);
    }
    signal.throwIfAborted();
}
/**
 * Checks the interval at which an unread message is published again.
 *
 * @throws {TypeError} for anything but a number or `undefined`
 * @throws {RangeError} for a number that is not more than 0
 */
export function checkResendMs(resendMs) {
    if (resendMs === undefined)
        return undefined;
    if (typeof resendMs !== 'number') {
        throw new TypeError(`Cannot send: resendMs is of type ${typeof resendMs}, expected a number`);
    }
    if (!(resendMs > 0)) {
        throw new RangeError(`Cannot send: resendMs is ${resendMs}, expected more than 0 milliseconds`);
    }
    return resendMs;
}
//# sourceMappingURL=arguments.js.map