import { MessageIterator, PassedOver } from '../async/index.js';
import { NO_OPTIONS } from '../checks/index.js';
import { EshmError, readFrom, translate } from '../errors.js';
import { EmitterBase } from '../events.js';
import { sitesFor } from '../joining/index.js';
import { closeAtExit, forgetAtExit, Opening } from '../session/index.js';
import { channelName } from '../store/index.js';
import { nowNs } from './clock.js';
import { Lane } from './lane.js';
import {
  type Direction,
  type ObservedEitherWay,
  type ObservedMessage,
  type ObservedState,
  type ObserverEvents,
  WRITER_OF,
} from './observed.js';
import type { ResolvedObserve } from './options.js';
import { Place, type PlaceEvent } from './place.js';
import { Pump } from './pump.js';

/** Between two looks what is under the names, in ms. */
const LOOK_MS = 40;

/**
 * Sees what goes over channels, without being anybody on them: attached for reading only, it takes no role, moves no count,
 * sets no flag and writes no byte, so that no peer can tell it is there. Begins before there is a channel, and lives
 * through restarts and through another segment or file under the name.
 *
 * A loop over it gives the messages of both directions of all its channels in the order in which they are seen. It looks
 * while somebody waits for a message and queues none: who is slow misses messages, which `missed` counts. What was in a
 * slot when the observer came is not given; {@link state} shows it.
 *
 * Belongs to the thread that made it. Keeps the process alive while a message is waited for.
 *
 * `M2s` is what the data of messages of the master is, `S2m` that of messages of the slave: `Buffer`, or what the options
 * `encoding`, `record` or `codec` make of them. To the compiler a message's `direction` says which of them its `data` is.
 *
 * @example
 * const observer = Eshm.observe('robot');
 * observer.on('stale', ({ name, role }) => console.log(`${name}: the ${role} is stale`));
 * setTimeout(() => observer.close(), 100);
 * for await (const { direction, data, count, missed } of observer) {
 *   console.log(direction, count, missed, data.length);
 * }
 */
export class Observer<M2s = Buffer, S2m = M2s>
  extends EmitterBase<ObserverEvents>
  implements AsyncIterable<ObservedEitherWay<M2s, S2m>>, Disposable
{
  /** The names that are observed. */
  readonly names: readonly string[];
  readonly #places: readonly Place[];
  readonly #pump: Pump;
  readonly #closable: { readonly name: string; readonly role: string; close(): void };
  readonly #signal: AbortSignal | undefined;
  readonly #passedOver = new PassedOver(this, "the event 'corrupt' tells each");
  #timer: NodeJS.Timeout | undefined;
  #isNeeded = false;
  #isClosed = false;

  /** @internal */
  constructor(names: readonly string[], options: ResolvedObserve, opening: Opening) {
    super();
    // Plain JavaScript may call what is internal.
    if (!(opening instanceof Opening)) {
      throw new TypeError('Cannot observe: found new Observer(...), expected Eshm.observe(name, options)');
    }
    this.names = names;
    this.#signal = options.signal;
    this.#closable = { name: names.join("', '"), role: 'observer', close: () => this.close() };
    this.#places = names.flatMap((name) => this.#placesOf(name, options));
    const lanes = this.#places.flatMap((place) => place.lanes);
    this.#pump = new Pump(lanes, options.wake, (isNeeded) => this.#need(isNeeded));
    try {
      for (const name of names) this.#begin(this.#places.filter((place) => place.name === name));
      // That took some ms: what came meanwhile came before this observer.
      for (const place of this.#places) place.beginHere();
    } catch (error) {
      for (const place of this.#places) place.close();
      throw error;
    }
    closeAtExit(this.#closable, opening);
    this.#rest();
    if (this.#signal?.aborted) this.#onAbort();
    else this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Now, in ns since the epoch, on the clock of the messages. */
  now(): bigint {
    return nowNs();
  }

  /**
   * A channel as it is now: what `eshm stat` shows. Where the name has a segment and a file, the one that is live, and the
   * segment where both are.
   *
   * @param name - one of {@link names}; the first by default
   * @returns `null` where there is no channel
   * @throws {RangeError} for a name that is not observed
   */
  state(name: string = this.names[0]!): ObservedState | null {
    if (!this.names.includes(name)) {
      throw new RangeError(
        `Cannot look at '${name}': it is not observed, expected one of '${this.names.join("', '")}'`,
      );
    }
    try {
      const found = this.#places
        .filter((place) => place.name === name)
        .map((place) => place.state())
        .filter((state) => state !== undefined);
      return found.find(({ state }) => state === 'live') ?? found[0] ?? null;
    } catch (error) {
      throw translate(error, 'ESHM_SHM_ATTACH', `look at '${name}'`);
    }
  }

  /**
   * The messages, without a limit of time: one loop at a time. Ends when the observer is closed; throws the reason of the
   * option `signal` when that is aborted.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<ObservedEitherWay<M2s, S2m>, undefined> {
    return new MessageIterator(this.#pump, NO_OPTIONS, (message) => message as ObservedEitherWay<M2s, S2m>);
  }

  /** Lets go of everything; a loop ends. Does nothing the second time. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    forgetAtExit(this.#closable);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#timer);
    this.#pump.end();
    for (const place of this.#places) place.close();
  }

  /** {@link close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  readonly #onAbort = (): void => {
    this.#pump.end(this.#signal?.reason);
    this.close();
  };

  #placesOf(name: string, { shm, maxDataSize, decoders }: ResolvedObserve): Place[] {
    const owner = {
      tell: (event: PlaceEvent, place: Place, way?: Direction) => this.#tell(event, place, way),
      unreadable: (place: Place, error: EshmError) => {
        this.#later('unreadable', what(place), error);
      },
      changed: () => this.#pump?.startLanes(),
      leaving: (lane: Lane) => this.#pump.drain(lane),
    };
    return sitesFor(channelName(name), shm).map((site) => {
      const lane = (direction: Direction, isUnsure: () => boolean) =>
        new Lane({
          name,
          shm: site.kind,
          direction,
          decoder: decoders[direction],
          isUnsure,
          onCorrupt: (error, message) => this.#onCorrupt(readFrom(error, name), message),
        });
      const lanes = (isUnsure: () => boolean) => ({ m2s: lane('m2s', isUnsure), s2m: lane('s2m', isUnsure) });
      return new Place(site, lanes, maxDataSize, owner);
    });
  }

  /**
   * Looks for the first time in the places of one name. Where a channel is in one of them, what is wrong with the other does
   * not matter: the next look tells it as `unreadable`.
   */
  #begin(places: readonly Place[]): void {
    const errors: EshmError[] = [];
    for (const place of places) {
      try {
        place.look();
      } catch (error) {
        if (!(error instanceof EshmError)) throw error;
        errors.push(error);
      }
    }
    const [error] = errors;
    if (error !== undefined && !places.some(({ isAttached }) => isAttached)) throw error;
  }

  #tell(event: PlaceEvent, place: Place, way: Direction | undefined): void {
    if (event === 'stale' || event === 'recovered') {
      this.#later(event, { ...what(place), role: WRITER_OF[way!], hasLeft: place.hasLeft(way!) });
    } else this.#later(event, what(place));
  }

  /** `error` names the channel. */
  #onCorrupt(error: EshmError, message: ObservedMessage | undefined): void {
    this.#passedOver.note(error);
    this.#later('corrupt', error, message);
  }

  /** On the next tick, so that no listener runs in the middle of things. */
  #later<E extends keyof ObserverEvents>(event: E, ...details: ObserverEvents[E]): void {
    process.nextTick(() => this.emit(event, ...details));
  }

  /** Somebody waits for a message, or does not any more: only then is the process kept alive. */
  #need(isNeeded: boolean): void {
    this.#isNeeded = isNeeded;
    if (isNeeded) this.#timer?.ref();
    else this.#timer?.unref();
  }

  #rest(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.#look(), LOOK_MS);
    if (!this.#isNeeded) this.#timer.unref();
  }

  #look(): void {
    try {
      for (const place of this.#places) place.look();
      this.#rest();
    } catch (error) {
      this.#pump.end(error);
      this.close();
    }
  }
}

function what(place: Place) {
  return { name: place.name, shm: place.site.kind, at: nowNs() };
}
