import { Header, type Role } from '../header/index.js';
import type { Steps } from '../idle/index.js';
import type { Store } from '../store/index.js';
import { lives } from './judge.js';

/** An endpoint that is about to leave its segment, and no longer beats. */
export interface Departure {
  readonly role: Role;
  /** Attached, or open, once in this process for the one that leaves. */
  readonly store: Store;
  /** Whether it created the segment. */
  readonly created: boolean;
  readonly autoCleanup: boolean;
  /** Whether the slave was found stale. */
  readonly slaveIsStale: boolean;
  /** Whether nobody else has taken the role, as far as is known. */
  hasRole(): boolean;
}

/**
 * Takes the flag down, unless another has the role by now; a master's segment is removed where that is its task. Leaves
 * the segment attached, the file open.
 *
 * @throws {SyscallError} when it could not be removed; the flag is down all the same
 */
export function* leave(departure: Departure): Steps<void> {
  const { role, store, autoCleanup } = departure;
  try {
    // Removed while it is still marked: a master that starts meanwhile waits for a beat, and then finds it gone.
    if (role === 'master' && autoCleanup && (yield* isToBeRemoved(departure))) store.remove();
  } finally {
    if (departure.hasRole()) new Header(store).leave(role);
  }
}

/**
 * The creator removes its segment. A master that took it over does so when no live slave is left in it, because the
 * creator is dead. One that was itself taken over leaves that to its successor, unless it is the last one there.
 */
function* isToBeRemoved(departure: Departure): Steps<boolean> {
  const { store, created } = departure;
  const isDue = created || !(yield* slaveLives(departure));
  // Looked at last: the slave was given time to show a beat, in which another master may have started.
  if (departure.hasRole()) return isDue;
  return isLastIn(store);
}

function* slaveLives({ store, slaveIsStale }: Departure): Steps<boolean> {
  if (slaveIsStale || isLastIn(store)) return false;
  return yield* lives(new Header(store), 'slave');
}

/** Whether nobody else has it, as far as the system tells: of a file it does not. */
function isLastIn(store: Store): boolean {
  return store.stat().users === 1;
}
