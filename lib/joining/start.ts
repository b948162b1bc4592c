import { layoutFor } from '../../layout/index.js';
import { SyscallError } from '../../syscalls/index.js';
import { EshmError, translate } from '../errors.js';
import { Header } from '../header/index.js';
import { runBlocking, type Steps } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';
import { FileError, type Site, type Store } from '../store/index.js';
import { create, enter, type Place, removeAbandoned } from './enter.js';
import {
  awaitCreator,
  checkFree,
  checkOwner,
  faultNow,
  faultOf,
  identityIfUnfinished,
  usersOf,
} from './judge.js';
import {
  isAbsent,
  type Sites,
  siteOfMaster,
  sitesToStandIn,
  tellOfOne,
  tellOfUnusable,
  withOtherPlace,
  withSimilarNames,
} from './sites.js';

/** Rounds of looking before a start gives up because others create and remove the segment all the time. */
const MAX_ROUNDS = 16;

/**
 * As {@link startSteps}, but blocks this thread meanwhile: for some 25 ms where the heartbeat worker must be started,
 * for the stale threshold (2 s at most) where a flagged peer of the same role is dead, and for 100 ms where the segment
 * has no header; some microseconds otherwise.
 *
 * @throws {EshmError} with the reason; nothing is left attached or created then
 */
export function findPlace(sites: Sites, options: ResolvedOptions): Place {
  return runBlocking(startSteps(sites, options));
}

/**
 * Finds or creates the memory for a start in `options.role` (ESHM protocol version 2, section 4) and marks it. The
 * result must be taken at once: it is marked alive, and nothing beats for it.
 *
 * @throws {EshmError} with the reason; nothing is left attached or created then, nor when it is given up half-way
 */
export function* startSteps(sites: Sites, options: ResolvedOptions): Steps<Place> {
  const { name } = sites[0].name;
  try {
    const place = yield* startIn(sites, options);
    if (place.role === 'master') tellOfUnusable(sites, options);
    return place;
  } catch (error) {
    const code = isOfCreating(error) ? 'ESHM_SHM_CREATE' : 'ESHM_SHM_ATTACH';
    const told = withOtherPlace(translate(error, code, `open '${name}' as ${options.role}`), sites, options);
    throw options.role === 'slave' ? withSimilarNames(told, sites) : told;
  }
}

function* startIn(sites: Sites, options: ResolvedOptions): Steps<Place> {
  switch (options.role) {
    case 'master':
      return yield* startMaster(sites, options);
    case 'slave':
      return yield* startSlave(sites, options);
    case 'auto':
      return yield* startEither(sites, options);
  }
}

function isOfCreating(error: unknown): boolean {
  if (error instanceof FileError) return error.message.startsWith('Cannot create');
  return error instanceof SyscallError && error.syscall === 'shmget' && error.code !== 'ENOENT';
}

/** A master's place where a slave is there to go on with; else in all of `sites` at once, until one comes. */
function* startMaster(sites: Sites, options: ResolvedOptions): Steps<Place> {
  const [first, other] = yield* sitesToStandIn(sites, options);
  return yield* standAlsoIn(other, yield* startMasterIn(first, options), options);
}

/** `place`, with a second one in `other`, if there is another; where that cannot be had, a warning says what it means. */
function* standAlsoIn(other: Site | undefined, place: Place, options: ResolvedOptions): Steps<Place> {
  if (other === undefined) return place;
  try {
    return { ...place, second: yield* startMasterIn(other, options) };
  } catch (error) {
    if (!(error instanceof SyscallError || error instanceof FileError)) {
      abandon(place);
      throw error;
    }
    tellOfOne(place.site, other, error.message);
    return place;
  }
}

/** Takes back a master's place that nobody has seen yet. */
function abandon({ store, role, created }: Place): void {
  try {
    if (created) store.remove();
    else new Header(store).leave(role);
  } finally {
    store.detach();
  }
}

function* startMasterIn(site: Site, options: ResolvedOptions): Steps<Place> {
  // A reader may remember the count of what was there before.
  const before = { epoch: 0 };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = site.tryAttach();
    const place =
      found === undefined
        ? yield* create(site, options, before.epoch)
        : yield* takeOverOrRemove(site, found, options, before);
    if (place !== undefined) return place;
  }
  throw new EshmError(
    'ESHM_SHM_CREATE',
    `Cannot open '${site.name.name}' as master: ${site} appears and vanishes all the time`,
  );
}

/** The master's place in `store`, where a slave is there to go on with; else removes it. `undefined`: look again. */
function* takeOverOrRemove(
  site: Site,
  store: Store,
  options: ResolvedOptions,
  before: { epoch: number },
): Steps<Place | undefined> {
  const { name } = site.name;
  let place: Place | undefined;
  try {
    checkOwner(name, store, options);
    const fault = yield* faultOf(store, options);
    if (fault !== undefined) {
      const { id } = store;
      // Detached, so that two starts that look at it at one moment do not take each other for users.
      store.detach();
      yield* checkUnused(site, id, fault, options);
      removeUnusable(site, id, options);
      return undefined;
    }
    const header = new Header(store);
    if (!options.force) yield* awaitCreator(header);
    const seen = header.identity('master');
    yield* checkFree(name, header, 'master', options);
    const isFollowed = header.flagged('slave') || (options.force && header.flagged('master'));
    if (isFollowed) place = yield* enter(site, store, 'master', seen, options);
    else {
      before.epoch = epochOf(store, options);
      removeAbandoned(name, store, seen);
    }
    return place;
  } finally {
    if (place === undefined) store.detach();
  }
}

/** High half of the count of what the master of `store` has written. */
function epochOf(store: Store, { maxDataSize }: ResolvedOptions): number {
  const { masterToSlave, channel } = layoutFor(maxDataSize);
  return store.words.load(masterToSlave + channel.writeCount + 4) >>> 0;
}

/** @throws {EshmError} ESHM_SHM_CREATE when somebody uses what is not this channel's, unless by force */
function* checkUnused(site: Site, id: number, fault: string, { force }: ResolvedOptions): Steps<void> {
  if (force) return;
  const users = yield* usersOf(site, id);
  if (users === undefined) return;
  throw new EshmError(
    'ESHM_SHM_CREATE',
    `Cannot open '${site.name.name}' as master: ${site} is not this channel's (${fault}) and ${users} use it; choose another name, or replace it with force: true`,
  );
}

/** Removes what has this id, if it is still there and none of this channel's. */
function removeUnusable(site: Site, id: number, options: ResolvedOptions): void {
  const store = site.tryAttach();
  if (store === undefined) return;
  try {
    if (store.id !== id || faultNow(store, options) === undefined) return;
    removeAbandoned(site.name.name, store, identityIfUnfinished(store, options));
  } finally {
    store.detach();
  }
}

function* startSlave(sites: Sites, options: ResolvedOptions): Steps<Place> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const place = yield* trySlave(yield* siteOfMaster(sites, options), options);
    if (place !== undefined) return place;
  }
  throw new EshmError(
    'ESHM_ROLE_MISMATCH',
    `Cannot open '${sites[0].name.name}' as slave: other slaves start and leave all the time, expected one; try again`,
  );
}

/** `undefined` when another slave came in between, or the segment went. */
function* trySlave(site: Site, options: ResolvedOptions): Steps<Place | undefined> {
  const { name } = site.name;
  const store = site.attach();
  let place: Place | undefined;
  try {
    checkOwner(name, store, options);
    const fault = yield* faultOf(store, options);
    if (fault !== undefined) {
      throw new EshmError('ESHM_SHM_ATTACH', `Cannot open '${name}' as slave: ${fault}`);
    }
    const header = new Header(store);
    const seen = header.identity('slave');
    yield* checkFree(name, header, 'slave', options);
    place = yield* enter(site, store, 'slave', seen, options);
    return place;
  } finally {
    if (place === undefined) store.detach();
  }
}

function* startEither(sites: Sites, options: ResolvedOptions): Steps<Place> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (sites.every((site) => site.find() === undefined)) {
      const [first, other] = sites;
      const place = yield* create(first, options, 0);
      if (place !== undefined) return yield* standAlsoIn(other, place, options);
    }
    try {
      return yield* startSlave(sites, options);
    } catch (error) {
      // It went between the look and the attachment.
      if (!isAbsent(error)) throw error;
    }
  }
  return yield* startSlave(sites, options);
}
