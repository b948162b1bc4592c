/** Linux numbers of the System V shared-memory calls, from <sys/ipc.h> and <sys/shm.h> (x86-64). */
/** Key that never names a segment: `shmget` with it makes a private one. */
export declare const IPC_PRIVATE = 0;
/** `shmget`: create the segment if the key is free. */
export declare const IPC_CREAT = 512;
/** `shmget`: with {@link IPC_CREAT}, fail with EEXIST if the key is taken. */
export declare const IPC_EXCL = 1024;
/** `shmctl`: mark the segment for removal; its key is free at once, its memory when the last process detaches. */
export declare const IPC_RMID = 0;
/** `shmctl`: copy the segment's `shmid_ds`. */
export declare const IPC_STAT = 2;
/** `shmat`: attach for reading only; a store to such memory kills the process. */
export declare const SHM_RDONLY = 4096;
/** `shmat`: replace what is mapped at the address, in one step. */
export declare const SHM_REMAP = 16384;
/** Mode bit that the kernel sets on a removed segment somebody is still attached to. */
export declare const SHM_DEST = 512;
