import { connect, findPlace, type Place, sitesFor } from '../joining/index.js';
import { type EshmOptions, resolveOptions } from '../options.js';
import type { ResolvedChannel } from './options.js';
import { isLeft, Port } from './port.js';

/** How long one attempt to join as a slave may take, in ms. */
const JOIN_MS = 1000;

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

  /** @param onChange - as {@link Port} has it */
  constructor(channel: ResolvedChannel, onChange: () => void) {
    this.#channel = channel;
    this.#onChange = onChange;
  }

  /**
   * Near: as a slave of the master that lives here.
   *
   * @param from - what is newer than this is still to be carried; what is there counts as read, where it is not given
   */
  join(signal: AbortSignal, from: Confirmed | undefined): Promise<Port> {
    const { name } = this.#channel;
    return connect(
      name.name,
      { ...this.#options, role: 'slave', timeoutMs: JOIN_MS, signal },
      (options, place) => new Port(name, options, goOn(place, from), this.#countsLate, this.#onChange),
    );
  }

  /**
   * Far: as the master, in the place of the one at the near end. The segment stays from stay to stay.
   *
   * @param staleThresholdMs - that of the near end's segment
   * @param from - as in {@link join}
   */
  async start(staleThresholdMs: number | undefined, from: Confirmed | undefined): Promise<Port> {
    const { name } = this.#channel;
    const threshold = this.#channel.staleThresholdMs ?? (staleThresholdMs || undefined);
    const options = resolveOptions({
      ...this.#options,
      role: 'master',
      autoCleanup: false,
      ...(threshold === undefined ? {} : { staleThresholdMs: threshold }),
    });
    const place = goOn(findPlace(sitesFor(name, options.shm), options), from);
    const port = new Port(name, options, place, this.#countsLate, this.#onChange);
    for (const id of port.placeIds) this.#left.add(id);
    return port;
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
