/**
 * Checks what callers pass as `signal`.
 *
 * @throws {TypeError} for anything but an AbortSignal or `undefined`
 * @throws the signal's reason when it is aborted already
 */
export declare function checkSignal(signal: AbortSignal | undefined): void;
/**
 * Checks the interval at which an unread message is published again.
 *
 * @throws {TypeError} for anything but a number or `undefined`
 * @throws {RangeError} for a number that is not more than 0
 */
export declare function checkResendMs(resendMs: number | undefined): number | undefined;
