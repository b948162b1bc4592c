import { closeSync, fstatSync, linkSync, lstatSync, renameSync, type Stats, unlinkSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { SHM_FOLDER } from './channel-name.js';
import { FileBytes } from './file-bytes.js';
import { type FileCall, FileError } from './file-error.js';
import type { Store, StoreStat } from './store.js';

/** Ids of files begin here, above those of segments, so that an id tells one from the other too. */
export const FILE_IDS_FROM = 2 ** 40;

/** A file of POSIX shared memory that is open. */
export class FileStore implements Store {
  readonly kind = 'posix';
  readonly address = 0;
  readonly file: FileBytes;
  readonly #path: Buffer;
  #id: number;
  #size: number;
  #bytes: Buffer | undefined;

  /**
   * @param path - under which it was found
   * @param fd - open; it is this one's from now on
   */
  constructor(path: Buffer, fd: number, { ino, size }: Pick<Stats, 'ino' | 'size'>) {
    this.#path = path;
    this.file = new FileBytes(fd);
    this.#id = FILE_IDS_FROM + ino;
    this.#size = size;
  }

  get id(): number {
    return this.#id;
  }

  get size(): number {
    if (this.#size === 0) this.#size = this.#try('fstat', 'look at', () => fstatSync(this.file.fd)).size;
    return this.#size;
  }

  get words(): FileBytes {
    return this.file;
  }

  /** The copy, all zero until others fill it: of as many bytes as the file had. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.alloc(this.#size);
    return this.#bytes;
  }

  stat(): StoreStat {
    const { size, mode, uid, nlink } = this.#try('fstat', 'look at', () => fstatSync(this.file.fd));
    return { size, mode: mode & 0o777, uid, creatorUid: uid, removed: nlink === 0, users: undefined };
  }

  /**
   * Takes the name away from this very file: a file that another has put there meanwhile stays. A name cannot be taken
   * from a file that is only looked at, so it is moved aside, looked at there, and given back where it was another's.
   */
  remove(): void {
    if (idAt(this.#path) !== this.#id) return;
    const aside = asidePath('gone');
    try {
      renameSync(this.#path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw new FileError('rename', error, `remove ${this.#label}`, this.#adviceToRemove());
    }
    try {
      if (idAt(aside) !== this.#id) linkSync(aside, this.#path);
    } catch {
      // A third has come in between; the file that was moved has lost its name to that one.
    }
    this.#try('unlink', 'remove', () => unlinkSync(aside));
  }

  replace(other: Store): FileStore {
    const old = new FileStore(this.#path, this.file.fd, { ino: this.#id - FILE_IDS_FROM, size: this.#size });
    const otherFile = other.file!;
    this.file.fd = otherFile.fd;
    otherFile.fd = -1;
    this.#id = other.id;
    return old;
  }

  /** Nothing to do: a file that is open can be used by a thread for as long as it is, whatever its name. */
  entomb(): void {}

  detach(): void {
    const { fd } = this.file;
    if (fd === -1) return;
    this.file.fd = -1;
    closeSync(fd);
  }

  get #label(): string {
    return `the file ${this.#path}`;
  }

  #adviceToRemove(): string | undefined {
    try {
      const { uid } = fstatSync(this.file.fd);
      return `it belongs to uid ${uid}, this process runs as uid ${process.geteuid?.()}, and in ${SHM_FOLDER} only they and root may remove it: run as uid ${uid}, or have it removed by that user (rm ${this.#path})`;
    } catch {
      return undefined;
    }
  }

  #try<T>(call: FileCall, action: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw new FileError(call, error, `${action} ${this.#label}`);
    }
  }
}

/** The id of the file under `path` now; `undefined` where there is none. */
export function idAt(path: Buffer | string): number | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : FILE_IDS_FROM + stats.ino;
}

let asides = 0;

/** A path in the same folder that nobody else uses. */
export function asidePath(what: string): string {
  return `${SHM_FOLDER}/.eshm-${what}-${process.pid}-${threadId}-${asides++}`;
}
