import { setTimeout as sleep } from 'node:timers/promises';
import { checkOptions, checkSignal, checkTimeoutMs } from '../checks/index.js';
import type { CodecOption, Encoding } from '../codec/index.js';
import { EshmError, translate } from '../errors.js';
import { heartbeat } from '../heartbeat/index.js';
import type { Steps } from '../idle/index.js';
import { type EshmOptions, OPEN_OPTIONS, type ResolvedOptions, resolveOptions } from '../options.js';
import type { RecordOption } from '../record/endpoint.js';
import { channelName } from '../store/index.js';
import type { Place } from './enter.js';
import { PlaceSearch } from './place-search.js';
import { Obstacle, SearchTime } from './search.js';
import { type Sites, sitesFor, withOtherPlace, withSimilarNames } from './sites.js';
import { startSteps } from './start.js';

/** Options of `Eshm.connect`. */
export interface ConnectOptions<
  E extends Encoding = null,
  R extends RecordOption | undefined = undefined,
  C extends CodecOption | undefined = undefined,
> extends EshmOptions<E, R, C> {
  /** Only a slave waits for a master. */
  readonly role?: 'slave';
  /**
   * How long to wait for a master, in ms; `Infinity` waits without a limit. 5000 by default. What is there when the
   * time is up is still looked at for long enough to know whether it lives, so that 0 connects to a master that is
   * there: that takes as long as it takes to see one beat, 50 ms at most, and to start the heartbeat worker. Where it lives
   * in one kind of memory and a dead one is in the other, the dead one may be given 200 ms to show that it lives.
   */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const KNOWN: Readonly<Record<keyof ConnectOptions, true>> = {
  ...OPEN_OPTIONS,
  timeoutMs: true,
  signal: true,
};

/**
 * Waits for a living master under `name`, then starts the slave, without blocking the event loop in any of it.
 *
 * @param open - makes the endpoint of the place that was found; called in the same turn, because nothing beats there
 */
export async function connect<T>(
  name: string,
  connectOptions: ConnectOptions<Encoding, RecordOption | undefined, CodecOption | undefined>,
  open: (options: ResolvedOptions, place: Place) => T,
): Promise<T> {
  const { timeoutMs = 5000, signal, ...options } = checkOptions('connect', connectOptions, KNOWN);
  const resolved = resolveOptions({ ...options, role: options.role ?? 'slave' });
  if (resolved.role !== 'slave') {
    throw new RangeError(`Cannot connect: role is '${resolved.role}', expected 'slave'; a master opens`);
  }
  const sites = sitesFor(channelName(name), resolved.shm);
  const time = new SearchTime(checkTimeoutMs('connect', timeoutMs));
  checkSignal('connect', signal)?.throwIfAborted();
  const attempt = begin(sites, resolved);
  try {
    for (;;) {
      const outcome = stepOf(attempt, sites, resolved);
      if (!(outcome instanceof Obstacle)) return open(resolved, outcome);
      if (time.isOver(outcome))
        throw withOtherPlace(timeoutError(sites, timeoutMs, outcome), sites, resolved);
      await pause(outcome.pauseMs, signal);
    }
  } finally {
    attempt.stop();
  }
}

function begin(sites: Sites, options: ResolvedOptions): Attempt {
  try {
    return new Attempt(sites, options);
  } catch (error) {
    // The heartbeat worker may not start.
    throw translate(error, 'ESHM_SHM_ATTACH', `connect to '${sites[0].name.name}'`);
  }
}

function stepOf(attempt: Attempt, sites: Sites, options: ResolvedOptions): Place | Obstacle {
  try {
    return attempt.step();
  } catch (error) {
    throw withOtherPlace(error, sites, options);
  }
}

function timeoutError(sites: Sites, timeoutMs: number, obstacle: Obstacle): EshmError {
  const { question } = obstacle;
  const reason = withSimilarNames(obstacle.reason, sites) as EshmError;
  const what = question === 'slave' ? 'the place was not free' : 'no live master';
  const action = `Cannot connect to '${sites[0].name.name}': `;
  const why = reason.message.startsWith(action) ? reason.message.slice(action.length) : reason.message;
  const error = new EshmError('ESHM_TIMEOUT', `${action}${what} within ${timeoutMs} ms; ${why}`, {
    cause: reason,
  });
  // Its message has all that the reason says, and they come from the same calls: printed, the reason is one line.
  reason.stack = `${reason.name}: ${reason.message}`;
  delete reason.cause;
  return error;
}

/** @throws the reason of `signal` when it is aborted meanwhile */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Looks for a master until one beats, then goes through the start of a slave, a step at a time. */
class Attempt {
  readonly #options: ResolvedOptions;
  readonly #search: PlaceSearch;
  /** Tells whether the heartbeat worker has made its first pass; `undefined` where none is wanted. */
  readonly #worker: Steps<void> | undefined;
  #start: Steps<Place> | undefined;

  constructor(sites: Sites, options: ResolvedOptions) {
    this.#options = options;
    this.#search = new PlaceSearch(sites, options);
    // Begun now: its start takes longer than it takes to see a master.
    if (options.useThreads) heartbeat.begin();
    this.#worker = options.useThreads ? heartbeat.starting() : undefined;
  }

  /** The slave's place, or why there is none yet. Throws what waiting cannot mend. */
  step(): Place | Obstacle {
    if (this.#start === undefined) {
      const found = this.#search.look();
      if (found instanceof Obstacle) return found;
      this.#start = startSteps([found], this.#options);
    }
    try {
      const step = this.#start.next();
      if (step.done === true) return step.value;
      return this.#obstacle(step.value);
    } catch (error) {
      this.#start = undefined;
      // The segment has gone again meanwhile, or another slave is just leaving.
      if (error instanceof EshmError && error.code === 'ESHM_SHM_ATTACH') return new Obstacle(error);
      throw error;
    }
  }

  /** Why the start wants to go on only after `pauseMs`. */
  #obstacle(pauseMs: number): Obstacle {
    const isWorkerStarting = this.#worker !== undefined && this.#worker.next().done !== true;
    const what = isWorkerStarting
      ? 'the heartbeat worker has not started yet'
      : 'a slave of before has not been silent for long enough yet';
    const reason = new EshmError('ESHM_ROLE_MISMATCH', `its master lives, but ${what}`);
    return new Obstacle(reason, isWorkerStarting ? 'worker' : 'slave', pauseMs);
  }

  /** Lets go of a segment that is being looked at. */
  stop(): void {
    this.#start?.return(undefined as never);
  }
}
