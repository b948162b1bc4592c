import { EshmError, translate } from '../errors.js';
import { Peer } from '../heartbeat/index.js';
import type { Site } from '../store/index.js';
import { Hold } from './hold.js';
import type { Lane } from './lane.js';
import { DIRECTIONS, type Direction, type ObservedState } from './observed.js';
import { SUSPENDED } from './pump.js';

/** What a place tells. */
export type PlaceEvent = 'appeared' | 'vanished' | 'replaced' | 'stale' | 'recovered';

/** Whom a place tells. */
export interface PlaceOwner {
  tell(event: PlaceEvent, place: Place, way?: Direction): void;
  unreadable(place: Place, error: EshmError): void;
  /** What is attached has changed. */
  changed(): void;
  /** What is attached has lost its name: what it holds can be had for the last time. */
  leaving(lane: Lane): void;
}

/**
 * One name in one kind of memory, and what an observer has attached there. Finds what is under the name now; when to look
 * is others' business.
 *
 * Belongs to the observer's thread.
 */
export class Place {
  readonly site: Site;
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  readonly #given: number | undefined;
  readonly #owner: PlaceOwner;
  #hold: Hold | undefined;
  /** What was found at the last look and is no channel, or could not be read, and what was told of it. */
  #refused: { readonly id: number | undefined; readonly message: string } | undefined;
  #hasLooked = false;

  constructor(
    site: Site,
    lanes: (isUnsure: () => boolean) => Readonly<Record<Direction, Lane>>,
    maxDataSize: number | undefined,
    owner: PlaceOwner,
  ) {
    this.site = site;
    this.#lanes = lanes(() => this.#isUnsure());
    this.#given = maxDataSize;
    this.#owner = owner;
  }

  get name(): string {
    return this.site.name.name;
  }

  get lanes(): readonly Lane[] {
    return DIRECTIONS.map((way) => this.#lanes[way]);
  }

  /** Whether a channel is attached. */
  get isAttached(): boolean {
    return this.#hold !== undefined;
  }

  /** Whether a direction's writer has left in good order. */
  hasLeft(way: Direction): boolean {
    return this.#hold?.sources[way].hasLeft ?? true;
  }

  /**
   * Looks what is under the name now, and goes there.
   *
   * @throws {EshmError} where it is no channel or may not be read, at the first look only: every other tells its owner
   */
  look(): void {
    const isNew = this.#hasLooked && this.#refused === undefined;
    const hold = this.#hold;
    try {
      const id = this.site.find();
      if (id !== undefined && id === hold?.store.id) return;
      const next =
        id === undefined
          ? undefined
          : Hold.attach(this.site, this.#given, isNew, (way) => this.#onChange(way));
      this.#refused = undefined;
      if (next === undefined && hold === undefined) return;
      if (hold !== undefined) this.#leave(hold);
      this.#enter(next);
      if (next !== undefined) this.#owner.tell(hold === undefined ? 'appeared' : 'replaced', this);
      else if (hold !== undefined) this.#owner.tell('vanished', this);
    } catch (error) {
      const translated = translate(error, 'ESHM_SHM_ATTACH', `observe '${this.name}'`);
      if (!this.#hasLooked || !(translated instanceof EshmError)) throw translated;
      this.#refuse(translated);
    } finally {
      this.#hasLooked = true;
    }
  }

  /** What is there now, and what came before it, is not given. */
  beginHere(): void {
    this.#hold?.beginHere();
  }

  /** What is there now; `undefined` where nothing is attached. */
  state(): ObservedState | undefined {
    return this.#hold?.state();
  }

  /** Lets go of everything. */
  close(): void {
    const hold = this.#hold;
    if (hold === undefined) return;
    this.#enter(undefined);
    hold.detach();
  }

  /** Lets go of what was there; tells once why what is there now is not read, which may change. */
  #refuse(error: EshmError): void {
    const before = this.#refused;
    const { message } = error;
    this.#refused = { id: this.#idNow(), message };
    const hold = this.#hold;
    if (hold !== undefined) {
      this.#leave(hold);
      this.#enter(undefined);
      this.#owner.tell('vanished', this);
    }
    if (before?.id !== this.#refused.id || before?.message !== message) this.#owner.unreadable(this, error);
  }

  #idNow(): number | undefined {
    try {
      return this.site.find();
    } catch {
      return undefined;
    }
  }

  #enter(hold: Hold | undefined): void {
    this.#hold = hold;
    for (const way of DIRECTIONS) this.#lanes[way].move(hold?.sources[way], SUSPENDED);
    this.#owner.changed();
  }

  #leave(hold: Hold): void {
    for (const lane of this.lanes) this.#owner.leaving(lane);
    this.#hold = undefined;
    for (const lane of this.lanes) lane.move(undefined, SUSPENDED);
    hold.detach();
  }

  /** Whether the first message is still to come, or has come and says that the slots are of another size than they seemed. */
  #isUnsure(): boolean {
    const hold = this.#hold;
    const size = hold?.slotSize() ?? 'known';
    if (size === 'another') process.nextTick(() => this.#layAnew(hold!));
    return size !== 'known';
  }

  #layAnew(hold: Hold): void {
    if (this.#hold !== hold) return;
    for (const lane of this.lanes) lane.move(undefined, SUSPENDED);
    hold.layAnew();
    this.#enter(hold);
  }

  #onChange(way: Direction): void {
    const hold = this.#hold;
    const inlet = hold?.sources[way]?.inlet;
    if (hold === undefined || inlet === undefined || !inlet.watch.isOn) return;
    if (inlet.noteRestarts()) inlet.meet();
    const isStale = inlet.watch.peer === Peer.stale;
    const isNews = isStale !== hold.wasStale[way];
    hold.wasStale[way] = isStale;
    if (isNews) {
      if (isStale) inlet.noteDeath();
      else inlet.meet();
      this.#owner.tell(isStale ? 'stale' : 'recovered', this, way);
    }
    this.#lanes[way].wake(isNews);
  }
}
