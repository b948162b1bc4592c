type Ffi = typeof import('ffi-rs');
/**
 * Why System V shared memory cannot be used here, or `undefined` where it can.
 *
 * Importing this package works everywhere; the first use throws this reason as an {@link UnsupportedError}.
 */
export declare function unsupportedReason(): string | undefined;
/** ffi-rs, or throws {@link UnsupportedError} with the reason why it cannot be had. */
export declare function nativeFfi(): Ffi;
export {};
