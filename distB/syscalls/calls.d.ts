/** Bytes in the kernel's `struct shmid_ds` on x86-64, from <sys/shm.h>. */
export declare const SHMID_DS_SIZE = 112;
/**
 * `shmget(2)`: the id of the segment under `key`.
 *
 * @param key - signed 32-bit key; 0 makes a private segment
 * @param size - bytes; 0 finds a segment of any size
 * @param flags - `IPC_CREAT`, `IPC_EXCL` and permission bits
 * @throws {SyscallError} with ENOENT, EEXIST, EACCES, EINVAL, ENOSPC or ENOMEM
 */
export declare function shmget(key: number, size: number, flags: number): number;
/**
 * `shmat(2)`: maps segment `id` and returns its address.
 *
 * @param address - where to map it; 0 lets the kernel choose
 * @param flags - `SHM_RDONLY`, `SHM_REMAP`
 * @throws {SyscallError} with EACCES, EINVAL, EIDRM or ENOMEM
 */
export declare function shmat(id: number, address?: number, flags?: number): number;
/**
 * `shmdt(2)`: unmaps the segment at `address`. Touching it afterwards kills the process.
 *
 * @throws {SyscallError} with EINVAL where nothing is attached at `address`
 */
export declare function shmdt(address: number): void;
/**
 * `shmctl(2)`.
 *
 * @param command - `IPC_STAT` (fills `buffer`) or `IPC_RMID` (ignores it)
 * @param buffer - {@link SHMID_DS_SIZE} bytes or more for `IPC_STAT`
 * @throws {SyscallError} with EACCES, EPERM, EINVAL or EIDRM
 * @throws {RangeError} when `buffer` is too small for what the kernel would write
 */
export declare function shmctl(id: number, command: number, buffer?: Uint8Array): void;
/** A key as `ipcs -m` prints it: eight hexadecimal digits. */
export declare function formatKey(key: number): string;
