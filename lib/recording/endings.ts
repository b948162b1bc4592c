import { EshmError } from '../errors.js';

/** Longest delay of a timer in Node, in ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls `end` after `durationMs`, however long that is. */
export function untilEnd(durationMs: number, startedMs: number, end: () => void): { clear(): void } {
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const leftMs = startedMs + durationMs - performance.now();
    if (leftMs <= 0) end();
    else timer = setTimeout(wait, Math.min(Math.ceil(leftMs), LONGEST_TIMER_MS));
  };
  if (durationMs !== Number.POSITIVE_INFINITY) wait();
  return { clear: () => clearTimeout(timer) };
}

/** Why a file could not be written. */
export function unwritable(error: Error, path: string): Error {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof EshmError || code === undefined || syscall === undefined) return error;
  const why: Record<string, string> = {
    EEXIST: 'it is there already; give another name, or overwrite it',
    ENOSPC: 'the disk is full; what was recorded before reads as it is',
    EDQUOT: 'the quota is used up; what was recorded before reads as it is',
    EFBIG: 'no file may be so large here; what was recorded before reads as it is',
    ENOENT: 'there is no such folder',
    EACCES: 'it may not be written by this user',
    EROFS: 'its file system is read-only',
  };
  return new EshmError(
    'ESHM_UNSUPPORTED',
    `Cannot record to ${path}: ${why[code] ?? error.message} (${code})`,
    {
      cause: error,
    },
  );
}
