import { layoutFor } from '../../layout/index.js';
import { findDataSize, fitsLayout, imageOf } from '../channel/index.js';
import { EshmError } from '../errors.js';
import { Header } from '../header/index.js';
import { Peer } from '../heartbeat/index.js';
import type { Site, Store } from '../store/index.js';
import { contentOf } from './content.js';
import { DIRECTIONS, type Direction, type ObservedSide, type ObservedState } from './observed.js';
import { Source } from './source.js';

/**
 * Memory that is attached for reading: both directions of it, and how large their slots are, which the memory does not say.
 *
 * Belongs to the observer's thread.
 */
export class Hold {
  readonly store: Store;
  readonly wasStale: Record<Direction, boolean> = { m2s: false, s2m: false };
  readonly #site: Site;
  readonly #given: number | undefined;
  readonly #onChange: (way: Direction) => void;
  #sources!: Readonly<Record<Direction, Source>>;
  #maxDataSize = 0;
  /** Whether nothing was written yet that could tell the size of a slot. */
  #isUnsure = false;

  private constructor(
    site: Site,
    store: Store,
    given: number | undefined,
    isNew: boolean,
    onChange: (way: Direction) => void,
  ) {
    this.#site = site;
    this.store = store;
    this.#given = given;
    this.#onChange = onChange;
    this.#lay(isNew);
  }

  /**
   * Attaches what is under the name now; `undefined` where nothing is, or its creator has not come to its end.
   *
   * @param given - bytes in one slot, where the user said so
   * @param isNew - as `Source` takes it
   * @param onChange - called on the event loop when there is news of a direction
   * @throws {SyscallError | FileError | EshmError} where it may not be read, or is no channel
   */
  static attach(
    site: Site,
    given: number | undefined,
    isNew: boolean,
    onChange: (way: Direction) => void,
  ): Hold | undefined {
    const store = site.tryAttachToRead();
    if (store === undefined) return undefined;
    try {
      const fault = faultOf(store, given);
      if (fault === undefined) return new Hold(site, store, given, isNew, onChange);
      if (fault !== 'unfinished') {
        throw new EshmError('ESHM_SHM_ATTACH', `Cannot observe '${site.name.name}' in ${site}: ${fault}`);
      }
    } catch (error) {
      store.detach();
      throw error;
    }
    store.detach();
    return undefined;
  }

  get sources(): Readonly<Record<Direction, Source>> {
    return this.#sources;
  }

  /** Whether the size of a slot is known: it may be `'unsure'` before the first message, which may show `'another'`. */
  slotSize(): 'known' | 'unsure' | 'another' {
    if (!this.#isUnsure) return 'known';
    if (!hasWritten(this.store)) return 'unsure';
    if (findDataSize(imageOf(this.store)).maxDataSize !== this.#maxDataSize) return 'another';
    this.#isUnsure = false;
    return 'known';
  }

  /** What is there now, and what came before it, is not given. */
  beginHere(): void {
    for (const { inlet } of Object.values(this.#sources)) inlet.beginHere();
  }

  /** Reads with slots of the size that the messages show, and all that was written. */
  layAnew(): void {
    for (const source of Object.values(this.#sources)) source.end();
    this.#lay(true);
  }

  /** What is there now. */
  state(): ObservedState {
    const { store } = this;
    const { header, masterToSlave, slaveToMaster } = contentOf(imageOf(store), this.#maxDataSize);
    const { size, mode, uid, users } = store.stat();
    const side = (way: Direction, pid: number, alive: number, heartbeat: bigint): ObservedSide => ({
      pid,
      alive: alive !== 0,
      beating: this.#sources[way].inlet.watch.peer === Peer.alive,
      heartbeat,
    });
    const master = side('m2s', header.masterPid, header.masterAlive, header.masterHeartbeat);
    const slave = side('s2m', header.slavePid, header.slaveAlive, header.slaveHeartbeat);
    const channel = ({ sequence, dataSize, writeCount, readCount, data }: typeof masterToSlave) => {
      return { sequence, dataSize, writeCount, readCount, data: Buffer.from(data) };
    };
    return {
      name: this.#site.name.name,
      shm: this.#site.kind,
      state: master.beating || slave.beating ? 'live' : 'stale',
      size,
      mode,
      uid,
      attachments: users,
      maxDataSize: this.#maxDataSize,
      generation: header.masterGeneration,
      staleThresholdMs: header.staleThreshold,
      master,
      slave,
      m2s: channel(masterToSlave),
      s2m: channel(slaveToMaster),
    };
  }

  /** Lets go of it. */
  detach(): void {
    const watches = Object.values(this.#sources).map((source) => {
      source.end();
      return source.inlet.watch;
    });
    // One that the worker may still be looking at says what to do.
    (watches.find((watch) => !watch.isQuiet) ?? watches[0]!).unmap(this.store);
  }

  #lay(isNew: boolean): void {
    const { maxDataSize, basis } = findDataSize(imageOf(this.store), this.#given);
    const layout = layoutFor(maxDataSize);
    const sources: Partial<Record<Direction, Source>> = {};
    try {
      for (const way of DIRECTIONS) {
        sources[way] = new Source(this.store, layout, way, isNew, () => this.#onChange(way));
      }
    } catch (error) {
      for (const source of Object.values(sources)) source.end();
      throw error;
    }
    this.#sources = sources as Record<Direction, Source>;
    this.#maxDataSize = maxDataSize;
    this.#isUnsure = basis !== 'given' && !hasWritten(this.store);
    this.wasStale.m2s = this.wasStale.s2m = false;
  }
}

/** What speaks against a channel there; `unfinished` where its creator has not come to its end. */
function faultOf(store: Store, given: number | undefined): string | undefined {
  const { size } = store;
  if (store.file !== undefined && size === 0) return 'unfinished';
  if (!fitsLayout(size)) return `its size of ${size} bytes fits no ESHM channel`;
  const header = new Header(store);
  if (header.blank) return 'unfinished';
  const fault = header.fault();
  if (fault !== undefined) return `its ${fault}; something else has this ${store.file ? 'name' : 'key'}`;
  const expected = given === undefined ? size : layoutFor(given).segmentSize;
  if (size === expected) return undefined;
  return `its size is ${size} bytes, expected ${expected} for a maxDataSize of ${given}`;
}

function hasWritten({ words, size }: Store): boolean {
  const { headerSize } = layoutFor();
  return words.load(headerSize) !== 0 || words.load(headerSize + (size - headerSize) / 2) !== 0;
}
