import { layoutFor } from '../../layout/index.js';
import { EshmError, translate } from '../errors.js';
import { Header } from '../header/index.js';
import { Patience } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';
import type { Site, Store } from '../store/index.js';
import { checkOwner, faultNow, LONGEST_GRACE_MS, SHORTEST_GRACE_MS } from './judge.js';
import { absentError, isOneMaster, type Sites } from './sites.js';

const HEADER_SIZE = layoutFor().headerSize;

/** Time between two looks, in ms. A live master's heartbeat has moved by the third at the latest. */
const LOOK_INTERVAL_MS = 5;

/**
 * What is being found out about, where more looks will tell: whether a flagged master beats, whether the heartbeat
 * worker of this thread starts, whether a flagged slave beats.
 */
export type Question = 'master' | 'worker' | 'slave';

/** Why it is not time yet, and when to look again. */
export class Obstacle {
  readonly reason: EshmError;
  readonly question: Question | undefined;
  readonly pauseMs: number;

  constructor(reason: EshmError, question?: Question, pauseMs = LOOK_INTERVAL_MS) {
    this.reason = reason;
    this.question = question;
    this.pauseMs = pauseMs;
  }
}

/**
 * How long a search may wait. When that is over, a heart that is being looked at still gets the time to show one beat,
 * so a search without any time finds a master that is there.
 */
export class SearchTime {
  readonly #deadlineMs: number;
  readonly #looks = new Map<Question, Patience>();

  constructor(timeoutMs: number) {
    this.#deadlineMs = performance.now() + timeoutMs;
  }

  /** Whether it is up, with `obstacle` in the way; to be asked after every look. */
  isOver({ question }: Obstacle): boolean {
    if (performance.now() < this.#deadlineMs) return false;
    if (question === undefined) return true;
    // The worker has a limit of its own, and its start is no waiting for anybody else.
    if (question === 'worker') return false;
    const looks = this.#looks.get(question);
    if (looks !== undefined) return looks.isOver;
    this.#looks.set(question, new Patience(SHORTEST_GRACE_MS));
    return false;
  }
}

/** Looks for a segment or file whose master's heartbeat moves between two looks. Belongs to the thread that made it. */
export class MasterSearch {
  readonly #site: Site;
  readonly #options: ResolvedOptions;
  #last: { id: number; beat: bigint } | undefined;

  constructor(site: Site, options: ResolvedOptions) {
    this.#site = site;
    this.#options = options;
  }

  /** What stands in the way, or `undefined`. Throws what waiting cannot mend. */
  look(): Obstacle | undefined {
    const { name } = this.#site.name;
    let store: Store;
    try {
      store = this.#site.attach();
    } catch (error) {
      const reason = translate(error, 'ESHM_SHM_ATTACH', `connect to '${name}'`);
      if (
        !(reason instanceof EshmError) ||
        reason.code === 'ESHM_UNSUPPORTED' ||
        reason.errnoName === 'EACCES'
      ) {
        throw reason;
      }
      return new Obstacle(reason);
    }
    try {
      checkOwner(name, store, this.#options);
      const beats = this.#beats(store);
      const question = beats || !mayBeat(store) ? undefined : 'master';
      const fault = faultNow(store, this.#options);
      if (fault !== undefined) {
        const reason = new EshmError('ESHM_SHM_ATTACH', `Cannot connect to '${name}': ${fault}`);
        // A live master will not change its segment.
        if (beats) throw reason;
        return new Obstacle(reason, question);
      }
      if (beats || !this.#options.useThreads) return undefined;
      const thing = store.kind === 'posix' ? 'a file' : 'a segment';
      const what = question === undefined ? 'no master is in it' : 'its master does not beat';
      return new Obstacle(new EshmError('ESHM_MASTER_STALE', `there is ${thing}, but ${what}`), question);
    } finally {
      store.detach();
    }
  }

  #beats(store: Store): boolean {
    if (!hasHeader(store)) return false;
    const beat = new Header(store).heartbeat('master');
    const last = this.#last;
    this.#last = { id: store.id, beat };
    return last !== undefined && last.id === store.id && last.beat !== beat;
  }
}

/** Whether a beat can be expected: a master that has left in good order, or is not there yet, is none to wait for. */
function mayBeat(store: Store): boolean {
  return hasHeader(store) && new Header(store).flagged('master');
}

function hasHeader({ size }: Store): boolean {
  return size >= HEADER_SIZE;
}

/** {@link MasterSearch} in one place or both; the first is preferred. Belongs to the thread that made it. */
export class PlaceSearch {
  readonly #sites: Sites;
  readonly #options: ResolvedOptions;
  readonly #searches: readonly MasterSearch[];
  /** For how long a master that is marked in the first place is still given the time to show a beat. */
  #patience: Patience | undefined;

  constructor(sites: Sites, options: ResolvedOptions) {
    this.#sites = sites;
    this.#options = options;
    this.#searches = sites.map((site) => new MasterSearch(site, options));
  }

  /** The place in which a master lives, or what stands in the way. Throws what waiting cannot mend. */
  look(): Site | Obstacle {
    const [first, second] = this.#sites;
    const [inFirst, inSecond] = this.#searches;
    if (second === undefined) return inFirst!.look() ?? first;
    const here = tryLook(inFirst!);
    if (here === undefined) return first;
    const there = tryLook(inSecond!);
    if (there !== undefined) return this.#both(here, there);
    // A master that stands in both is met in the first, which is quicker, and has what it has written.
    if (here instanceof Failed && isOneMaster(first, second, this.#options)) throw here.error;
    if (here.question !== 'master') return second;
    this.#patience ??= new Patience(LONGEST_GRACE_MS / 10);
    return this.#patience.isOver ? second : here;
  }

  /** @throws what was thrown in one place, where nothing in the other can come to anything */
  #both(here: Obstacle | Failed, there: Obstacle | Failed): Obstacle {
    this.#patience = undefined;
    if (isNothing(here) && isNothing(there)) {
      return new Obstacle(absentError(this.#sites, `connect to '${this.#sites[0].name.name}'`));
    }
    const told = here instanceof Obstacle && !isNothing(here) ? here : there;
    const other = told === here ? there : here;
    if (told instanceof Obstacle && !isNothing(told)) return told;
    const failed = told instanceof Failed ? told : other;
    if (failed instanceof Failed) throw failed.error;
    return failed;
  }
}

/** A look that threw. */
class Failed {
  readonly question = undefined;
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

function tryLook(search: MasterSearch): Obstacle | Failed | undefined {
  try {
    return search.look();
  } catch (error) {
    return new Failed(error);
  }
}

function isNothing(found: Obstacle | Failed): boolean {
  return found instanceof Obstacle && found.reason.errnoName === 'ENOENT';
}
