/** Which of the original's two kinds of shared memory: a segment under a System V key, or a file in `/dev/shm`. */
export type ShmKind = 'system-v' | 'posix';

/** Both kinds, in the order in which they are looked at. */
export const SHM_KINDS: readonly ShmKind[] = ['system-v', 'posix'];
