import { layoutFor, WATCH_INTERVAL_MS } from '../../layout/index.js';
import { isGone, Segment, type SegmentStat } from '../../syscalls/index.js';
import { fitsLayout, imageOf, otherSlotSize, slotSizeIn } from '../channel/index.js';
import { EshmError } from '../errors.js';
import { channelsOf, Header, hasHeader, otherRole, type Role } from '../header/index.js';
import { Patience, type Steps } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';
import type { Site, Store } from '../store/index.js';

/*
 * What a segment is and who lives in it. Nothing here changes a byte of it; all of it is for the thread that has it
 * attached.
 */

/** A flagged peer that claims a longer threshold is given no more time than this to show a beat, in ms. */
export const LONGEST_GRACE_MS = 2000;

/**
 * It is given no less than this, in ms, whatever the segment says. A beat comes every 8 ms or oftener on an idle
 * machine; with three busy processes for each core, gaps of 20 to 27 ms came once in a thousand looks (2026-11).
 */
export const SHORTEST_GRACE_MS = 5 * WATCH_INTERVAL_MS;

/** A segment without a header is given this long to get one, in ms: its creator is between two instructions, or dead. */
const SETUP_GRACE_MS = 100;

/** Pause between two looks at a segment, in ms. */
const LOOK_INTERVAL_MS = 1;

/** What a place is judged by. */
type Expected = Pick<ResolvedOptions, 'maxDataSize' | 'role' | 'force'>;

/**
 * Why `segment` cannot be this channel's, or `undefined`. A segment without any header gets a moment: its creator may
 * be about to fill it in, or may not even have attached it yet.
 */
export function* faultOf(segment: Store, expected: Expected): Steps<string | undefined> {
  const patience = new Patience(SETUP_GRACE_MS);
  // A file has its size a moment after it has its name.
  while (segment.size === 0 && !patience.isOver) yield LOOK_INTERVAL_MS;
  const fault = sizeFaultOf(segment, expected.maxDataSize);
  if (fault !== undefined) return fault;
  const header = new Header(segment);
  while (header.blank && !patience.isOver) yield LOOK_INTERVAL_MS;
  return header.fault() ?? slotFaultOf(segment, header, expected);
}

/**
 * Waits a moment for the first master of a segment that has a header and never had one: the original sets the magic
 * before it marks itself, and an unmarked segment without a slave is one to remove.
 */
export function* awaitCreator(header: Header): Steps<void> {
  const patience = new Patience(SETUP_GRACE_MS);
  while (header.pid('master') === 0 && !patience.isOver) yield LOOK_INTERVAL_MS;
}

/** As {@link faultOf} at this moment: a segment that is only not set up yet has a fault too. */
export function faultNow(segment: Store, expected: Expected): string | undefined {
  return formFaultNow(segment, expected) ?? slotFaultOf(segment, new Header(segment), expected);
}

/** As {@link faultNow} by size and header alone, whatever was written there. */
export function formFaultNow(
  segment: Store,
  { maxDataSize }: Pick<Expected, 'maxDataSize'>,
): string | undefined {
  return sizeFaultOf(segment, maxDataSize) ?? new Header(segment).fault();
}

/**
 * Who uses what is in `site` by the id of `id`, and is not this channel's, in words; `undefined` where nobody does.
 *
 * The kernel counts attachments of a segment. Of a file it does not: there somebody lives whose heart beats.
 */
export function* usersOf(site: Site, id: number): Steps<string | undefined> {
  if (site.kind === 'posix') return yield* heartsIn(site, id);
  const found = yield* attachedTo(id);
  return found === undefined || found.attachments === 0 ? undefined : `${found.attachments} attachment(s)`;
}

/** A file of another size, or without a header of this protocol's. */
function* heartsIn(site: Site, id: number): Steps<string | undefined> {
  const store = site.tryAttach();
  if (store === undefined) return undefined;
  try {
    if (store.id !== id || !hasHeader(store)) return undefined;
    const header = new Header(store);
    if (header.fault() !== undefined) return undefined;
    for (const role of ['master', 'slave'] as const) {
      if (yield* lives(header, role)) return `a live ${role} (${header.holder(role)})`;
    }
    return undefined;
  } finally {
    store.detach();
  }
}

/** What the kernel knows of segment `id`, once nobody uses it or for as long as a start may look at it before. */
function* attachedTo(id: number): Steps<SegmentStat | undefined> {
  const patience = new Patience(SETUP_GRACE_MS + SHORTEST_GRACE_MS);
  try {
    for (;;) {
      const found = Segment.stat(id);
      if (found.removed) return undefined;
      if (found.attachments === 0 || patience.isOver) return found;
      yield LOOK_INTERVAL_MS;
    }
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * The master's identity in a segment of the right size whose creator has not finished it, or never will; `undefined`
 * for any other.
 */
export function identityIfUnfinished(
  segment: Store,
  { maxDataSize }: Pick<ResolvedOptions, 'maxDataSize'>,
): number | undefined {
  if (sizeFaultOf(segment, maxDataSize) !== undefined) return undefined;
  const header = new Header(segment);
  const seen = header.identity('master');
  return header.blank ? seen : undefined;
}

function sizeFaultOf(store: Store, maxDataSize: number): string | undefined {
  const { size } = store;
  const expected = layoutFor(maxDataSize).segmentSize;
  if (size === expected) return undefined;
  return `its size is ${size} bytes, expected ${expected} for a maxDataSize of ${maxDataSize}; ${adviceOnSize(store)}`;
}

/** What to do about a size that is not expected: where it is a channel's, with the size of its slots. */
function adviceOnSize(store: Store): string {
  const advice = 'give both ends the same maxDataSize';
  if (!fitsLayout(store.size) || new Header(store).fault() !== undefined) return advice;
  const { words, known } = slotSizeIn(imageOf(store));
  return `its slots have ${words}: ${advice}${known === undefined ? '' : `, this one maxDataSize: ${known}`}`;
}

/**
 * What the messages of the other side say against this endpoint's size of a slot, where sizes that make one size of the
 * whole put the counts at different places. Of a side that has left nothing is asked. A slave joins all the same by force;
 * a master replaces by force whatever is not this channel's.
 */
function slotFaultOf(
  { words, size }: Store,
  header: Header,
  { maxDataSize, role, force }: Expected,
): string | undefined {
  const own = role === 'master' ? role : 'slave';
  if ((force && own === 'slave') || !header.flagged(otherRole(own))) return undefined;
  const { incoming } = channelsOf(own, layoutFor(maxDataSize));
  const found = otherSlotSize(words, incoming, size, maxDataSize);
  if (found === undefined) return undefined;
  const byForce = own === 'slave' ? ', or join all the same with force: true' : '';
  return `the ${otherRole(own)}'s messages are of a maxDataSize of ${found} (or up to 7 less) by their counts, expected ${maxDataSize}; give both ends the same maxDataSize${byForce}`;
}

/**
 * Whether `role` shows a beat within the stale threshold (50 ms at least, 2 s at most). Only a flagged role is given
 * the time; a live one is seen within 8 ms.
 */
export function* lives(header: Header, role: Role): Steps<boolean> {
  if (!header.flagged(role)) return false;
  const before = header.heartbeat(role);
  const patience = new Patience(
    Math.max(SHORTEST_GRACE_MS, Math.min(header.staleThresholdMs, LONGEST_GRACE_MS)),
  );
  do {
    yield LOOK_INTERVAL_MS;
    if (header.heartbeat(role) !== before) return true;
  } while (!patience.isOver);
  return false;
}

/**
 * Whether of two flagged masters the second beats and the first does not: the first gets the shortest time that a live one
 * may need.
 */
export function* beatsInSecondOnly(first: Header, second: Header): Steps<boolean> {
  if (!first.flagged('master') || !second.flagged('master')) return false;
  const [before, beforeInSecond] = [first.heartbeat('master'), second.heartbeat('master')];
  const patience = new Patience(SHORTEST_GRACE_MS);
  do {
    yield LOOK_INTERVAL_MS;
    if (first.heartbeat('master') !== before) return false;
  } while (!patience.isOver);
  return second.heartbeat('master') !== beforeInSecond;
}

/** @throws {EshmError} ESHM_ROLE_MISMATCH when another lives in `role`; force does not even look */
export function* checkFree(
  name: string,
  header: Header,
  role: Role,
  { force }: Pick<ResolvedOptions, 'force'>,
): Steps<void> {
  if (force || !(yield* lives(header, role))) return;
  throw new EshmError(
    'ESHM_ROLE_MISMATCH',
    `Cannot open '${name}' as ${role}: a live ${role} has it (${header.holder(role)}), expected none; stop it, or take its place with force: true`,
  );
}

/** @throws {EshmError} when `ownerOnly` is set and another user made or owns the segment */
export function checkOwner(
  name: string,
  segment: Store,
  { ownerOnly }: Pick<ResolvedOptions, 'ownerOnly'>,
): void {
  if (!ownerOnly) return;
  const { uid, creatorUid } = segment.stat();
  const own = process.geteuid?.();
  if (uid === own && creatorUid === own) return;
  const what = segment.kind === 'posix' ? 'the file' : `segment ${segment.id}`;
  throw new EshmError(
    'ESHM_SHM_ATTACH',
    `Cannot open '${name}': ${what} belongs to uid ${uid} and was created by uid ${creatorUid}, expected ${own} (ownerOnly)`,
  );
}
