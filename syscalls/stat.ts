import { readFileSync } from 'node:fs';
import { SHMID_DS_SIZE, shmctl } from './calls.js';
import { IPC_STAT, SHM_DEST } from './constants.js';

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
 * What the kernel knows about segment `id`: `shmctl(IPC_STAT)`.
 *
 * @param id - the kernel's id of the segment
 * @throws {SyscallError} EACCES without read permission, EINVAL or EIDRM for a segment that is gone
 */
export function statSegment(id: number): SegmentStat {
  const bytes = Buffer.alloc(SHMID_DS_SIZE);
  shmctl(id, IPC_STAT, bytes);
  // struct shmid_ds of x86-64: struct ipc_perm (48 bytes), shm_segsz, three times, two pids, shm_nattch.
  const mode = bytes.readUInt32LE(20);
  return {
    key: bytes.readInt32LE(0),
    id,
    size: Number(bytes.readBigUInt64LE(48)),
    mode: mode & 0o777,
    removed: (mode & SHM_DEST) !== 0,
    uid: bytes.readUInt32LE(4),
    gid: bytes.readUInt32LE(8),
    creatorUid: bytes.readUInt32LE(12),
    creatorPid: bytes.readInt32LE(80),
    lastPid: bytes.readInt32LE(84),
    attachments: Number(bytes.readBigUInt64LE(88)),
    changedAtS: Number(bytes.readBigInt64LE(72)),
  };
}

/**
 * All segments of this IPC namespace, also those this process may not attach, from `/proc/sysvipc/shm`.
 *
 * @throws the file system's error where `/proc` is not mounted
 */
export function listSegments(): SegmentStat[] {
  return parseSegmentTable(readFileSync('/proc/sysvipc/shm', 'utf8'));
}

/**
 * Reads the text of `/proc/sysvipc/shm`; columns are found by their titles, lines that do not fit are left out.
 *
 * @param text - the whole file, its first line the titles
 */
export function parseSegmentTable(text: string): SegmentStat[] {
  const [titles = '', ...rows] = text.split('\n');
  const columns = titles.trim().split(/\s+/);
  const segments: SegmentStat[] = [];
  for (const row of rows) {
    const cells = row.trim().split(/\s+/);
    if (cells.length < columns.length) continue;
    const cell = (title: string) => cells[columns.indexOf(title)] ?? '';
    const number = (title: string) => Number(cell(title));
    const mode = Number.parseInt(cell('perms'), 8);
    const found = {
      key: number('key') | 0,
      id: number('shmid'),
      size: number('size'),
      mode: mode & 0o777,
      removed: (mode & SHM_DEST) !== 0,
      uid: number('uid'),
      gid: number('gid'),
      creatorUid: number('cuid'),
      creatorPid: number('cpid'),
      lastPid: number('lpid'),
      attachments: number('nattch'),
      changedAtS: number('ctime'),
    };
    if (!Object.values(found).some(Number.isNaN) && !Number.isNaN(mode)) segments.push(found);
  }
  return segments;
}
