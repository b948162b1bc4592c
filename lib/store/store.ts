import type { ChannelName } from './channel-name.js';
import type { FileBytes } from './file-bytes.js';
import type { ShmKind } from './kind.js';
import type { Words } from './words.js';

/** What the system knows about the memory of a channel, of either kind. */
export interface StoreStat {
  readonly size: number;
  /** Permission bits, 0 to 0o777. */
  readonly mode: number;
  readonly uid: number;
  /** Who made it; the owner, where the system does not say. */
  readonly creatorUid: number;
  /** Whether it was removed and lives on for those who have it. */
  readonly removed: boolean;
  /** Attachments over all processes; `undefined` where the system does not count them. */
  readonly users: number | undefined;
}

/**
 * The memory of one channel as this process has it: a segment that is attached, or a file that is open. Knows no mailbox
 * and no header; what lies where is for others.
 *
 * Belongs to the thread that made it.
 */
export interface Store {
  readonly kind: ShmKind;
  /** Tells this memory from every other: the kernel's id of the segment, or a larger number made of the file's inode. */
  readonly id: number;
  /** Bytes, as found when it was opened. */
  readonly size: number;
  /**
   * The mapped bytes; for a file a copy of this process's own, which others bring up to date. Not to be kept or touched
   * after {@link detach}.
   */
  readonly bytes: Buffer;
  /** Its words as everybody sees them. */
  readonly words: Words;
  /** Where it is mapped; 0 for a file. */
  readonly address: number;
  /** The open file; `undefined` where memory is mapped. */
  readonly file: FileBytes | undefined;

  /** What the system knows about it now. @throws {SyscallError | FileError} */
  stat(): StoreStat;
  /** Takes it away from under its name; it lives on for those who have it. @throws {SyscallError | FileError} */
  remove(): void;
  /**
   * Puts `other`, of the same kind and size, in the place of this one; every view shows it from then on.
   *
   * @returns what was here before, to be detached when nobody uses it; `undefined` where it has gone
   * @throws {SyscallError} when it cannot be had; nothing has changed then
   */
  replace(other: Store): Store | undefined;
  /** Puts harmless memory in the place of this one, for a thread that cannot be waited for. */
  entomb(): void;
  /** Lets go of it. Does nothing the second time. */
  detach(): void;
}

/** One of the two places in which the memory of a channel can be. */
export interface Shm {
  readonly kind: ShmKind;
  /** Why it cannot be used in this process, or `undefined`. */
  unsupported(): string | undefined;
  /** What is under the name now, by its {@link Store.id}; `undefined` where nothing is. */
  find(name: ChannelName): number | undefined;
  /** Opens what is under the name now. @throws {SyscallError | FileError} ENOENT where nothing is */
  attach(name: ChannelName): Store;
  /**
   * Opens what is under the name now for reading only: nothing of it can be changed through what this gives. `undefined`
   * where nothing is, or has gone meanwhile. @throws {SyscallError | FileError}
   */
  tryAttachToRead(name: ChannelName): Store | undefined;
  /** As {@link attach}; `undefined` where nothing is, or has gone meanwhile. */
  tryAttach(name: ChannelName): Store | undefined;
  /**
   * Makes new memory, all zero, under a name that is free.
   *
   * @param fill - writes what must be there from the start; false where another has taken it away meanwhile
   * @returns `undefined` where somebody else was quicker
   * @throws {SyscallError | FileError}
   */
  create(name: ChannelName, size: number, mode: number, fill: (store: Store) => boolean): Store | undefined;
  /** The place of this name, for people: `the segment under key 0x0764801e`, `the file /dev/shm/eshm_robot`. */
  placeOf(name: ChannelName): string;
}
