import type { Worker } from 'node:worker_threads';
import { shmdt } from '../../syscalls/index.js';
import { attachmentsOf, Header } from '../header/index.js';
import { runBlocking, type Steps } from '../idle/index.js';
import { leave } from '../joining/index.js';
import { MappedStore, type Store, tryOpenById } from '../store/index.js';
import {
  type EndpointEntry,
  type EndpointFacts,
  isRunning,
  Registry,
  type ThreadIdentity,
  thisThread,
} from '../threads/index.js';

/**
 * Leaves the segments of endpoints whose thread was ended from outside, in their place: `worker.terminate()`, a limit of
 * memory, or the end of the thread that started it. No line of an ended thread runs, and its heartbeat worker has ended
 * with it.
 *
 * A thread sees the end of those that it started itself, so this must have been loaded there when they were. What they
 * had open is in the {@link Registry}, with the threads that they started. Belongs to the thread that loads it; costs
 * nothing where no other thread has an endpoint.
 */
const registry = Registry.obtain();

/** Endpoints that are being left, for the case that this thread ends meanwhile. */
const underWay = new Set<Steps<void>>();

process.on('worker', (worker: Worker) => {
  // By the time of its end it has forgotten its number.
  const { threadId } = worker;
  worker.once('exit', () => sweep(threadId));
});

process.on('exit', () => {
  for (const steps of underWay) finish(steps);
  if (registry.isOwn) leaveAll();
});

/**
 * Notes an endpoint of this thread for those that may see its end.
 *
 * @returns `undefined` where nobody can
 */
export function enterEndpoint(facts: EndpointFacts): EndpointEntry | undefined {
  // The thread that made the registry ends with the process, or is of no concern to those that look into it.
  if (registry.isOwn) return undefined;
  const owner = tryThisThread();
  const entry = owner === undefined ? undefined : registry.take();
  if (owner !== undefined) entry?.open(owner, facts);
  return entry;
}

/** Leaves what the thread with Node's number `threadId`, and those that ended with it, had open. */
function sweep(threadId: number): void {
  for (const { entry, state, owner } of registry.find()) {
    const heir = tryThisThread();
    if (heir === undefined || owner.threadId === heir.threadId) continue;
    if (owner.threadId !== threadId && isRunning(owner)) continue;
    if (entry.adopt(state, heir)) start(leaveInPlaceOf(entry));
  }
}

/** The endpoint of a thread that has ended: nothing touches its memory any more. */
function* leaveInPlaceOf(entry: EndpointEntry): Steps<void> {
  const { facts } = entry;
  const { address, isFile, segmentId } = facts;
  // What is mapped there now, whatever the entry says: its owner may have ended in the middle of a move. The files of an
  // ended thread Node has closed.
  const id = isFile ? segmentId : segmentAt(address);
  const store = id === undefined ? undefined : tryAttach(facts, id);
  entry.free();
  if (id !== undefined && !isFile) shmdt(address);
  if (store !== undefined) yield* leaveFor(facts, store);
}

/**
 * At the end of the process, when no thread runs another line. Their memory is left to the kernel, because their
 * heartbeat workers still touch it.
 */
function leaveAll(): void {
  const found = registry.find();
  if (found.length > 0) registry.end();
  for (const { entry } of found) {
    const { facts } = entry;
    const store = tryAttach(facts, facts.segmentId);
    if (store !== undefined) finish(leaveFor(facts, store));
  }
}

/** Leaves `store` as the endpoint would, and lets go of it. */
function* leaveFor({ role, mark, created, autoCleanup, entered }: EndpointFacts, store: Store): Steps<void> {
  try {
    const header = new Header(store);
    const hasRole = () => header.identity(role) === mark;
    if (entered) yield* leave({ role, store, created, autoCleanup, slaveIsStale: false, hasRole });
  } finally {
    store.detach();
  }
}

/** Goes through `steps` from the event loop, which may do something else in their pauses; keeps nothing alive. */
function start(steps: Steps<void>): void {
  underWay.add(steps);
  const goOn = () => {
    if (!underWay.has(steps)) return;
    const pauseMs = attempt(() => {
      const step = steps.next();
      return step.done ? undefined : step.value;
    });
    if (pauseMs === undefined) underWay.delete(steps);
    else setTimeout(goOn, pauseMs).unref();
  };
  goOn();
}

function finish(steps: Steps<void>): void {
  underWay.delete(steps);
  attempt(() => runBlocking(steps));
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    process.emitWarning(error as Error);
    return undefined;
  }
}

function tryThisThread(): ThreadIdentity | undefined {
  try {
    return thisThread();
  } catch {
    return undefined;
  }
}

/** The segment or file with this id once more; `undefined` where that cannot be had. */
function tryAttach({ isFile }: EndpointFacts, id: number): Store | undefined {
  return isFile ? tryOpenById(id) : MappedStore.tryAttach(id);
}

/** The kernel's id of the segment that this process has attached at `address`. */
function segmentAt(address: number): number | undefined {
  return attachmentsOf('self').find((one) => one.address === address)?.segmentId;
}
