import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  unlinkSync,
} from 'node:fs';
import { platformReason } from '../../syscalls/index.js';
import { type ChannelName, FILE_PREFIX, SHM_FOLDER } from './channel-name.js';
import { FileError, isMissing } from './file-error.js';
import { asidePath, FILE_IDS_FROM, FileStore, idAt } from './file-store.js';
import type { Shm, Store } from './store.js';

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Without a link at the end of the path, and without waiting for the other end of what is no file. */
const OPEN_FLAGS = O_RDWR | O_NOFOLLOW | O_NONBLOCK;

/** The same for whoever only looks. */
const READ_FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

/** Bytes written at a time where a new file is filled with zeros. */
const ZEROS = Buffer.alloc(65_536);

/** Files in `/dev/shm`. */
export const posix: Shm = {
  kind: 'posix',

  unsupported: () => platformReason() ?? permissionReason(),

  find({ path }) {
    try {
      return FILE_IDS_FROM + lstatSync(path).ino;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw new FileError('open', error, `look for the file ${path}`);
    }
  },

  attach: (name) => openStore(name, OPEN_FLAGS),

  tryAttach(name) {
    try {
      return this.attach(name);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },

  tryAttachToRead(name) {
    try {
      return openStore(name, READ_FLAGS);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },

  /**
   * The file comes under its name when it is complete, so no peer meets it without a header, or empty, where a C++ one
   * dies of SIGBUS. All of its pages are there by then: a write to it can find /dev/shm full no more.
   */
  create(name, size, mode, fill) {
    const aside = asidePath('new');
    const made = openAside(name, aside, mode);
    let store: FileStore | undefined;
    try {
      store = fillNew(name, made, size, fill);
      if (store === undefined) return undefined;
      linkSync(aside, name.path);
      return store;
    } catch (error) {
      store?.detach();
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
      if (error instanceof FileError) throw error;
      throw new FileError('link', error, `create ${this.placeOf(name)}`);
    } finally {
      unlinkSync(aside);
    }
  },

  placeOf: ({ path }) => `the file ${path}`,
};

/** Why Node's permission model lets this process have no file of shared memory, or `undefined`. */
function permissionReason(): string | undefined {
  const { permission } = process as { permission?: { has(scope: string, path: string): boolean } };
  const path = `${SHM_FOLDER}/${FILE_PREFIX}`;
  if (permission === undefined) return undefined;
  if (permission.has('fs.read', path) && permission.has('fs.write', path)) return undefined;
  return `node's permission model forbids files in ${SHM_FOLDER}; give node --allow-fs-read=${SHM_FOLDER}/* and --allow-fs-write=${SHM_FOLDER}/*`;
}

/** @throws {FileError} also for what is no regular file */
function openStore(name: ChannelName, flags: number): FileStore {
  const fd = open(name, flags);
  try {
    const stats = fstatSync(fd);
    if (stats.isFile()) return new FileStore(name.path, fd, stats);
  } catch (error) {
    closeSync(fd);
    throw new FileError('fstat', error, `open ${posix.placeOf(name)}`);
  }
  closeSync(fd);
  throw new FileError(
    'open',
    { code: 'EINVAL', errno: 22 },
    `open ${posix.placeOf(name)}`,
    'what lies there is no regular file: remove it, or choose another name',
  );
}

function open(name: ChannelName, flags: number): number {
  try {
    return openSync(name.path, flags);
  } catch (error) {
    throw new FileError('open', error, `open ${posix.placeOf(name)}`, adviceOnOwner(error, name, flags));
  }
}

function openAside(name: ChannelName, aside: string, mode: number): number {
  try {
    const fd = openSync(aside, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    // Whatever the umask is: a peer of another user is to write here too, as in a segment. By its path, which nobody else
    // uses: Node's permission model knows no change of an open file.
    chmodSync(aside, mode & 0o777);
    return fd;
  } catch (error) {
    throw new FileError('open', error, `create ${posix.placeOf(name)}`);
  }
}

/** @throws {FileError} with the file closed */
function fillNew(
  name: ChannelName,
  fd: number,
  size: number,
  fill: (store: Store) => boolean,
): FileStore | undefined {
  let store: FileStore | undefined;
  try {
    store = new FileStore(name.path, fd, { ino: fstatSync(fd).ino, size });
    for (let at = 0; at < size; at += ZEROS.length) {
      store.file.write(at, ZEROS, 0, Math.min(ZEROS.length, size - at));
    }
    if (fill(store)) return store;
    closeSync(fd);
    return undefined;
  } catch (error) {
    closeSync(fd);
    throw new FileError('write', error, `create ${posix.placeOf(name)}`);
  }
}

/** Who owns a file that may not be opened, and what would open it. */
function adviceOnOwner(error: unknown, { path }: ChannelName, flags: number): string | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
  try {
    const { uid, mode } = lstatSync(path);
    const toOpen =
      flags === READ_FLAGS
        ? `chmod a+r ${path}`
        : `chmod 666 ${path}; the original obeys the umask, so start it under \`umask 0\``;
    return `it has mode ${(mode & 0o777).toString(8).padStart(4, '0')} and belongs to uid ${uid}, this process runs as uid ${process.geteuid?.()}: run as uid ${uid}, or have the file opened to others (${toOpen})`;
  } catch {
    return undefined;
  }
}

/** The paths of all files of the original's that are in the folder now, as bytes. */
export function listFiles(): Buffer[] {
  const names = readdirSync(SHM_FOLDER, { encoding: 'buffer' });
  return names
    .filter((name) => name.subarray(0, FILE_PREFIX.length).equals(PREFIX))
    .map((name) => Buffer.concat([FOLDER, name]));
}

const PREFIX = Buffer.from(FILE_PREFIX);
const FOLDER = Buffer.from(`${SHM_FOLDER}/`);

/** Opens the file with the id of which these are the lower 32 bits, whatever its name; `undefined` where there is none. */
export function tryOpenById(id: number): FileStore | undefined {
  try {
    for (const path of listFiles()) {
      if (((idAt(path) ?? 0) | 0) !== (id | 0)) continue;
      const fd = openSync(path, OPEN_FLAGS);
      return new FileStore(path, fd, fstatSync(fd));
    }
  } catch {
    // Gone meanwhile, or another user's.
  }
  return undefined;
}
