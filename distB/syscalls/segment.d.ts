import { type SegmentStat } from './stat.js';
/**
 * A System V shared-memory segment, attached to this process.
 *
 * Belongs to the thread that made it. The address may be given to other threads of the process, which must have
 * stopped using it before {@link detach}.
 */
export declare class Segment {
    #private;
    /** Where it is mapped; stays the same through {@link replace}. */
    readonly address: number;
    /** Bytes, as the creator asked for. */
    readonly size: number;
    private constructor();
    /** The kernel's id of the segment that is mapped now. */
    get id(): number;
    /** Whether it is still mapped. */
    get attached(): boolean;
    /** The mapped bytes. Touching them after {@link detach} kills the process, so they stay inside this package. */
    get bytes(): Buffer;
    /**
     * Creates a new segment, all zero, and attaches it.
     *
     * @param mode - permission bits, for example 0o666
     * @throws {SyscallError} EEXIST when the key is taken, ENOSPC at a kernel limit, EINVAL for an impossible size
     */
    static create(key: number, size: number, mode: number): Segment;
    /**
     * Finds the segment under `key` without attaching it.
     *
     * @throws {SyscallError} ENOENT when there is none
     */
    static find(key: number): number;
    /**
     * Attaches segment `id`, whatever its size.
     *
     * @throws {SyscallError} EACCES (with mode and owner in the message), EINVAL or EIDRM when it is gone
     */
    static attach(id: number): Segment;
    /** A copy of the bytes of segment `id`, at most `limit`, taken through a read-only attachment. */
    static read(id: number, limit?: number): Uint8Array;
    /**
     * Marks segment `id` for removal: its key is free at once, its memory goes when the last process detaches.
     *
     * @throws {SyscallError} EPERM for another user's segment; a segment that is gone already is no error
     */
    static remove(id: number): void;
    /** What the kernel knows about segment `id`. */
    static stat(id: number): SegmentStat;
    /** All segments of this IPC namespace. */
    static list(): SegmentStat[];
    /** What the kernel knows about this segment now. */
    stat(): SegmentStat;
    /** Marks this segment for removal; it stays mapped until {@link detach}. */
    remove(): void;
    /**
     * Maps segment `id` over this one, in one step of the kernel: every view in every thread shows the new segment from
     * then on, and the old one is detached.
     *
     * Only between operations, and only with a segment of the same size: a larger one would cover its neighbours, a
     * smaller one would leave a tail of the old.
     *
     * @throws {RangeError} when the sizes differ
     * @throws {SyscallError} as {@link attach}; the old segment is still mapped then
     */
    replace(id: number): void;
    /**
     * Puts an empty private segment in the place of this one, so that a thread that cannot be waited for goes on
     * touching harmless memory instead of an unmapped address.
     */
    entomb(): void;
    /** Unmaps it. Does nothing when it is unmapped already. */
    detach(): void;
}
/** Whether an error of this folder says that the segment no longer exists. */
export declare function isGone(error: unknown): boolean;
