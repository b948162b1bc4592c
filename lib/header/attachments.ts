import { readFileSync } from 'node:fs';

/** A System V segment as one process has it mapped. */
export interface Attachment {
  readonly address: number;
  /** The kernel's id of the segment, which it shows as the inode. */
  readonly segmentId: number;
  /** Whose inodes these are: one for all segments of the machine, and for nothing else. */
  readonly device: string;
}

/** `7f2c5a400000-7f2c5a403000 rw-s 00000000 00:01 32769    /SYSV4f2a11c0 (deleted)`: the path is the rest of the line. */
const LINE =
  /^([0-9a-f]+)-[0-9a-f]+ \S{4} [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+) (\d+) +\/SYSV[0-9a-f]{8}(?: \(deleted\))?$/;

/**
 * The attachments among the mappings of a process. A file may be called as a segment is: the device tells them apart.
 *
 * @param maps - what `/proc/PID/maps` has
 */
export function attachmentsIn(maps: string): Attachment[] {
  const found: Attachment[] = [];
  // Few of some hundred lines are any.
  for (let at = maps.indexOf(' /SYSV'); at >= 0; at = maps.indexOf(' /SYSV', at + 1)) {
    const end = maps.indexOf('\n', at);
    const line = maps.slice(maps.lastIndexOf('\n', at) + 1, end < 0 ? maps.length : end);
    const [, address, device, inode] = LINE.exec(line) ?? [];
    if (address === undefined) continue;
    found.push({ address: Number.parseInt(address, 16), segmentId: Number(inode), device: device! });
  }
  return found;
}

/**
 * The attachments of a process: none where it has ended and was not waited for.
 *
 * @throws the file system's error where it is gone, or may not be looked at
 */
export function attachmentsOf(pid: number | 'self'): Attachment[] {
  return attachmentsIn(readFileSync(`/proc/${pid}/maps`, 'latin1'));
}
