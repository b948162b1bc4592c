import { SyscallError, UnsupportedError } from '../syscalls/index.js';
import { permissionFlag } from '../syscalls/permission-flag.js';
import { FileError } from './store/index.js';

/**
 * Every code an {@link EshmError} can have, with the number and text of the C API (ESHM protocol version 2,
 * section 7). The last three have no C counterpart.
 */
const CODES = {
  ESHM_INVALID_PARAM: [-1, 'Invalid parameter'],
  ESHM_SHM_CREATE: [-2, 'Failed to create shared memory'],
  ESHM_SHM_ATTACH: [-3, 'Failed to attach to shared memory'],
  ESHM_SHM_DETACH: [-4, 'Failed to detach from shared memory'],
  ESHM_SHM_DELETE: [-5, 'Failed to delete shared memory'],
  ESHM_MUTEX_INIT: [-6, 'Mutex initialization failed'],
  ESHM_MUTEX_LOCK: [-7, 'Mutex lock failed'],
  ESHM_MUTEX_UNLOCK: [-8, 'Mutex unlock failed'],
  ESHM_NO_DATA: [-9, 'No data available'],
  ESHM_TIMEOUT: [-10, 'Operation timed out'],
  ESHM_MASTER_STALE: [-11, 'Master is stale'],
  ESHM_BUFFER_FULL: [-12, 'Buffer is full'],
  ESHM_BUFFER_TOO_SMALL: [-13, 'Buffer too small'],
  ESHM_NOT_INITIALIZED: [-14, 'Not initialized'],
  ESHM_ROLE_MISMATCH: [-15, 'Role mismatch'],
  ESHM_CORRUPT: [undefined, 'Segment is corrupt'],
  ESHM_CLOSED: [undefined, 'Endpoint is closed'],
  ESHM_UNSUPPORTED: [undefined, 'Shared memory is not supported here'],
} as const satisfies Record<string, readonly [status: number | undefined, text: string]>;

/**
 * The closed set of codes to match on.
 *
 * @useDeclaredType
 */
export type EshmErrorCode = keyof typeof CODES;

/**
 * Has the stack of an error of ours begin with who called `method`: the steps within are many, and the ten lines of a stack
 * would end before the user's first one.
 *
 * @returns the same error
 */
export function fromCaller<T>(error: T, method: (...args: never[]) => unknown): T {
  if (error instanceof EshmError) Error.captureStackTrace(error, method);
  return error;
}

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
export class EshmError extends Error {
  /** Always `EshmError`. */
  override readonly name = 'EshmError';
  /** Which of the closed set it is, for example `ESHM_TIMEOUT`. */
  readonly code: EshmErrorCode;
  /** The C API's number for it, for example -10; `undefined` where C has none. */
  readonly status: number | undefined;
  // Declared only: what is not known is no property, and not printed with an error that nobody has caught.
  /** The call that failed, where one did: `shmget`, `shmat`, `shmdt` or `shmctl`; `open`, `write` and the like of a file. */
  declare readonly syscall?: string;
  /** The kernel's error number, where a system call failed: for example 13. */
  declare readonly errno?: number;
  /** The system's name for {@link errno}, where a system call failed: for example `EACCES`. */
  declare readonly errnoName?: string;
  /** Where a `send` was not read in time: whether the peer's heart was beating then. */
  declare readonly peerAlive?: boolean;

  /**
   * Of use to programs that throw it themselves, for example in a stand-in for an endpoint.
   *
   * @param code - one of the closed set; it decides the `status`
   * @param message - for people; the C API's text of the code by default
   * @param options - what else is known
   * @param options.cause - what led to it; a failed system call also gives `syscall`, `errno` and `errnoName`
   * @param options.peerAlive - whether the peer's heart was beating
   */
  constructor(
    code: EshmErrorCode,
    message: string = CODES[code][1],
    options?: { cause?: unknown; peerAlive?: boolean },
  ) {
    super(message, options);
    this.code = code;
    this.status = CODES[code][0];
    if (options?.peerAlive !== undefined) this.peerAlive = options.peerAlive;
    const cause = options?.cause;
    if (cause instanceof SyscallError || cause instanceof FileError) {
      this.syscall = cause.syscall;
      this.errno = cause.errno;
      this.errnoName = cause.code;
    }
  }
}

/**
 * The C API's text for a code: `errorText('ESHM_TIMEOUT')` is `Operation timed out`.
 *
 * @param code - one of the closed set
 */
export function errorText(code: EshmErrorCode): string {
  return CODES[code][1];
}

/**
 * A copy of what says `Cannot read Pose: ...`, with the channel in it: `Cannot read Pose from 'robot': ...`. Any other error is
 * returned as it is, so one that names its channel already.
 */
export function readFrom<E>(error: E, name: string): E | EshmError {
  if (!isCorrupt(error)) return error;
  const message = error.message.replace(/^Cannot read [^':]*(?=: )/, (action) => `${action} from '${name}'`);
  return message === error.message ? error : new EshmError(error.code, message, { cause: error.cause });
}

/**
 * Whether a read has met a message that cannot be taken; the next one can. By its name: what a record throws may be of
 * another copy of this package.
 */
export function isCorrupt(error: unknown): error is EshmError {
  return error instanceof Error && error.name === 'EshmError' && (error as EshmError).code === 'ESHM_CORRUPT';
}

/**
 * What a warning of the process is about, as its `code`: messages that are passed over; a master that cannot stand in both
 * kinds of memory; two masters of one name.
 */
export type EshmWarningCode = 'ESHM_CORRUPT' | 'ESHM_ONE_PLACE' | 'ESHM_TWO_MASTERS';

/** Warns the user of the process: `EshmWarning` with a code, on stderr unless somebody listens to `warning`. */
export function warn(code: EshmWarningCode, message: string): void {
  process.emitWarning(message, { type: 'EshmWarning', code });
}

/**
 * Turns an error of `syscalls/` or `store/` into an EshmError with `code`; anything else is returned as it is.
 * This is the only place where the two meet.
 */
export function translate(error: unknown, code: EshmErrorCode, action: string): unknown {
  if (error instanceof UnsupportedError) {
    return new EshmError('ESHM_UNSUPPORTED', error.message, { cause: error });
  }
  if (isWorkerDenied(error)) {
    return new EshmError(
      'ESHM_UNSUPPORTED',
      `Cannot ${action}: node's permission model forbids the worker thread of the heartbeat (ERR_ACCESS_DENIED), expected leave to start it; give node --allow-worker beside ${permissionFlag()}, or open with useThreads: false`,
      { cause: error },
    );
  }
  if (error instanceof FileError && error.code === 'ERR_ACCESS_DENIED') {
    return new EshmError('ESHM_UNSUPPORTED', error.message, { cause: error });
  }
  if (error instanceof SyscallError || error instanceof FileError) {
    return new EshmError(code, `Cannot ${action}: ${withoutPrefix(error.message)}`, { cause: error });
  }
  return error;
}

/** What `new Worker()` throws under `node --permission` without `--allow-worker`. */
function isWorkerDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, permission } = error as { code?: unknown; permission?: unknown };
  return code === 'ERR_ACCESS_DENIED' && permission === 'WorkerThreads';
}

/** `Cannot get the segment: shmget failed ...` without its first half. */
function withoutPrefix(message: string): string {
  return message.replace(/^Cannot [^:]*: /, '');
}
