import { layoutFor } from '../../layout/index.js';
import { type ChannelPlace, FileIncoming, placeOf, viewChannel } from '../channel/index.js';
import { EshmError, translate } from '../errors.js';
import { channelsOf, FIELDS_OF, FIRST_GENERATION, Header, otherRole, type Role } from '../header/index.js';
import { heartbeat } from '../heartbeat/index.js';
import type { Steps } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';
import type { Site, Store } from '../store/index.js';

/*
 * The steps of a start that change something: mark a segment or file, create one, remove one. They act on an earlier
 * judgement, and others may start at the same moment: each of them finds out whether it came too late.
 */

/** A segment or file whose header has this process's mark as `role`, and nothing beats for it yet. */
export interface Place {
  readonly role: Role;
  readonly site: Site;
  readonly store: Store;
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
  /** High half of the count of messages that the master's channel had under this name before; 0 where that is not known. */
  readonly epochBefore: number;
  /** The other place of a master that has found nobody in either, where it stands too until a slave comes to one. */
  readonly second?: Place | undefined;
}

/** A mark in a file must stand unchanged for this long to be this process's, in ms. */
const STAND_MS = 2;

/**
 * Between mark and first beat this process may have been stopped for long enough to be taken for dead. Its repair of the
 * channel would corrupt the messages of whoever has the role now.
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

/**
 * Marks `role` in the header as this process's, unless the role was started anew since its identity was `seen`.
 *
 * @returns the identity it made; `undefined` when another was quicker
 */
export function* claim(store: Store, role: Role, seen: number): Steps<number | undefined> {
  const header = new Header(store);
  const identity = header.claim(role, seen);
  if (identity === undefined || store.file === undefined) return identity;
  // ORDER(file-claim): a file has no compare-and-swap: two that look at one moment both store their marks. So each waits for
  // longer than a store takes, and the one whose pid stands then has the role.
  // Pairs with: the same wait of the other.
  // Else: two masters, or two slaves, write one channel.
  // Not covered: one that is stopped between its look and its store for longer than the wait; the other's heartbeat worker
  // finds the mark changed and gives way. Two threads of one process: told apart by their heartbeats, see OwnRole.
  yield STAND_MS;
  return header.identity(role) === identity && header.pid(role) === process.pid ? identity : undefined;
}

/**
 * Marks what is in `store` as this process's in `role`; `undefined` when another was quicker, or when it was removed
 * meanwhile: nobody looks for a peer in it any more.
 *
 * @param seen - the role's identity when it was found free
 */
export function* enter(
  site: Site,
  store: Store,
  role: Role,
  seen: number,
  options: ResolvedOptions,
): Steps<Place | undefined> {
  if (options.useThreads) yield* heartbeat.starting();
  // Checked before the claim so as not to disturb a replaced segment, and after it because it may go between the two.
  if (site.find() !== store.id) return undefined;
  const readFrom = placeIn(store, role, options);
  const identity = yield* claim(store, role, seen);
  if (identity === undefined) return undefined;
  const isNamesake = identity === seen;
  if (site.find() === store.id) {
    return { role, site, store, created: false, identity, isNamesake, readFrom, epochBefore: 0 };
  }
  new Header(store).leave(role);
  return undefined;
}

/**
 * A new segment or file with a started master, or `undefined` when somebody else was quicker.
 *
 * @param epochBefore - see {@link Place}
 */
export function* create(site: Site, options: ResolvedOptions, epochBefore: number): Steps<Place | undefined> {
  if (options.useThreads) yield* heartbeat.starting();
  const { maxDataSize, mode, staleThresholdMs } = options;
  const store = site.create(layoutFor(maxDataSize).segmentSize, mode, (made) =>
    new Header(made).create(staleThresholdMs),
  );
  if (store === undefined) return undefined;
  const readFrom = { sequence: 0, writes: 0 };
  const identity = FIRST_GENERATION;
  return { role: 'master', site, store, created: true, identity, isNamesake: false, readFrom, epochBefore };
}

/** How far the channel that `role` reads has come. */
function placeIn(store: Store, role: Role, { maxDataSize }: ResolvedOptions): ChannelPlace {
  const layout = layoutFor(maxDataSize);
  const { incoming } = channelsOf(role, layout);
  if (store.file !== undefined) {
    new FileIncoming(store, layout, incoming, FIELDS_OF[otherRole(role)]).pullAnew();
  }
  return placeOf(viewChannel(store.bytes, layout, incoming));
}

/**
 * Removes `store`, in which nobody lives, to make room for another, unless a master starts in it at this moment.
 *
 * @param seen - the master's identity when it was judged; `undefined` where it has no header of ours to look at
 * @throws {EshmError} ESHM_SHM_DELETE when it may not be removed
 */
export function removeAbandoned(name: string, store: Store, seen: number | undefined): void {
  const header = seen === undefined ? undefined : new Header(store);
  if (header !== undefined && !header.seize('master', seen!)) return;
  try {
    store.remove();
  } catch (error) {
    // Nobody is master in it now, least of all this process.
    header?.leave('master');
    const what = store.kind === 'posix' ? 'file' : 'segment';
    throw translate(error, 'ESHM_SHM_DELETE', `open '${name}' as master in place of an abandoned ${what}`);
  }
}
