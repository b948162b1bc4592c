// Over 250 lines: one hold on what is under a name, from finding it to letting go, in the order of its steps.
import { layoutFor } from '../../layout/index.js';
import { fitsLayout } from '../channel/index.js';
import { EshmError, translate } from '../errors.js';
import { Header } from '../header/index.js';
import { Peer } from '../heartbeat/index.js';
import type { Site, Store } from '../store/index.js';
import { contentOf } from './content.js';
import { copyChannels } from './copy.js';
import { findDataSize } from './data-size.js';
import type { Lane } from './lane.js';
import { DIRECTIONS, type Direction, type ObservedSide, type ObservedState } from './observed.js';
import { SUSPENDED } from './pump.js';
import { Source } from './source.js';

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

/** Memory that is attached. */
interface Hold {
  readonly store: Store;
  readonly sources: Readonly<Record<Direction, Source>>;
  readonly maxDataSize: number;
  /** Whether nothing was written yet that could tell the size of a slot. */
  isUnsure: boolean;
  readonly wasStale: Record<Direction, boolean>;
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
  /** What was found at the last look and is no channel, or could not be read. */
  #refused: number | undefined;
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
      if (id === hold?.store.id || (id !== undefined && id === this.#refused)) return;
      if (id === undefined) this.#refused = undefined;
      const next = id === undefined ? undefined : this.#attach(isNew);
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

  /** What is there now; `undefined` where nothing is attached. */
  state(): ObservedState | undefined {
    const hold = this.#hold;
    if (hold === undefined) return undefined;
    const { store, sources, maxDataSize } = hold;
    const { header, masterToSlave, slaveToMaster } = contentOf(imageOf(store), maxDataSize);
    const { size, mode, uid, users } = store.stat();
    const side = (way: Direction, pid: number, alive: number, heartbeat: bigint): ObservedSide => ({
      pid,
      alive: alive !== 0,
      beating: sources[way].watch.peer === Peer.alive,
      heartbeat,
    });
    const master = side('m2s', header.masterPid, header.masterAlive, header.masterHeartbeat);
    const slave = side('s2m', header.slavePid, header.slaveAlive, header.slaveHeartbeat);
    const channel = ({ sequence, dataSize, writeCount, readCount, data }: typeof masterToSlave) => {
      return { sequence, dataSize, writeCount, readCount, data: Buffer.from(data) };
    };
    return {
      name: this.name,
      shm: this.site.kind,
      state: master.beating || slave.beating ? 'live' : 'stale',
      size,
      mode,
      uid,
      attachments: users,
      maxDataSize,
      generation: header.masterGeneration,
      staleThresholdMs: header.staleThreshold,
      master,
      slave,
      m2s: channel(masterToSlave),
      s2m: channel(slaveToMaster),
    };
  }

  /** Lets go of everything. */
  close(): void {
    if (this.#hold === undefined) return;
    const hold = this.#hold;
    this.#enter(undefined);
    detach(hold);
  }

  #refuse(error: EshmError): void {
    try {
      this.#refused = this.site.find();
    } catch {
      this.#refused = undefined;
    }
    const hold = this.#hold;
    if (hold !== undefined) {
      this.#leave(hold);
      this.#enter(undefined);
      this.#owner.tell('vanished', this);
    }
    this.#owner.unreadable(this, error);
  }

  /** @throws {SyscallError | FileError | EshmError} */
  #attach(isNew: boolean): Hold | undefined {
    const store = this.site.tryAttachToRead();
    if (store === undefined) return undefined;
    try {
      const fault = this.#faultOf(store);
      if (fault === 'unfinished') {
        store.detach();
        return undefined;
      }
      if (fault !== undefined) {
        throw new EshmError('ESHM_SHM_ATTACH', `Cannot observe '${this.name}' in ${this.site}: ${fault}`);
      }
      return this.#lay(store, isNew);
    } catch (error) {
      store.detach();
      throw error;
    }
  }

  /** What speaks against a channel there; `unfinished` where its creator has not come to its end. */
  #faultOf(store: Store): string | undefined {
    const { size } = store;
    if (store.file !== undefined && size === 0) return 'unfinished';
    if (!fitsLayout(size)) return `its size of ${size} bytes fits no ESHM channel`;
    const header = new Header(store);
    if (header.blank) return 'unfinished';
    const fault = header.fault();
    if (fault !== undefined) return `its ${fault}; something else has this ${store.file ? 'name' : 'key'}`;
    const expected = this.#given === undefined ? size : layoutFor(this.#given).segmentSize;
    if (size === expected) return undefined;
    return `its size is ${size} bytes, expected ${expected} for a maxDataSize of ${this.#given}`;
  }

  #lay(store: Store, isNew: boolean): Hold {
    const image = imageOf(store);
    const { maxDataSize, basis } = findDataSize(image, this.#given);
    const layout = layoutFor(maxDataSize);
    const sources: Partial<Record<Direction, Source>> = {};
    try {
      for (const way of DIRECTIONS) {
        sources[way] = new Source(store, layout, way, isNew, () => this.#onChange(way));
      }
    } catch (error) {
      for (const source of Object.values(sources)) source.end();
      throw error;
    }
    return {
      store,
      sources: sources as Record<Direction, Source>,
      maxDataSize,
      isUnsure: basis !== 'given' && !hasWritten(store),
      wasStale: { m2s: false, s2m: false },
    };
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
    detach(hold);
  }

  /** Whether the first message is still to come, or has come and says that the slots are of another size than they seemed. */
  #isUnsure(): boolean {
    const hold = this.#hold;
    if (hold === undefined || !hold.isUnsure) return false;
    if (!hasWritten(hold.store)) return true;
    const { maxDataSize } = findDataSize(imageOf(hold.store));
    if (maxDataSize === hold.maxDataSize) {
      hold.isUnsure = false;
      return false;
    }
    process.nextTick(() => this.#layAnew(hold));
    return true;
  }

  #layAnew(hold: Hold): void {
    if (this.#hold !== hold) return;
    for (const lane of this.lanes) lane.move(undefined, SUSPENDED);
    for (const source of Object.values(hold.sources)) source.end();
    this.#enter(this.#lay(hold.store, true));
  }

  #onChange(way: Direction): void {
    const hold = this.#hold;
    const source = hold?.sources[way];
    if (hold === undefined || source === undefined || !source.watch.isOn) return;
    source.noteRestarts();
    const isStale = source.watch.peer === Peer.stale;
    const isNews = isStale !== hold.wasStale[way];
    hold.wasStale[way] = isStale;
    if (isNews) {
      if (isStale) source.noteDeath();
      else source.meet();
      this.#owner.tell(isStale ? 'stale' : 'recovered', this, way);
    }
    this.#lanes[way].wake(isNews);
  }
}

function hasWritten({ words, size }: Store): boolean {
  const { headerSize } = layoutFor();
  return words.load(headerSize) !== 0 || words.load(headerSize + (size - headerSize) / 2) !== 0;
}

function imageOf({ file, bytes, size }: Store): Uint8Array {
  return copyChannels(size, (offset, length) => {
    if (file === undefined) return Uint8Array.from(bytes.subarray(offset, offset + length));
    const copy = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    return file.read(offset, copy, 0, copy.length) ? copy : new Uint8Array(0);
  });
}

function detach({ store, sources }: Hold): void {
  const watches = Object.values(sources).map((source) => {
    source.end();
    return source.watch;
  });
  // One that the worker may still be looking at says what to do.
  (watches.find((watch) => !watch.isQuiet) ?? watches[0]!).unmap(store);
}
