/**
 * Whether a process with the id `pid` exists, as far as this pid namespace shows: signal 0 asks and sends nothing. A
 * process that has ended and was not waited for still exists.
 */
export function processExists(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and another user's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
