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

/** A process of which one thing is remembered: that it was alive, so that its end can be told later. */
export class MetProcess {
  /** 0 when this pid namespace does not show it. */
  #pid = 0;

  /** Remembers the process with this id, if it is there. */
  meet(pid: number): void {
    this.#pid = processExists(pid) ? pid : 0;
  }

  /** Whether `pid` is the process that was met, and it has ended. */
  isGone(pid: number): boolean {
    return this.#pid !== 0 && pid === this.#pid && !processExists(pid);
  }
}
