/** What the kernel knows about a segment. */
export interface SegmentStat {
    /** Key, signed 32 bits; 0 for a private or removed segment. */
    readonly key: number;
    /** The kernel's id, which names this segment for as long as it exists. */
    readonly id: number;
    /** Bytes, as the creator asked for. */
    readonly size: number;
    /** Permission bits, 0 to 0o777. */
    readonly mode: number;
    /** Whether it has been removed and only waits for its last process to detach. */
    readonly removed: boolean;
    /** Effective user id of the owner. */
    readonly uid: number;
    /** Effective group id of the owner. */
    readonly gid: number;
    /** Effective user id of the creator; unlike `uid`, nobody can change it. */
    readonly creatorUid: number;
    /** Process that created it, as seen from its own pid namespace. */
    readonly creatorPid: number;
    /** Process that attached or detached last. */
    readonly lastPid: number;
    /** Attachments, over all processes. */
    readonly attachments: number;
    /** When it was created or its owner or mode last changed, seconds since 1970. */
    readonly changedAtS: number;
}
/**
 * `shmctl(IPC_STAT)`.
 *
 * @throws {SyscallError} EACCES without read permission, EINVAL or EIDRM for a segment that is gone
 */
export declare function statSegment(id: number): SegmentStat;
/**
 * All segments of this IPC namespace, also those this process may not attach, from `/proc/sysvipc/shm`.
 *
 * @throws the file system's error where `/proc` is not mounted
 */
export declare function listSegments(): SegmentStat[];
/** Reads the text of `/proc/sysvipc/shm`; columns are found by their titles, lines that do not fit are left out. */
export declare function parseSegmentTable(text: string): SegmentStat[];
