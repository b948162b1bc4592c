import { layoutFor } from '../../layout/index.js';
import { Segment } from '../../syscalls/index.js';
import { EshmError, translate } from '../errors.js';
import { Header } from '../header/index.js';
import { Patience } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';
import { checkOwner, faultNow, SHORTEST_GRACE_MS } from './judge.js';

const HEADER_SIZE = layoutFor().headerSize;

/** Time between two looks, in ms. A live master's heartbeat has moved by the third at the latest. */
const LOOK_INTERVAL_MS = 5;

/**
 * What is being found out about, where more looks will tell: whether a flagged master beats, whether the heartbeat worker
 * of this thread starts, whether a flagged slave beats.
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
 * The time that a search has. It is for waiting; what is there when it is up is still looked at for as long as it takes
 * to tell a heart that beats from one that does not. So a search without any time finds what is there.
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

/** Looks for a segment whose master's heartbeat moves between two looks. Belongs to the thread that made it. */
export class MasterSearch {
  readonly #name: string;
  readonly #key: number;
  readonly #options: ResolvedOptions;
  #last: { id: number; beat: bigint } | undefined;

  constructor(name: string, key: number, options: ResolvedOptions) {
    this.#name = name;
    this.#key = key;
    this.#options = options;
  }

  /** What stands in the way, or `undefined`. Throws what waiting cannot mend. */
  look(): Obstacle | undefined {
    let segment: Segment;
    try {
      segment = Segment.attach(Segment.find(this.#key));
    } catch (error) {
      const reason = translate(error, 'ESHM_SHM_ATTACH', `connect to '${this.#name}'`);
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
      checkOwner(this.#name, segment, this.#options);
      const beats = this.#beats(segment);
      const question = beats || !mayBeat(segment) ? undefined : 'master';
      const fault = faultNow(segment, this.#options);
      if (fault !== undefined) {
        const reason = new EshmError('ESHM_SHM_ATTACH', `Cannot connect to '${this.#name}': ${fault}`);
        // A live master with another idea of the segment will not change its mind.
        if (beats) throw reason;
        return new Obstacle(reason, question);
      }
      if (beats || !this.#options.useThreads) return undefined;
      const what = question === undefined ? 'no master is in it' : 'its master does not beat';
      return new Obstacle(new EshmError('ESHM_MASTER_STALE', `there is a segment, but ${what}`), question);
    } finally {
      segment.detach();
    }
  }

  #beats(segment: Segment): boolean {
    if (!hasHeader(segment)) return false;
    const beat = new Header(segment.bytes).heartbeat('master');
    const last = this.#last;
    this.#last = { id: segment.id, beat };
    return last !== undefined && last.id === segment.id && last.beat !== beat;
  }
}

/** Whether a beat can be expected: a master that has left in good order, or is not there yet, is none to wait for. */
function mayBeat(segment: Segment): boolean {
  return hasHeader(segment) && new Header(segment.bytes).flagged('master');
}

function hasHeader({ size }: Segment): boolean {
  return size >= HEADER_SIZE;
}
