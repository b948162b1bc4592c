import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { layoutFor } from '../../../layout/index.js';
import { FileError, SHM_FOLDER } from '../../store/index.js';
import { formatBytes } from '../printing/format.js';
import { type CheckResult, note, ok, problem } from './check.js';

/** What `statfs` says of a tmpfs. */
const TMPFS = 0x01021994;

/** Less than this share of it free is worth a note. */
const NEARLY_FULL = 0.1;

/**
 * The folder of the files: whether it is there, may be written to, and has room. How it is mounted beside that does not
 * matter: a file of shared memory is no program (noexec), no device and nobody's other identity.
 */
export function checkFolder(): CheckResult {
  const check = SHM_FOLDER;
  const missing = 'mount -t tmpfs -o mode=1777 shm /dev/shm; in a container, give it one';
  let found: ReturnType<typeof statfsSync>;
  try {
    if (!statSync(SHM_FOLDER).isDirectory()) return problem(check, 'it is no folder', missing);
    found = statfsSync(SHM_FOLDER);
  } catch (error) {
    return problem(check, `it cannot be looked at: ${codeOf(error)}`, missing);
  }
  const { type, bsize, blocks, bavail, files, ffree } = found;
  const [free, all] = [bavail * bsize, blocks * bsize];
  const room = all === 0 ? 'no limit' : `${formatBytes(free)} of ${formatBytes(all)} free`;
  const more =
    'remove what lies there unused (ls -l /dev/shm, eshm rm --stale), or give it more room: mount -o remount,size=64m /dev/shm, docker run --shm-size';
  if (all > 0 && free < layoutFor().segmentSize) return problem(check, `it is full: ${room}`, more);
  if (files > 0 && ffree === 0) return problem(check, `it is full: no inode of ${files} is free`, more);
  const refused = tryFile();
  if (refused !== undefined)
    return problem(check, refused, 'the line says what to do; then run eshm doctor again');
  if (type !== TMPFS) {
    const kind = `type 0x${type.toString(16)}`;
    return note(check, `it is no tmpfs (${kind}), ${room}`, 'it works, and may be slow: mount a tmpfs there');
  }
  return all > 0 && free < all * NEARLY_FULL ? note(check, room, more) : ok(check, `tmpfs, ${room}`);
}

/** Makes a file that no list shows, writes, reads and removes it; what was refused. */
function tryFile(): string | undefined {
  const path = `${SHM_FOLDER}/.eshm-doctor-${process.pid}`;
  const bytes = Buffer.from('ESHM');
  try {
    accessSync(SHM_FOLDER, constants.W_OK | constants.X_OK);
    const fd = openSync(path, 'wx+', 0o600);
    try {
      writeSync(fd, bytes, 0, bytes.length, 0);
      const back = Buffer.alloc(bytes.length);
      readSync(fd, back, 0, back.length, 0);
      return back.equals(bytes) ? undefined : 'what was written is not what is read';
    } finally {
      closeSync(fd);
      unlinkSync(path);
    }
  } catch (error) {
    return new FileError('open', error, `create a file in ${SHM_FOLDER}`).message;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** Whether others look into the same folder as this process. */
export function checkSharing(root = ''): CheckResult {
  const check = 'shared files';
  const advice = `only peers with the same folder are seen: docker run --ipc=host or --ipc=container:NAME shares ${SHM_FOLDER} as well as segments`;
  const [own, first] = [deviceOf(SHM_FOLDER), deviceOf(`/proc/1/root${SHM_FOLDER}`)];
  if (own !== undefined && first !== undefined && own !== first) {
    return note(check, `this process has another ${SHM_FOLDER} than process 1`, advice);
  }
  const isContainer = existsSync(`${root}/.dockerenv`) || existsSync(`${root}/run/.containerenv`);
  if (isContainer)
    return note(
      check,
      `this is a container, with a ${SHM_FOLDER} of its own unless it was told otherwise`,
      advice,
    );
  return ok(
    check,
    first === undefined
      ? `${SHM_FOLDER} (that of process 1 may not be looked at)`
      : `${SHM_FOLDER}, that of process 1`,
  );
}

/** Which file system it is, by the number that tells it from others. */
function deviceOf(path: string): number | undefined {
  try {
    return statSync(path).dev;
  } catch {
    return undefined;
  }
}
