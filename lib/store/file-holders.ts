import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';

/**
 * Whether a process has a file mapped or open: a C++ peer maps it and may close it, one of ours has it open.
 *
 * @param file - its device and inode, as `fstat` has them: the files of two containers may have one path and one inode
 * @throws the file system's error where the process is gone, or may not be looked at
 */
export function hasFile(pid: number, { dev, ino }: Pick<Stats, 'dev' | 'ino'>): boolean {
  const maps = readFileSync(`/proc/${pid}/maps`, 'latin1');
  if (maps.includes(` ${deviceName(dev)} ${ino} `)) return true;
  return readdirSync(`/proc/${pid}/fd`).some((one) => {
    const found = statSync(`/proc/${pid}/fd/${one}`, { throwIfNoEntry: false });
    return found !== undefined && found.ino === ino && found.dev === dev;
  });
}

/** A device as `/proc/PID/maps` prints it, `00:1a`, of the number that `stat` has. */
function deviceName(dev: number): string {
  const major = (dev >>> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  const hex = (part: number) => part.toString(16).padStart(2, '0');
  return `${hex(major)}:${hex(minor)}`;
}
