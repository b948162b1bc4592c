import { shmat, shmctl, shmdt, shmget } from './calls.js';
import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE, IPC_RMID, SHM_RDONLY, SHM_REMAP } from './constants.js';
import { SyscallError } from './errors.js';
import { withOwner } from './owner.js';
import { listSegments, type SegmentStat, statSegment } from './stat.js';
import { viewOf } from './view.js';

/**
 * A System V shared-memory segment, attached to this process.
 *
 * Belongs to the thread that made it. The address may be given to other threads of the process, which must have
 * stopped using it before {@link detach}.
 */
export class Segment {
  /** Where it is mapped; stays the same through {@link replace}. */
  readonly address: number;
  /** Bytes, as the creator asked for. */
  readonly size: number;
  #id: number;
  #attached = true;

  private constructor(id: number, address: number, size: number) {
    this.#id = id;
    this.address = address;
    this.size = size;
  }

  /** The kernel's id of the segment that is mapped now. */
  get id(): number {
    return this.#id;
  }

  /** Whether it is still mapped. */
  get attached(): boolean {
    return this.#attached;
  }

  /**
   * The mapped bytes. Touching them after {@link detach} kills the process: never keep or hand out this view.
   *
   * @throws {Error} when it is detached
   */
  get bytes(): Buffer {
    if (!this.#attached) throw new Error('Cannot view segment: it is detached');
    return viewOf(this.address, this.size);
  }

  /**
   * Creates a new segment, all zero, and attaches it.
   *
   * @param key - signed 32-bit key; 0 makes a private segment
   * @param size - bytes, more than 0
   * @param mode - permission bits, for example 0o666
   * @throws {SyscallError} EEXIST when the key is taken, ENOSPC at a kernel limit, EINVAL for an impossible size
   */
  static create(key: number, size: number, mode: number): Segment {
    const id = shmget(key, size, IPC_CREAT | IPC_EXCL | (mode & 0o777));
    try {
      return new Segment(id, shmat(id), size);
    } catch (error) {
      Segment.remove(id);
      throw error;
    }
  }

  /**
   * Finds the segment under `key` without attaching it.
   *
   * @param key - signed 32-bit key
   * @returns the kernel's id of it
   * @throws {SyscallError} ENOENT when there is none
   */
  static find(key: number): number {
    return shmget(key, 0, 0);
  }

  /**
   * Attaches segment `id`, whatever its size.
   *
   * @param id - the kernel's id of the segment
   * @throws {SyscallError} EACCES (with mode and owner in the message), EINVAL or EIDRM when it is gone
   */
  static attach(id: number): Segment {
    return Segment.#attach(id, 0);
  }

  /**
   * As {@link attach}, for reading only: permission to read is enough, and a store to its bytes kills the process.
   *
   * @param id - the kernel's id of the segment
   * @throws {SyscallError} as {@link attach}
   */
  static attachToRead(id: number): Segment {
    return Segment.#attach(id, SHM_RDONLY);
  }

  static #attach(id: number, flags: number): Segment {
    try {
      const { size } = statSegment(id);
      return new Segment(id, shmat(id, 0, flags), size);
    } catch (error) {
      throw withOwner(error, id);
    }
  }

  /**
   * A copy of bytes of segment `id`, taken through a read-only attachment: no page outside the range is touched. Not one
   * moment's: a process that writes meanwhile is not waited for.
   *
   * @param id - the kernel's id of the segment
   * @param offset - first byte
   * @param length - how many at most; all that follow by default, fewer where the segment ends
   * @throws {RangeError} for an offset or a length that is no whole number from 0
   * @throws {SyscallError} EACCES (with mode and owner in the message), EINVAL or EIDRM when it is gone
   */
  static read(id: number, offset = 0, length = Number.MAX_SAFE_INTEGER): Uint8Array {
    for (const [what, value] of Object.entries({ offset, length })) {
      if (!Number.isSafeInteger(value) || value < 0) {
        const found = typeof value === 'number' ? value : `of type ${typeof value}`;
        throw new RangeError(`Cannot read segment: ${what} is ${found}, expected a whole number from 0`);
      }
    }
    try {
      const { size } = statSegment(id);
      const available = Math.min(length, size - offset);
      if (available <= 0) return new Uint8Array(0);
      const address = shmat(id, 0, SHM_RDONLY);
      try {
        // A view of the part would be another for each length that a message has, and all of them be kept.
        return Uint8Array.from(viewOf(address, size).subarray(offset, offset + available));
      } finally {
        shmdt(address);
      }
    } catch (error) {
      throw withOwner(error, id);
    }
  }

  /**
   * Marks segment `id` for removal: its key is free at once, its memory goes when the last process detaches.
   *
   * @param id - the kernel's id of the segment
   * @throws {SyscallError} EPERM for another user's segment; a segment that is gone already is no error
   */
  static remove(id: number): void {
    try {
      shmctl(id, IPC_RMID);
    } catch (error) {
      if (!isGone(error)) throw withOwner(error, id);
    }
  }

  /**
   * What the kernel knows about segment `id`.
   *
   * @param id - the kernel's id of the segment
   * @throws {SyscallError} EACCES without read permission, EINVAL or EIDRM when it is gone
   */
  static stat(id: number): SegmentStat {
    return statSegment(id);
  }

  /**
   * All segments of this IPC namespace, also those this process may not attach.
   *
   * @throws the file system's error where `/proc` is not mounted
   */
  static list(): SegmentStat[] {
    return listSegments();
  }

  /**
   * What the kernel knows about this segment now.
   *
   * @throws {SyscallError} EINVAL or EIDRM when it is gone
   */
  stat(): SegmentStat {
    return statSegment(this.#id);
  }

  /**
   * Marks this segment for removal; it stays mapped until {@link detach}.
   *
   * @throws {SyscallError} EPERM for another user's segment
   */
  remove(): void {
    Segment.remove(this.#id);
  }

  /**
   * Maps segment `id` over this one, in one step of the kernel: every view in every thread shows the new segment from
   * then on, and the old one is detached.
   *
   * Only between operations, and only with a segment of the same size: a larger one would cover its neighbours, a
   * smaller one would leave a tail of the old.
   *
   * @param id - the kernel's id of the other segment
   * @throws {RangeError} when the sizes differ
   * @throws {SyscallError} as {@link attach}; the old segment is still mapped then
   */
  replace(id: number): void {
    const { size } = statSegment(id);
    if (size !== this.size) {
      throw new RangeError(`Cannot replace segment: size is ${size}, expected ${this.size}`);
    }
    shmat(id, this.address, SHM_REMAP);
    this.#id = id;
  }

  /**
   * Puts an empty private segment in the place of this one, so that a thread that cannot be waited for goes on
   * touching harmless memory instead of an unmapped address. To be followed by {@link detach} once that thread is
   * known to be elsewhere. Does nothing when it is unmapped already.
   *
   * @throws {SyscallError} ENOSPC or ENOMEM; the old segment is still mapped then
   */
  entomb(): void {
    if (!this.#attached) return;
    const id = shmget(IPC_PRIVATE, this.size, IPC_CREAT | 0o600);
    try {
      this.replace(id);
    } finally {
      Segment.remove(id);
    }
  }

  /** Unmaps it. Does nothing when it is unmapped already. */
  detach(): void {
    if (!this.#attached) return;
    this.#attached = false;
    shmdt(this.address);
  }
}

/**
 * Whether an error of this folder says that the segment no longer exists: EINVAL, EIDRM or ENOENT.
 *
 * @param error - whatever was thrown
 */
export function isGone(error: unknown): boolean {
  return (
    error instanceof SyscallError &&
    (error.code === 'EINVAL' || error.code === 'EIDRM' || error.code === 'ENOENT')
  );
}
