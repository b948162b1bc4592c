import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { formatKey, isGone, Segment, SyscallError, UnsupportedError } from '../../../syscalls/index.js';
import { FILE_PREFIX, FileError, FileStore, listFiles, SHM_FOLDER, type ShmKind } from '../../store/index.js';
import { escapeText } from '../printing/text.js';

/** What the system says of a segment or a file of shared memory. */
export interface ShmStat {
  readonly shm: ShmKind;
  /** The kernel's id of a segment, the inode of a file. */
  readonly id: number;
  /** Under which a segment lies; `undefined` of a file. */
  readonly key: number | undefined;
  /** Where a file lies, as bytes; `undefined` of a segment. */
  readonly path: Buffer | undefined;
  readonly size: number;
  /** Permission bits, 0 to 0o777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whether it was removed and lives on for those who have it; such a file is on no list. */
  readonly removed: boolean;
  /** How often a segment is attached; `undefined` of a file, which nobody counts. */
  readonly attachments: number | undefined;
  /** When a segment was created, or its owner or mode changed; when a file was created. In s since 1970. */
  readonly changedAtS: number;
}

const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Everything that may be a channel here, or only what is of one kind: segments, then files. */
export function listObjects(shm?: ShmKind): ShmStat[] {
  return [
    ...(shm === 'posix' ? [] : Segment.list().map(segmentStat)),
    ...(shm === 'system-v' ? [] : filesHere()),
  ];
}

/** The file at `path` as it is now; `undefined` where there is none. */
export function fileAt(path: Buffer): ShmStat | undefined {
  try {
    return fileStat(path, lstatSync(path));
  } catch {
    return undefined;
  }
}

function segmentStat(stat: ReturnType<typeof Segment.list>[number]): ShmStat {
  const { key, id, size, mode, uid, gid, removed, attachments, changedAtS } = stat;
  return {
    shm: 'system-v',
    id,
    key,
    path: undefined,
    size,
    mode,
    uid,
    gid,
    removed,
    attachments,
    changedAtS,
  };
}

function filesHere(): ShmStat[] {
  let paths: Buffer[];
  try {
    paths = listFiles();
  } catch {
    // No such folder: no files. `eshm doctor` tells of it.
    return [];
  }
  return paths.map(fileAt).filter((found) => found !== undefined);
}

function fileStat(path: Buffer, { ino, size, mode, uid, gid, birthtimeMs, ctimeMs }: Stats): ShmStat {
  return {
    shm: 'posix',
    id: ino,
    key: undefined,
    path,
    size,
    mode: mode & 0o777,
    uid,
    gid,
    removed: false,
    attachments: undefined,
    changedAtS: Math.floor((birthtimeMs || ctimeMs) / 1000),
  };
}

/**
 * A copy of bytes of it, read-only; fewer where it ends before. Not one moment's: a process that writes meanwhile is not
 * waited for.
 *
 * @throws {SyscallError | FileError} when it is gone or may not be read; see {@link isGoneObject}
 * @throws {UnsupportedError} for a segment, where the system calls cannot be made
 */
export function readObject({ shm, id, path }: ShmStat, offset: number, length: number): Uint8Array {
  if (shm === 'system-v') return Segment.read(id, offset, length);
  const fd = openToRead(path!);
  try {
    const stats = fstatSync(fd);
    if (stats.ino !== id) throw gone(path!);
    if (!stats.isFile()) throw notFile(path!);
    const bytes = new Uint8Array(Math.max(0, Math.min(length, stats.size - offset)));
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(fd);
  }
}

function openToRead(path: Buffer): number {
  try {
    return openSync(path, READ_FLAGS);
  } catch (error) {
    throw new FileError('open', error, `read the file ${path}`, adviceToRead(error, path));
  }
}

function adviceToRead(error: unknown, path: Buffer): string | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
  const found = fileAt(path);
  if (found === undefined) return undefined;
  const mode = found.mode.toString(8).padStart(4, '0');
  return `it has mode ${mode} and belongs to uid ${found.uid}, this process runs as uid ${process.geteuid?.()}`;
}

const gone = (path: Buffer) =>
  new FileError('open', { code: 'ENOENT', errno: 2 }, `read the file ${path}`, 'another has taken its place');

const notFile = (path: Buffer) =>
  new FileError('open', { code: 'EINVAL', errno: 22 }, `read the file ${path}`, 'it is no regular file');

/** Whether an error of {@link readObject} says that it is there no more. */
export function isGoneObject(error: unknown): boolean {
  return isGone(error) || (error instanceof FileError && error.code === 'ENOENT');
}

/** Whether an error tells of a segment or a file that could not be read. */
export function isUnreadable(error: unknown): error is SyscallError | FileError | UnsupportedError {
  return error instanceof SyscallError || error instanceof FileError || error instanceof UnsupportedError;
}

/** Takes it away from under its key or its name. @throws {SyscallError | FileError} */
export function removeObject({ shm, id, path, size, uid }: ShmStat): void {
  if (shm === 'system-v') {
    Segment.remove(id);
    return;
  }
  try {
    new FileStore(path!, -1, { ino: id, size }).remove();
  } catch (error) {
    if (!(error instanceof FileError) || !['EPERM', 'EACCES'].includes(error.code)) throw error;
    const advice = `it belongs to uid ${uid}, this process runs as uid ${process.geteuid?.()}: run as uid ${uid} or as root`;
    throw new FileError(error.syscall, error.cause, `remove the file ${path}`, advice);
  }
}

/** Tells it from everything else that is there now. */
export function identityOf({ shm, id }: ShmStat): string {
  return `${shm} ${id}`;
}

/** The name that a file's channel has for whoever gives it: what follows the prefix, its slashes as underscores. */
export function nameOf({ path }: ShmStat): string | undefined {
  return path && escapeText(path.subarray(SHM_FOLDER.length + 1 + FILE_PREFIX.length).toString());
}

/** What it lies under, for a table: the key, or the file's name. */
export function placeOf({ key, path }: ShmStat): string {
  return path === undefined ? formatKey(key!) : escapeText(path.subarray(SHM_FOLDER.length + 1).toString());
}

/** As one of many in a sentence: `0x0764801e (id 12)`, `/dev/shm/eshm_robot`. */
export function called(stat: ShmStat): string {
  return stat.path === undefined ? `${formatKey(stat.key!)} (id ${stat.id})` : escapeText(`${stat.path}`);
}

/** `segment` or `file`. */
export function thingOf({ shm }: ShmStat): string {
  return shm === 'posix' ? 'file' : 'segment';
}
