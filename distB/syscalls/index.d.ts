export { formatKey, SHMID_DS_SIZE, shmat, shmctl, shmdt, shmget } from './calls.js';
export { IPC_CREAT, IPC_EXCL, IPC_PRIVATE, IPC_RMID, IPC_STAT, SHM_DEST, SHM_RDONLY, SHM_REMAP, } from './constants.js';
export { errnoName, type ShmCall, SyscallError, UnsupportedError } from './errors.js';
export { unsupportedReason } from './native.js';
export { isGone, Segment } from './segment.js';
export { listSegments, parseSegmentTable, type SegmentStat, statSegment } from './stat.js';
export { viewOf } from './view.js';
