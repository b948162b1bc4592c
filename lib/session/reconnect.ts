import { Header } from '../header/index.js';
import type { Steps } from '../idle/index.js';
import { faultOf, lives, type Place, type Sites, startSteps } from '../joining/index.js';
import type { ResolvedOptions } from '../options.js';
import type { Site } from '../store/index.js';
import type { Link } from './link.js';

/** Longest delay of a timer, in ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How an attempt ended. */
export type Outcome = 'reconnected' | 'again' | 'gave-up';

/**
 * A slave's search for a new segment after its master went stale (ESHM protocol version 2, section 5).
 *
 * One search, from its making to success, giving up or {@link stop}; belongs to the slave's thread. It is driven by
 * whoever calls {@link tick}: a timer, or a wait that blocks the event loop. It never waits itself.
 */
export class Reconnector {
  readonly #sites: Sites;
  readonly #link: Link;
  readonly #options: ResolvedOptions;
  readonly #sinceMs: number;
  readonly #lastMasterBeat: bigint;
  #attempts = 0;
  /** When the next attempt is due, in ms. */
  #nextMs: number;
  /** The attempt under way, and when it wants to go on, in ms. */
  #attempt: Steps<boolean> | undefined;
  #resumeMs = 0;
  /** The slave's place in the other kind of memory, once it was reconnected there. */
  found: Place | undefined;

  constructor(sites: Sites, link: Link, options: ResolvedOptions, nowMs: number) {
    this.#sites = [...sites].sort((a, b) => rank(a, link) - rank(b, link)) as unknown as Sites;
    this.#link = link;
    this.#options = { ...options, role: 'slave' };
    this.#sinceMs = nowMs;
    this.#nextMs = nowMs;
    this.#lastMasterBeat = link.header.heartbeat('master');
  }

  /** When the search began, in ms. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Makes an attempt, or goes on with the one under way, if it is time. */
  tick(nowMs: number): Outcome {
    const { maxReconnectAttempts, reconnectWaitMs, reconnectRetryIntervalMs } = this.#options;
    if (reconnectWaitMs !== 0 && nowMs - this.#sinceMs >= reconnectWaitMs) return 'gave-up';
    if (nowMs < this.#dueMs) return 'again';
    if (this.#attempt === undefined) {
      if (maxReconnectAttempts !== 0 && this.#attempts >= maxReconnectAttempts) return 'gave-up';
      this.#attempts++;
      this.#nextMs = nowMs + reconnectRetryIntervalMs;
      this.#attempt = this.#attemptSteps();
    }
    const step = this.#attempt.next();
    if (step.done !== true) {
      this.#resumeMs = nowMs + step.value;
      return 'again';
    }
    this.#attempt = undefined;
    return step.value ? 'reconnected' : 'again';
  }

  /** Milliseconds until {@link tick} has something to do: a step, or to give up. No longer than a timer can wait. */
  dueInMs(nowMs: number): number {
    const { reconnectWaitMs } = this.#options;
    const endMs = reconnectWaitMs === 0 ? Number.POSITIVE_INFINITY : this.#sinceMs + reconnectWaitMs;
    return Math.max(0, Math.min(this.#dueMs - nowMs, Math.ceil(endMs - nowMs), LONGEST_TIMER_MS));
  }

  /** Lets go of a segment that is being looked at. To be called when the search is over, however it ended. */
  stop(): void {
    this.#attempt?.return(false);
    this.#attempt = undefined;
  }

  get #dueMs(): number {
    return this.#attempt === undefined ? this.#nextMs : this.#resumeMs;
  }

  /** Looks where the channel may be, the own kind of memory first, and starts anew where a master is to be followed. */
  *#attemptSteps(): Steps<boolean> {
    const [own, other] = this.#sites;
    for (const site of this.#sites) {
      try {
        if (!(yield* this.#isToFollow(site))) continue;
        const isOtherBetter = other !== undefined && site === own && (yield* this.#livesOnlyIn(other, own));
        return this.#goTo(yield* startSteps([isOtherBetter ? other : site], this.#options));
      } catch {
        // Nobody has created one yet, it went again, or it is not for us: the next attempt may do better.
      }
    }
    return false;
  }

  #goTo(place: Place): boolean {
    if (place.site.kind !== this.#link.kind) {
      // The endpoint must have other readers and writers there.
      this.found = place;
      return true;
    }
    try {
      return this.#link.moveTo(place);
    } finally {
      place.store.detach();
    }
  }

  /** Whether the master that is new in the own kind of memory is dead already, and one to follow lives in the other. */
  *#livesOnlyIn(other: Site, own: Site): Steps<boolean> {
    try {
      return other.find() !== undefined && !(yield* livesIn(own)) && (yield* this.#isToFollow(other));
    } catch {
      // It went again, or is not for us.
      return false;
    }
  }

  /** Whether another master than the lost one is in a place; one that takes over our own is seen by its heartbeat. */
  *#isToFollow(site: Site): Steps<boolean> {
    const isOwn = site.kind === this.#link.kind;
    if (isOwn && site.find() === this.#link.segmentId) return false;
    const candidate = site.attach();
    try {
      if (candidate.id === this.#link.segmentId) return false;
      if ((yield* faultOf(candidate, this.#options)) !== undefined) return false;
      const header = new Header(candidate);
      if (!isOwn) return yield* lives(header, 'master');
      return header.flagged('master') && header.heartbeat('master') !== this.#lastMasterBeat;
    } finally {
      candidate.detach();
    }
  }
}

/** Whether a master lives in what is in a place. */
function* livesIn(site: Site): Steps<boolean> {
  const store = site.attach();
  try {
    return yield* lives(new Header(store), 'master');
  } finally {
    store.detach();
  }
}

/** The own kind of memory comes first. */
function rank(site: Site, link: Link): number {
  return site.kind === link.kind ? 0 : 1;
}
