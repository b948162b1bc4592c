import { layoutFor } from '../../layout/index.js';
import { isGone, Segment, SyscallError } from '../../syscalls/index.js';
import { type ChannelPlace, type ChannelViews, placeOf, viewChannel } from '../channel/index.js';
import { EshmError, translate } from '../errors.js';
import { channelsOf, FIRST_GENERATION, Header, type Role } from '../header/index.js';
import { heartbeat } from '../heartbeat/index.js';
import type { Steps } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';

/*
 * The steps of a start that change something: mark a segment, create one, remove one. What they rest on was judged
 * before, and others start at the same moment: each of them finds out whether it came too late.
 */

/** An attached segment whose header has this process's mark as `role`, and nothing beats for it yet. */
export interface Place {
  readonly role: Role;
  readonly segment: Segment;
  /** Whether this endpoint created it. */
  readonly created: boolean;
  /** The role's identity in the header as the mark made it: `masterGeneration` or `slavePid`, as signed words. */
  readonly identity: number;
  /**
   * Whether that mark was there before: an older endpoint of the same process id may still be in the role, and cannot
   * tell by the mark that another has come.
   */
  readonly isNamesake: boolean;
  /** Where the channel that the role reads was before the mark: a peer that waits for the mark writes after it. */
  readonly readFrom: ChannelPlace;
}

/**
 * Between mark and first beat this process may have been stopped for long enough to be taken for dead. Its repair of the
 * channel would be a blow into the messages of whoever has the role now.
 *
 * @throws {EshmError} ESHM_ROLE_MISMATCH
 */
export function checkMark({ role, identity }: Place, header: Header): void {
  if (header.identity(role) === identity) return;
  throw new EshmError(
    'ESHM_ROLE_MISMATCH',
    `Cannot start as ${role}: pid ${header.pid(role)} has taken the place before the first beat here, expected none; try again`,
  );
}

/** The id of the segment under `key`, or `undefined`. */
export function findId(key: number): number | undefined {
  try {
    return Segment.find(key);
  } catch (error) {
    if (error instanceof SyscallError && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Marks the attached `segment` as this process's in `role`; `undefined` when another was quicker, or when it was
 * removed meanwhile: nobody looks for a peer in it any more.
 *
 * @param seen - the role's identity when it was found free
 */
export function* enter(
  key: number,
  segment: Segment,
  role: Role,
  seen: number,
  options: ResolvedOptions,
): Steps<Place | undefined> {
  if (options.useThreads) yield* heartbeat.starting();
  // Before, because who is still in it takes a mark for a new peer; after, because it may go between the two.
  if (findId(key) !== segment.id) return undefined;
  const header = new Header(segment.bytes);
  const readFrom = placeOf(incomingOf(segment, role, options));
  const identity = header.claim(role, seen);
  if (identity === undefined) return undefined;
  const isNamesake = identity === seen;
  if (findId(key) === segment.id) return { role, segment, created: false, identity, isNamesake, readFrom };
  header.leave(role);
  return undefined;
}

/** A new segment with a started master, or `undefined` when somebody else was quicker. */
export function* create(key: number, options: ResolvedOptions): Steps<Place | undefined> {
  if (options.useThreads) yield* heartbeat.starting();
  const segment = tryCreate(key, options);
  if (segment === undefined) return undefined;
  let place: Place | undefined;
  try {
    const header = new Header(segment.bytes);
    // Another master may have taken our unfinished segment for an abandoned one and removed it, or be about to.
    const isOurs = header.create(options.staleThresholdMs) && findId(key) === segment.id;
    if (isOurs) {
      const readFrom = { sequence: 0, writes: 0 };
      const identity = FIRST_GENERATION;
      place = { role: 'master', segment, created: true, identity, isNamesake: false, readFrom };
    }
    return place;
  } finally {
    if (place === undefined) {
      segment.remove();
      segment.detach();
    }
  }
}

/** The channel that `role` reads. */
function incomingOf(segment: Segment, role: Role, { maxDataSize }: ResolvedOptions): ChannelViews {
  const layout = layoutFor(maxDataSize);
  return viewChannel(segment.bytes, layout, channelsOf(role, layout).incoming);
}

function tryCreate(key: number, { maxDataSize, mode }: ResolvedOptions): Segment | undefined {
  try {
    return Segment.create(key, layoutFor(maxDataSize).segmentSize, mode);
  } catch (error) {
    const isTaken = error instanceof SyscallError && error.code === 'EEXIST';
    // Another master removed it before it was attached here.
    const wasRemoved = error instanceof SyscallError && error.syscall === 'shmat' && isGone(error);
    if (isTaken || wasRemoved) return undefined;
    throw error;
  }
}

/**
 * Removes `segment`, in which nobody lives, to make room for another, unless a master starts in it at this moment.
 *
 * @param seen - the master's identity when it was judged; `undefined` where it has no header of ours to look at
 * @throws {EshmError} ESHM_SHM_DELETE when it may not be removed
 */
export function removeAbandoned(name: string, segment: Segment, seen: number | undefined): void {
  const header = seen === undefined ? undefined : new Header(segment.bytes);
  if (header !== undefined && !header.seize('master', seen!)) return;
  try {
    segment.remove();
  } catch (error) {
    // Nobody is master in it now, least of all this process.
    header?.leave('master');
    throw translate(error, 'ESHM_SHM_DELETE', `open '${name}' as master in place of an abandoned segment`);
  }
}
