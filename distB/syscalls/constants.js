/** Linux numbers of the System V shared-memory calls, from <sys/ipc.h> and <sys/shm.h> (x86-64). */
/** Key that never names a segment: `shmget` with it makes a private one. */
export const IPC_PRIVATE = 0;
/** `shmget`: create the segment if the key is free. */
export const IPC_CREAT = 0o1000;
/** `shmget`: with {@link IPC_CREAT}, fail with EEXIST if the key is taken. */
export const IPC_EXCL = 0o2000;
/** `shmctl`: mark the segment for removal; its key is free at once, its memory when the last process detaches. */
export const IPC_RMID = 0;
/** `shmctl`: copy the segment's `shmid_ds`. */
export const IPC_STAT = 2;
/** `shmat`: attach for reading only; a store to such memory kills the process. */
export const SHM_RDONLY = 0o10000;
/** `shmat`: replace what is mapped at the address, in one step. */
export const SHM_REMAP = 0o40000;
/** Mode bit that the kernel sets on a removed segment somebody is still attached to. */
export const SHM_DEST = 0o1000;
//# sourceMappingURL=constants.js.map