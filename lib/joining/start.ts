import { formatKey, isGone, Segment, SyscallError } from '../../syscalls/index.js';
import { EshmError, translate } from '../errors.js';
import { Header, type Role } from '../header/index.js';
import { runBlocking, type Steps } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';
import { create, enter, findId, type Place, removeAbandoned } from './enter.js';
import {
  awaitCreator,
  checkOwner,
  faultNow,
  faultOf,
  identityIfUnfinished,
  lives,
  usersOf,
} from './judge.js';

/** Rounds of looking before a start gives up because others create and remove the segment all the time. */
const MAX_ROUNDS = 16;

/**
 * As {@link startSteps}, but blocks this thread meanwhile: for some 25 ms where the heartbeat worker must be started,
 * for the stale threshold (2 s at most) where a flagged peer of the same role is dead, and for 100 ms where the segment
 * has no header; some microseconds otherwise.
 *
 * @throws {EshmError} with the reason; nothing is left attached or created then
 */
export function findPlace(name: string, key: number, options: ResolvedOptions): Place {
  return runBlocking(startSteps(name, key, options));
}

/**
 * Finds or creates the segment for a start in `options.role` (ESHM protocol version 2, section 4) and marks it. The
 * result must be taken at once: it is marked alive, and nothing beats for it.
 *
 * @throws {EshmError} with the reason; nothing is left attached or created then, nor when it is given up half-way
 */
export function* startSteps(name: string, key: number, options: ResolvedOptions): Steps<Place> {
  try {
    switch (options.role) {
      case 'master':
        return yield* startMaster(name, key, options);
      case 'slave':
        return yield* startSlave(name, key, options);
      case 'auto':
        return yield* startEither(name, key, options);
    }
  } catch (error) {
    const creating = error instanceof SyscallError && error.syscall === 'shmget' && error.code !== 'ENOENT';
    throw translate(
      error,
      creating ? 'ESHM_SHM_CREATE' : 'ESHM_SHM_ATTACH',
      `open '${name}' as ${options.role}`,
    );
  }
}

function* startMaster(name: string, key: number, options: ResolvedOptions): Steps<Place> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const id = findId(key);
    const place =
      id === undefined ? yield* create(key, options) : yield* takeOverOrRemove(name, key, id, options);
    if (place !== undefined) return place;
  }
  throw new EshmError(
    'ESHM_SHM_CREATE',
    `Cannot open '${name}' as master: the segment under key ${formatKey(key)} appears and vanishes all the time`,
  );
}

/** The master's place in segment `id`, where a slave is there to go on with; else removes it. `undefined`: look again. */
function* takeOverOrRemove(
  name: string,
  key: number,
  id: number,
  options: ResolvedOptions,
): Steps<Place | undefined> {
  const segment = tryAttach(id);
  if (segment === undefined) return undefined;
  let place: Place | undefined;
  try {
    checkOwner(name, segment, options);
    const fault = yield* faultOf(segment, options);
    if (fault !== undefined) {
      // Others that look at it at this moment must not be taken for its users, nor we by them.
      segment.detach();
      yield* checkUnused(name, id, fault, options);
      removeUnusable(name, id, options);
      return undefined;
    }
    const header = new Header(segment.bytes);
    if (!options.force) yield* awaitCreator(header);
    const seen = header.identity('master');
    yield* checkFree(name, header, 'master', options);
    const isFollowed = header.flagged('slave') || (options.force && header.flagged('master'));
    if (isFollowed) place = yield* enter(key, segment, 'master', seen, options);
    else removeAbandoned(name, segment, seen);
    return place;
  } finally {
    if (place === undefined) segment.detach();
  }
}

/** @throws {EshmError} ESHM_SHM_CREATE when somebody uses segment `id`, which is not this channel's, unless by force */
function* checkUnused(name: string, id: number, fault: string, { force }: ResolvedOptions): Steps<void> {
  if (force) return;
  const found = yield* usersOf(id);
  if (found === undefined || found.attachments === 0) return;
  throw new EshmError(
    'ESHM_SHM_CREATE',
    `Cannot open '${name}' as master: segment ${id} under its key ${formatKey(found.key)} is not this channel's (${fault}) and ${found.attachments} attachment(s) use it; choose another name, or replace it with force: true`,
  );
}

/** Removes segment `id`, if it is still none of this channel's. */
function removeUnusable(name: string, id: number, options: ResolvedOptions): void {
  const segment = tryAttach(id);
  if (segment === undefined) return;
  try {
    if (faultNow(segment, options) === undefined) return;
    removeAbandoned(name, segment, identityIfUnfinished(segment, options));
  } finally {
    segment.detach();
  }
}

function* startSlave(name: string, key: number, options: ResolvedOptions): Steps<Place> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const place = yield* trySlave(name, key, options);
    if (place !== undefined) return place;
  }
  throw new EshmError(
    'ESHM_ROLE_MISMATCH',
    `Cannot open '${name}' as slave: other slaves start and leave all the time, expected one; try again`,
  );
}

/** `undefined` when another slave came in between, or the segment went. */
function* trySlave(name: string, key: number, options: ResolvedOptions): Steps<Place | undefined> {
  const segment = Segment.attach(Segment.find(key));
  let place: Place | undefined;
  try {
    checkOwner(name, segment, options);
    const fault = yield* faultOf(segment, options);
    if (fault !== undefined) {
      throw new EshmError('ESHM_SHM_ATTACH', `Cannot open '${name}' as slave: ${fault}`);
    }
    const header = new Header(segment.bytes);
    const seen = header.identity('slave');
    yield* checkFree(name, header, 'slave', options);
    place = yield* enter(key, segment, 'slave', seen, options);
    return place;
  } finally {
    if (place === undefined) segment.detach();
  }
}

/** @throws {EshmError} ESHM_ROLE_MISMATCH when another lives in `role`; force does not even look */
function* checkFree(name: string, header: Header, role: Role, { force }: ResolvedOptions): Steps<void> {
  if (force || !(yield* lives(header, role))) return;
  throw new EshmError(
    'ESHM_ROLE_MISMATCH',
    `Cannot open '${name}' as ${role}: a live ${role} has it (${header.holder(role)}), expected none; stop it, or take its place with force: true`,
  );
}

function* startEither(name: string, key: number, options: ResolvedOptions): Steps<Place> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (findId(key) === undefined) {
      const place = yield* create(key, options);
      if (place !== undefined) return place;
    }
    try {
      return yield* startSlave(name, key, options);
    } catch (error) {
      // It went between the look and the attachment.
      if (!isGone(error)) throw error;
    }
  }
  return yield* startSlave(name, key, options);
}

function tryAttach(id: number): Segment | undefined {
  try {
    return Segment.attach(id);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
