/**
 * The four System V system calls, and segments built on them. For tools that look at segments; a program that exchanges
 * messages needs `eshm` only.
 *
 * Addresses are numbers here, and memory that is used after it was unmapped ends the process: read what each function
 * asks for.
 *
 * @module eshm/syscalls
 */
/// <reference types="node" preserve="true" />

export { SHMID_DS_SIZE, shmat, shmctl, shmdt, shmget } from './calls.js';
export {
  IPC_CREAT,
  IPC_EXCL,
  IPC_PRIVATE,
  IPC_RMID,
  IPC_STAT,
  SHM_DEST,
  SHM_RDONLY,
  SHM_REMAP,
} from './constants.js';
export { errnoName, type ShmCall, SyscallError, UnsupportedError } from './errors.js';
export { formatKey } from './format-key.js';
export { platformReason, unsupportedReason } from './native.js';
export { isGone, Segment } from './segment.js';
export { listSegments, parseSegmentTable, type SegmentStat, statSegment } from './stat.js';
export { viewOf } from './view.js';
