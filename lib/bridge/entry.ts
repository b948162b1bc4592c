import { connect, findPlace, type Place, sitesFor } from '../joining/index.js';
import { type EshmOptions, resolveOptions } from '../options.js';
import { isLeft, LocalEnd } from './local-end.js';
import type { ResolvedChannel } from './options.js';

/** How long one attempt to join as a slave may take, in ms. */
const JOIN_MS = 1000;

/** Pause before the local channel is tried again where it could not be entered, in ms. */
const RETRY_MS = 500;

/** The longest one: each is twice the one before. */
const LONGEST_RETRY_MS = 8000;

/** How far the messages of a segment have come at the other end, as it has confirmed them. */
export interface Confirmed {
  readonly segment: number;
  readonly generation: number;
  readonly count: number;
  readonly sequence: number;
}

/**
 * How a bridge enters the local channel, and what it takes away at the end. Belongs to one bridged channel.
 */
export class Entry {
  readonly #channel: ResolvedChannel;
  readonly #onChange: () => void;
  /** The segments and files that this end made or took over. */
  readonly #left = new Set<number>();
  #retryAtMs = 0;
  /** Attempts to join in a row that failed, and the reason of the last. */
  #failedJoins = 0;
  #reason = '';

  /** @param onChange - as {@link LocalEnd} has it */
  constructor(channel: ResolvedChannel, onChange: () => void) {
    this.#channel = channel;
    this.#onChange = onChange;
  }

  /** Whether the pause after the last attempt is over. */
  get isDue(): boolean {
    return performance.now() >= this.#retryAtMs;
  }

  /** Why the channel could not be joined, from the second time on and until it is time to try again. */
  get hindrance(): string | undefined {
    return this.#failedJoins > 1 && !this.isDue ? this.#reason : undefined;
  }

  /** Pauses before the next attempt: the channel was lost. */
  rest(): void {
    this.#retryAtMs = performance.now() + RETRY_MS;
  }

  /**
   * Near: as a slave of the master that lives here; each attempt that fails makes the pause before the next twice as long.
   *
   * @param from - what is newer than this is still to be carried; what is there counts as read, where it is not given
   */
  join(signal: AbortSignal, from: Confirmed | undefined): Promise<LocalEnd> {
    return this.#enter(() => this.#join(signal, from), 1);
  }

  /**
   * Far: as the master, in the place of the one at the near end. The segment stays from stay to stay.
   *
   * @param staleThresholdMs - that of the near end's segment
   * @param from - as in {@link join}
   */
  start(staleThresholdMs: number | undefined, from: Confirmed | undefined): Promise<LocalEnd> {
    return this.#enter(async () => this.#start(staleThresholdMs, from), 0);
  }

  async #enter(attempt: () => Promise<LocalEnd>, growth: 0 | 1): Promise<LocalEnd> {
    try {
      const local = await attempt();
      this.#failedJoins = 0;
      return local;
    } catch (error) {
      this.#failedJoins += growth;
      this.#reason = (error as Error).message;
      const pauseMs = RETRY_MS * 2 ** Math.max(0, this.#failedJoins - 1);
      this.#retryAtMs = performance.now() + Math.min(pauseMs, LONGEST_RETRY_MS);
      throw error;
    }
  }

  #join(signal: AbortSignal, from: Confirmed | undefined): Promise<LocalEnd> {
    const { name } = this.#channel;
    return connect(
      name.name,
      { ...this.#options, role: 'slave', timeoutMs: JOIN_MS, signal },
      (options, place) => new LocalEnd(name, options, goOn(place, from), this.#countsLate, this.#onChange),
    );
  }

  #start(staleThresholdMs: number | undefined, from: Confirmed | undefined): LocalEnd {
    const { name } = this.#channel;
    const threshold = this.#channel.staleThresholdMs ?? (staleThresholdMs || undefined);
    const options = resolveOptions({
      ...this.#options,
      role: 'master',
      autoCleanup: false,
      ...(threshold === undefined ? {} : { staleThresholdMs: threshold }),
    });
    const place = goOn(findPlace(sitesFor(name, options.shm), options), from);
    const local = new LocalEnd(name, options, place, this.#countsLate, this.#onChange);
    for (const id of local.placeIds) this.#left.add(id);
    return local;
  }

  /** Removes the segment of the far end, unless another master has it by now. */
  removeSegment(): void {
    for (const site of sitesFor(this.#channel.name, this.#channel.shm)) {
      try {
        const store = site.attach();
        try {
          if (this.#left.has(store.id) && isLeft(store)) store.remove();
        } finally {
          store.detach();
        }
      } catch {
        // It has gone already.
      }
    }
  }

  get #options(): EshmOptions {
    return {
      maxDataSize: this.#channel.maxDataSize,
      shm: this.#channel.shm,
      disconnectBehavior: 'immediately',
      maxPending: 4,
    };
  }

  get #countsLate(): boolean {
    return this.#channel.delivery === 'acknowledged';
  }
}

/** The place, read from where the other end has confirmed it, in the same segment. */
function goOn(place: Place, from: Confirmed | undefined): Place {
  if (from === undefined || from.segment !== place.store.id) return place;
  return { ...place, readFrom: { sequence: from.sequence, writes: from.count } };
}
