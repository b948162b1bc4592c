import { deriveKey } from '../../layout/index.js';

/** Where the files of POSIX shared memory are: what `shm_open` of glibc and musl uses. */
export const SHM_FOLDER = '/dev/shm';

/** What the name of every file of the original's begins with. */
export const FILE_PREFIX = 'eshm_';

/** Bytes in a file's name at most: the original cuts what it gives to `shm_open`, with its slash, at 255. */
const LONGEST_FILE_NAME = 254;

/** A channel as both kinds of memory know it. */
export interface ChannelName {
  /** As the user gave it. */
  readonly name: string;
  /** The System V key, signed 32 bits, never 0. */
  readonly key: number;
  /** The path of the file, as bytes: a name that is cut may end within a character. */
  readonly path: Buffer;
}

/**
 * Where the channel `name` is kept in both kinds of memory.
 *
 * @throws {TypeError | RangeError} as `deriveKey`: a name that is no text, is empty, has a NUL or the key 0
 */
export function channelName(name: string): ChannelName {
  const key = deriveKey(name);
  // Every `/` of the name becomes `_`, so no name leaves the folder, and the prefix keeps `.` and `..` apart from it.
  const file = Buffer.from(`${FILE_PREFIX}${name.replaceAll('/', '_')}`).subarray(0, LONGEST_FILE_NAME);
  return Object.freeze({ name, key, path: Buffer.concat([Buffer.from(`${SHM_FOLDER}/`), file]) });
}
