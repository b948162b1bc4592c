import { readFileSync, readlinkSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

/** Which thread of this process: by Node's number, and by the kernel's, which it gives to others once a thread has ended. */
export interface ThreadIdentity {
  /** Node's number: 0 is the main thread. */
  readonly threadId: number;
  /** The kernel's number. */
  readonly tid: number;
  /** When the thread began, in the kernel's ticks since boot. */
  readonly startTicks: number;
}

let own: ThreadIdentity | undefined;

/**
 * This thread.
 *
 * @throws the file system's error where `/proc` is not to be read
 */
export function thisThread(): ThreadIdentity {
  if (own === undefined) {
    // Answered for the thread that asks; Node makes its synchronous calls in it.
    const tid = Number(readlinkSync('/proc/thread-self').split('/').pop());
    own = { threadId, tid, startTicks: startTicksOf(tid) };
  }
  return own;
}

/** Whether a thread of this process still runs. */
export function isRunning({ tid, startTicks }: ThreadIdentity): boolean {
  try {
    return startTicksOf(tid) === startTicks;
  } catch (error) {
    // Anything but that it is gone proves nothing: ESRCH comes where it ends between opening and reading.
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'ENOENT' && code !== 'ESRCH';
  }
}

/** Field 22 of the thread's line; field 2 is its name in brackets, which may hold anything. */
function startTicksOf(tid: number): number {
  const line = readFileSync(`/proc/self/task/${tid}/stat`, 'latin1');
  return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[22 - 3]);
}
