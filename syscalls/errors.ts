import { getSystemErrorMap } from 'node:util';

/** The four calls this package makes. */
export type ShmCall = 'shmget' | 'shmat' | 'shmdt' | 'shmctl';

/**
 * A failed System V call, as the kernel reported it.
 *
 * The message names the action, the error and what to do about it.
 */
export class SyscallError extends Error {
  /** Always `SyscallError`. */
  override readonly name = 'SyscallError';
  /** The call that failed. */
  readonly syscall: ShmCall;
  /** The kernel's error number, for example 13. */
  readonly errno: number;
  /** The system's name for {@link errno}, for example `EACCES`. */
  readonly code: string;

  /**
   * Writes the message from its parts.
   *
   * @param syscall - the call that failed
   * @param errno - the kernel's error number, more than 0
   * @param action - what could not be done: `attach segment 12`
   * @param advice - what to do about it; by default what usually helps with this error of this call
   */
  constructor(syscall: ShmCall, errno: number, action: string, advice = adviceFor(syscall, errno)) {
    const code = errnoName(errno);
    super(`Cannot ${action}: ${syscall} failed with ${code} (errno ${errno})${advice ? `; ${advice}` : ''}`);
    this.syscall = syscall;
    this.errno = errno;
    this.code = code;
  }
}

/** Thrown where System V shared memory cannot be reached from this process at all. */
export class UnsupportedError extends Error {
  /** Always `UnsupportedError`. */
  override readonly name = 'UnsupportedError';
}

/**
 * The system's name for an error number (`EACCES` for 13), or `errno N` where it has none.
 *
 * @param errno - the kernel's error number, more than 0
 */
export function errnoName(errno: number): string {
  // Node's map is libuv's selection; shmat and shmctl also give EIDRM.
  if (errno === EIDRM) return 'EIDRM';
  return getSystemErrorMap().get(-errno)?.[0] ?? `errno ${errno}`;
}

const EIDRM = 43;

function adviceFor(syscall: ShmCall, errno: number): string {
  switch (errnoName(errno)) {
    case 'ENOENT':
      return 'nobody has created the segment: start the master first, with the same name (in containers: in the same IPC namespace)';
    case 'EACCES':
    case 'EPERM':
      return (
        "the segment's mode or owner forbids it: run as its owner, or have the master create it with a wider mode " +
        '(`ipcs -m` shows both)'
      );
    case 'EINVAL':
      return syscall === 'shmget'
        ? 'the segment under this key is smaller than the size asked for, or the size is beyond SHMMAX: give both ends the same maxDataSize'
        : 'the segment is gone or the address is not attached';
    case 'EIDRM':
      return 'the segment was removed meanwhile: start the master again';
    case 'EEXIST':
      return 'there is a segment under this key already';
    case 'ENOSPC':
      return 'a kernel limit is reached: compare `ipcs -lm` with `ipcs -um` (kernel.shmmni, kernel.shmall) and remove unused segments one by one with `ipcrm -m ID`';
    case 'ENOMEM':
      return 'no memory or address space is left';
    default:
      return '';
  }
}
