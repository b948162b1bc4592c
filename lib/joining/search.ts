import { EshmError, translate } from '../errors.js';
import { Header, hasHeader } from '../header/index.js';
import { Patience } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';
import type { Site, Store } from '../store/index.js';
import { checkOwner, faultNow, LONGEST_GRACE_MS, SHORTEST_GRACE_MS } from './judge.js';

/** Time between two looks, in ms. A live master's heartbeat has moved by the third at the latest. */
const LOOK_INTERVAL_MS = 5;

/** For how long a flagged master in the first place may be silent before one that beats in the second is taken, in ms. */
const FIRST_GRACE_MS = LONGEST_GRACE_MS / 10;

/**
 * What is being found out about, where more looks will tell: whether a flagged master beats, whether one beats in the
 * first place while one beats in the second, whether the heartbeat worker of this thread starts, whether a flagged slave
 * beats.
 */
export type Question = 'master' | 'first' | 'worker' | 'slave';

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
    // The first place has its own time to be silent; it is over before this.
    this.#looks.set(question, new Patience(SHORTEST_GRACE_MS + (question === 'first' ? FIRST_GRACE_MS : 0)));
    return false;
  }
}

/** What a look has seen of a master's heartbeat. */
interface Beat {
  /** Of the segment or file. */
  readonly id: number;
  /** Of the master in it. */
  readonly identity: number;
  readonly beat: bigint;
  /** Runs from the last beat on, or from the first look. */
  readonly silence: Patience;
  /** Runs from the last beat on, and is not there before one was seen. */
  readonly late: Patience | undefined;
}

/** Looks for a segment or file whose master's heartbeat moves between two looks. Belongs to the thread that made it. */
export class MasterSearch {
  readonly #site: Site;
  readonly #options: ResolvedOptions;
  #last: Beat | undefined;

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

  /** Whether the master that the last look saw has been silent for {@link FIRST_GRACE_MS}; to be asked after every look. */
  get isSilent(): boolean {
    return this.#last?.silence.isOver === true;
  }

  /** Whether a beat was seen that is not older than a live master's last one can be; to be asked after every look. */
  get hasJustBeaten(): boolean {
    return this.#last?.late?.isOver === false;
  }

  #beats(store: Store): boolean {
    if (!hasHeader(store)) return false;
    const header = new Header(store);
    const [beat, identity] = [header.heartbeat('master'), header.identity('master')];
    const last = this.#last?.id === store.id ? this.#last : undefined;
    const beats = last !== undefined && last.beat !== beat;
    const isSame = last?.identity === identity && !beats;
    this.#last = {
      id: store.id,
      identity,
      beat,
      silence: isSame ? last.silence : new Patience(FIRST_GRACE_MS),
      late: beats ? new Patience(SHORTEST_GRACE_MS) : isSame ? last.late : undefined,
    };
    return beats;
  }
}

/** Whether a beat can be expected: a master that has left in good order, or is not there yet, is none to wait for. */
function mayBeat(store: Store): boolean {
  return hasHeader(store) && new Header(store).flagged('master');
}
