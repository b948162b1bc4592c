import { IPC_STAT } from './constants.js';
import { type ShmCall, SyscallError } from './errors.js';
import { formatKey } from './format-key.js';
import { nativeFfi } from './native.js';

/** Bytes in the kernel's `struct shmid_ds` on x86-64, from <sys/shm.h>. */
export const SHMID_DS_SIZE = 112;

// ffi-rs's DataType values, as its binary takes them.
const I32 = 1;
const I64 = 8;
const U8_ARRAY = 10;
const ARRAY_TAG = 997;

/** One call through ffi-rs: the value, or -1 and the error number. errno means nothing after a success. */
function call(funcName: ShmCall, retType: number, paramsType: unknown[], paramsValue: unknown[]): Outcome {
  if (!isWarm) lookUpAll();
  const { value, errnoCode } = nativeFfi().load({
    library: 'libc',
    funcName,
    retType,
    paramsType,
    paramsValue,
    errno: true,
    freeResultMemory: false,
  }) as { value: number; errnoCode: number };
  return { value, errno: value === -1 ? errnoCode : 0 };
}

interface Outcome {
  readonly value: number;
  readonly errno: number;
}

function orThrow(syscall: ShmCall, outcome: Outcome, action: string): number {
  if (outcome.value === -1) throw new SyscallError(syscall, outcome.errno, action);
  return outcome.value;
}

const invoke = {
  shmget: (key: number, size: number, flags: number) =>
    call('shmget', I32, [I32, I64, I32], [key, size, flags]),
  // As a number, not a pointer: -1 must stay distinguishable, and addresses stay below 2^47.
  shmat: (id: number, address: number, flags: number) =>
    call('shmat', I64, [I32, I64, I32], [id, address, flags]),
  shmdt: (address: number) => call('shmdt', I32, [I64], [address]),
  shmctl: (id: number, command: number, buffer: Uint8Array) =>
    call(
      'shmctl',
      I32,
      [I32, I32, { ffiTypeTag: ARRAY_TAG, type: U8_ARRAY, length: buffer.length }],
      [id, command, buffer],
    ),
};

/**
 * `shmget(2)`: the id of the segment under `key`. Any thread may call it and the three below; each blocks for some
 * microseconds.
 *
 * @param key - signed 32-bit key; 0 makes a private segment
 * @param size - bytes; 0 finds a segment of any size
 * @param flags - `IPC_CREAT`, `IPC_EXCL` and permission bits
 * @throws {SyscallError} with ENOENT, EEXIST, EACCES, EINVAL, ENOSPC or ENOMEM
 */
export function shmget(key: number, size: number, flags: number): number {
  return orThrow('shmget', invoke.shmget(key, size, flags), `get the segment under key ${formatKey(key)}`);
}

/**
 * `shmat(2)`: maps segment `id` and returns its address.
 *
 * @param id - the kernel's id of the segment
 * @param address - where to map it; 0 lets the kernel choose
 * @param flags - `SHM_RDONLY`, `SHM_REMAP`
 * @throws {SyscallError} with EACCES, EINVAL, EIDRM or ENOMEM
 */
export function shmat(id: number, address = 0, flags = 0): number {
  return orThrow('shmat', invoke.shmat(id, address, flags), `attach segment ${id}`);
}

/**
 * `shmdt(2)`: unmaps the segment at `address`. Touching it afterwards kills the process.
 *
 * @param address - as {@link shmat} returned it
 * @throws {SyscallError} with EINVAL where nothing is attached at `address`
 */
export function shmdt(address: number): void {
  orThrow('shmdt', invoke.shmdt(address), `detach the segment at 0x${address.toString(16)}`);
}

/**
 * `shmctl(2)`.
 *
 * @param id - the kernel's id of the segment
 * @param command - `IPC_STAT` (fills `buffer`) or `IPC_RMID` (ignores it)
 * @param buffer - {@link SHMID_DS_SIZE} bytes or more for `IPC_STAT`
 * @throws {SyscallError} with EACCES, EPERM, EINVAL or EIDRM
 * @throws {RangeError} when `buffer` is too small for what the kernel would write
 */
export function shmctl(
  id: number,
  command: number,
  buffer: Uint8Array = new Uint8Array(SHMID_DS_SIZE),
): void {
  if (buffer.length < SHMID_DS_SIZE) {
    throw new RangeError(
      `Cannot call shmctl: buffer has ${buffer.length} bytes, expected ${SHMID_DS_SIZE} or more`,
    );
  }
  const action = command === IPC_STAT ? `look at segment ${id}` : `control segment ${id}`;
  orThrow('shmctl', invoke.shmctl(id, command, buffer), action);
}

/** Whether all four names were looked up. */
let isWarm = false;

/**
 * ffi-rs keeps the functions that it has looked up in a map without a lock: two threads that use a new name at the same
 * moment can crash the process. So all names are looked up before the first call, by calls that fail harmlessly.
 */
function lookUpAll(): void {
  nativeFfi();
  isWarm = true;
  invoke.shmget(1, 0, 0);
  invoke.shmat(-1, 0, 0);
  invoke.shmdt(0);
  invoke.shmctl(-1, IPC_STAT, new Uint8Array(SHMID_DS_SIZE));
}
