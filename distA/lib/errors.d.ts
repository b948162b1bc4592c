/**
 * Every code an {@link EshmError} can have, with the number and text of the C API (ESHM protocol version 2,
 * section 7). The last three have no C counterpart.
 */
declare const CODES: {
    readonly ESHM_INVALID_PARAM: readonly [-1, "Invalid parameter"];
    readonly ESHM_SHM_CREATE: readonly [-2, "Failed to create shared memory"];
    readonly ESHM_SHM_ATTACH: readonly [-3, "Failed to attach to shared memory"];
    readonly ESHM_SHM_DETACH: readonly [-4, "Failed to detach from shared memory"];
    readonly ESHM_SHM_DELETE: readonly [-5, "Failed to delete shared memory"];
    readonly ESHM_MUTEX_INIT: readonly [-6, "Mutex initialization failed"];
    readonly ESHM_MUTEX_LOCK: readonly [-7, "Mutex lock failed"];
    readonly ESHM_MUTEX_UNLOCK: readonly [-8, "Mutex unlock failed"];
    readonly ESHM_NO_DATA: readonly [-9, "No data available"];
    readonly ESHM_TIMEOUT: readonly [-10, "Operation timed out"];
    readonly ESHM_MASTER_STALE: readonly [-11, "Master is stale"];
    readonly ESHM_BUFFER_FULL: readonly [-12, "Buffer is full"];
    readonly ESHM_BUFFER_TOO_SMALL: readonly [-13, "Buffer too small"];
    readonly ESHM_NOT_INITIALIZED: readonly [-14, "Not initialized"];
    readonly ESHM_ROLE_MISMATCH: readonly [-15, "Role mismatch"];
    readonly ESHM_CORRUPT: readonly [undefined, "Segment is corrupt"];
    readonly ESHM_CLOSED: readonly [undefined, "Endpoint is closed"];
    readonly ESHM_UNSUPPORTED: readonly [undefined, "Shared memory is not supported here"];
};
/** The closed set of codes to match on. */
export type EshmErrorCode = keyof typeof CODES;
/**
 * What this package throws for everything that is not a wrong argument (those are `TypeError` and `RangeError`).
 *
 * Match on {@link code}; the message is for people and may change.
 *
 * @example
 * try {
 *   slave.readSync({ timeoutMs: 100 });
 * } catch (error) {
 *   if (!(error instanceof EshmError) || error.code !== 'ESHM_TIMEOUT') throw error;
 * }
 */
export declare class EshmError extends Error {
    readonly name = "EshmError";
    /** Which of the closed set it is, for example `ESHM_TIMEOUT`. */
    readonly code: EshmErrorCode;
    /** The C API's number for it, for example -10; `undefined` where C has none. */
    readonly status: number | undefined;
    /** The system call that failed, where one did: `shmget`, `shmat`, `shmdt` or `shmctl`. */
    readonly syscall?: string;
    /** The kernel's error number, where a system call failed: for example 13. */
    readonly errno?: number;
    /** The system's name for {@link errno}, where a system call failed: for example `EACCES`. */
    readonly errnoName?: string;
    /** Where a `send` was not read in time: whether the peer's heart was beating then. */
    readonly peerAlive?: boolean;
    constructor(code: EshmErrorCode, message?: string, options?: {
        cause?: unknown;
        peerAlive?: boolean;
    });
}
/** The C API's text for a code: `errorText('ESHM_TIMEOUT')` is `Operation timed out`. */
export declare function errorText(code: EshmErrorCode): string;
/**
 * Turns an error of `syscalls/` into an EshmError with `code`; anything else is returned as it is.
 * This is the only place where the two meet.
 */
export declare function translate(error: unknown, code: EshmErrorCode, action: string): unknown;
export {};
