/** The four calls this package makes. */
export type ShmCall = 'shmget' | 'shmat' | 'shmdt' | 'shmctl';
/**
 * A failed System V call, as the kernel reported it.
 *
 * The message names the action, the error and what to do about it.
 */
export declare class SyscallError extends Error {
    readonly name = "SyscallError";
    /** The call that failed. */
    readonly syscall: ShmCall;
    /** The kernel's error number, for example 13. */
    readonly errno: number;
    /** The system's name for {@link errno}, for example `EACCES`. */
    readonly code: string;
    constructor(syscall: ShmCall, errno: number, action: string, advice?: string);
}
/** Thrown where System V shared memory cannot be reached from this process at all. */
export declare class UnsupportedError extends Error {
    readonly name = "UnsupportedError";
}
/** The system's name for an error number (`EACCES` for 13), or `errno N` where it has none. */
export declare function errnoName(errno: number): string;
