import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../../layout/index.js';
import { Segment } from '../../syscalls/index.js';
import { checkOptions, checkSignal, checkTimeoutMs } from '../checks/index.js';
import type { Encoding } from '../encoding.js';
import { EshmError, translate } from '../errors.js';
import { Header } from '../header/index.js';
import { heartbeat } from '../heartbeat/index.js';
import type { Steps } from '../idle/index.js';
import { type EshmOptions, OPEN_OPTIONS, type ResolvedOptions, resolveOptions } from '../options.js';
import type { RecordOption } from '../record/endpoint.js';
import type { Place } from './enter.js';
import { checkOwner, faultNow } from './judge.js';
import { startSteps } from './start.js';

/** Options of `Eshm.connect`. */
export interface ConnectOptions<E extends Encoding = null, R extends RecordOption | undefined = undefined>
  extends EshmOptions<E, R> {
  /** Only a slave waits for a master. */
  readonly role?: 'slave';
  /** How long to wait for a master, in ms; `Infinity` waits without a limit. 5000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const KNOWN: Readonly<Record<keyof ConnectOptions, true>> = {
  ...OPEN_OPTIONS,
  timeoutMs: true,
  signal: true,
};

/** Time between two looks, in ms. A live master's heartbeat has moved by the second at the latest. */
const LOOK_INTERVAL_MS = 5;

/**
 * Waits for a living master under `name`, then starts the slave, without blocking the event loop in any of it.
 *
 * @param open - makes the endpoint of the place that was found; called in the same turn, because nothing beats there
 */
export async function connect<T>(
  name: string,
  connectOptions: ConnectOptions<Encoding, RecordOption | undefined>,
  open: (options: ResolvedOptions, place: Place) => T,
): Promise<T> {
  const { timeoutMs = 5000, signal, ...options } = checkOptions('connect', connectOptions, KNOWN);
  const resolved = resolveOptions({ ...options, role: options.role ?? 'slave' });
  if (resolved.role !== 'slave') {
    throw new RangeError(`Cannot connect: role is '${resolved.role}', expected 'slave'; a master opens`);
  }
  const key = deriveKey(name);
  const deadline = performance.now() + checkTimeoutMs('connect', timeoutMs);
  checkSignal('connect', signal)?.throwIfAborted();
  const attempt = begin(name, key, resolved);
  try {
    for (;;) {
      const outcome = attempt.step();
      if (!(outcome instanceof Obstacle)) return open(resolved, outcome);
      if (performance.now() >= deadline) throw timeoutError(name, timeoutMs, outcome);
      await pause(outcome.pauseMs, signal);
    }
  } finally {
    attempt.stop();
  }
}

function begin(name: string, key: number, options: ResolvedOptions): Attempt {
  try {
    return new Attempt(name, key, options);
  } catch (error) {
    // The heartbeat worker may not start.
    throw translate(error, 'ESHM_SHM_ATTACH', `connect to '${name}'`);
  }
}

function timeoutError(name: string, timeoutMs: number, { reason }: Obstacle): EshmError {
  return new EshmError(
    'ESHM_TIMEOUT',
    `Cannot connect to '${name}': no live master within ${timeoutMs} ms; ${reason.message}`,
    { cause: reason },
  );
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
  readonly #name: string;
  readonly #key: number;
  readonly #options: ResolvedOptions;
  readonly #search: MasterSearch;
  #start: Steps<Place> | undefined;

  constructor(name: string, key: number, options: ResolvedOptions) {
    this.#name = name;
    this.#key = key;
    this.#options = options;
    this.#search = new MasterSearch(name, key, options);
    // It takes longer to start than a master that is there takes to be seen.
    if (options.useThreads) heartbeat.begin();
  }

  /** The slave's place, or why there is none yet. Throws what waiting cannot mend. */
  step(): Place | Obstacle {
    if (this.#start === undefined) {
      const obstacle = this.#search.look();
      if (obstacle !== undefined) return obstacle;
      this.#start = startSteps(this.#name, this.#key, this.#options);
    }
    try {
      const step = this.#start.next();
      if (step.done === true) return step.value;
      return new Obstacle(
        new EshmError(
          'ESHM_ROLE_MISMATCH',
          'its master lives, but a slave of before has not been silent for long enough yet, or the heartbeat worker has not started',
        ),
        step.value,
      );
    } catch (error) {
      this.#start = undefined;
      // The segment has gone again meanwhile, or another slave is just leaving.
      if (error instanceof EshmError && error.code === 'ESHM_SHM_ATTACH') return new Obstacle(error);
      throw error;
    }
  }

  /** Lets go of a segment that is being looked at. */
  stop(): void {
    this.#start?.return(undefined as never);
  }
}

/** Why it is not time yet, and when to look again. */
class Obstacle {
  readonly reason: Error;
  readonly pauseMs: number;
  constructor(reason: Error, pauseMs = LOOK_INTERVAL_MS) {
    this.reason = reason;
    this.pauseMs = pauseMs;
  }
}

/** Looks for a segment whose master's heartbeat moves between two looks. */
class MasterSearch {
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
      const fault = faultNow(segment, this.#options);
      if (fault !== undefined) {
        const reason = new EshmError('ESHM_SHM_ATTACH', `Cannot connect to '${this.#name}': ${fault}`);
        // A live master with another idea of the segment will not change its mind.
        if (beats) throw reason;
        return new Obstacle(reason);
      }
      if (beats || !this.#options.useThreads) return undefined;
      return new Obstacle(
        new EshmError('ESHM_MASTER_STALE', 'there is a segment, but its master does not beat'),
      );
    } finally {
      segment.detach();
    }
  }

  #beats(segment: Segment): boolean {
    if (segment.size < 128) return false;
    const beat = new Header(segment.bytes).heartbeat('master');
    const last = this.#last;
    this.#last = { id: segment.id, beat };
    return last !== undefined && last.id === segment.id && last.beat !== beat;
  }
}
