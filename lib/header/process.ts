import { fstatSync, readFileSync, readlinkSync } from 'node:fs';
import { hasFile, type Store } from '../store/index.js';
import { attachmentsOf } from './attachments.js';

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

/**
 * The process that wrote its id into a segment's header, as it was seen alive, so that its end can be told later.
 *
 * A process id proves nothing by itself: in another pid namespace (a container) it is another process's. The proof is
 * that the process here has this very segment attached.
 */
export class MetProcess {
  /** 0 when it is not proven which process it is. */
  #pid = 0;
  /** What is known already. */
  #known = '';

  /**
   * Remembers the process with this id, if it is there and has the segment attached. Reads some files of `/proc`, where
   * anything is new: a third of a millisecond.
   *
   * @param pid - as the header has it
   * @param store - the segment or file, which this process has too
   * @param start - tells one start in the segment from the next
   */
  meet(pid: number, store: Pick<Store, 'id' | 'file'>, start: string): void {
    const known = `${pid} ${store.id} ${start}`;
    if (known === this.#known) return;
    this.#known = known;
    this.#pid = isIn(store, pid) ? pid : 0;
  }

  /** Whether `pid` is the process that was met, and it has ended. */
  isGone(pid: number): boolean {
    return this.#pid !== 0 && pid === this.#pid && !processExists(pid);
  }
}

/** Whether the process that `pid` is here is that number to itself too, and has the segment attached, or the file open: proven, not guessed. */
function isIn({ id, file }: Pick<Store, 'id' | 'file'>, pid: number): boolean {
  // This process is never gone.
  if (pid === process.pid || !processExists(pid)) return false;
  try {
    return isItself(pid) && (file === undefined ? hasAttached(pid, id) : hasFile(pid, fstatSync(file.fd)));
  } catch {
    // Gone meanwhile, another user's, no `/proc`, or no permission to read it.
    return false;
  }
}

/** Whether `/proc` shows this pid namespace, and `pid` is a process of it: neither a thread, nor of a namespace within. */
function isItself(pid: number): boolean {
  if (readlinkSync('/proc/self') !== `${process.pid}`) return false;
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return status.includes(`\nTgid:\t${pid}\n`) && status.includes(`\nNSpid:\t${pid}\n`);
}

/** Whether the process is in this IPC namespace, in which ids of segments mean the same, and has this one mapped. */
function hasAttached(pid: number, segmentId: number): boolean {
  if (readlinkSync(`/proc/${pid}/ns/ipc`) !== readlinkSync('/proc/self/ns/ipc')) return false;
  const isIt = (one: { segmentId: number }) => one.segmentId === segmentId;
  const own = attachmentsOf('self').find(isIt);
  return own !== undefined && attachmentsOf(pid).some((one) => isIt(one) && one.device === own.device);
}
