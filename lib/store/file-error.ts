import { errnoName } from '../../syscalls/errors.js';

/** What of a file could not be done: the call's name as the system has it. */
export type FileCall = 'open' | 'fstat' | 'ftruncate' | 'read' | 'write' | 'rename' | 'link' | 'unlink';

/** A failed call on a file of shared memory, as the system reported it. The message says what to do about it. */
export class FileError extends Error {
  /** Always `FileError`. */
  override readonly name = 'FileError';
  /** The call that failed. */
  readonly syscall: FileCall;
  /** The system's error number, for example 13; 0 where Node refused the call itself. */
  readonly errno: number;
  /** The system's name for it, for example `EACCES`; `ERR_ACCESS_DENIED` under Node's permission model. */
  readonly code: string;

  /**
   * @param syscall - the call that failed
   * @param cause - what `node:fs` threw
   * @param action - what could not be done: `open the file /dev/shm/eshm_robot`
   * @param advice - what to do about it; by default what usually helps with this error
   */
  constructor(syscall: FileCall, cause: unknown, action: string, advice?: string) {
    const { code = 'UNKNOWN', errno = 0 } = cause as NodeJS.ErrnoException;
    const number = Math.abs(errno);
    const told = number === 0 ? code : errnoName(number);
    const what = advice ?? adviceFor(told);
    const which = number === 0 ? '' : ` (errno ${number})`;
    super(`Cannot ${action}: ${syscall} failed with ${told}${which}${what ? `; ${what}` : ''}`, { cause });
    this.syscall = syscall;
    this.errno = number;
    this.code = told;
  }
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof FileError && error.code === 'ENOENT';
}

function adviceFor(code: string): string {
  switch (code) {
    case 'ENOENT':
      return 'nobody has created the file: start the master first, with the same name (in containers: with the same /dev/shm)';
    case 'EACCES':
    case 'EPERM':
      return "the file's mode or owner forbids it: run as its owner, or have the master create it with a wider mode (the original obeys the umask: start it under `umask 0`, or `chmod 666` the file)";
    case 'ENOSPC':
      return '/dev/shm is full: look at `df /dev/shm` and at what lies there, or give it more room (docker run --shm-size)';
    case 'EMFILE':
      return 'this process has as many files open as it may: close some, or raise the limit (ulimit -n)';
    case 'ENFILE':
      return 'the system has as many files open as it may (fs.file-max)';
    case 'ELOOP':
      return 'a symbolic link lies under this name, expected a file: remove it';
    case 'EISDIR':
      return 'a directory lies under this name, expected a file: remove it, or choose another name';
    case 'EROFS':
      return '/dev/shm is mounted read-only: mount it with write permission';
    case 'ERR_ACCESS_DENIED':
      return "node's permission model forbids it: give node --allow-fs-read=/dev/shm/* and --allow-fs-write=/dev/shm/*";
    default:
      return '';
  }
}
