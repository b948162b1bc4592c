import type { ServerResponse } from 'node:http';
import type { ShmKind } from '../../store/index.js';
import { Roster } from '../looking/roster.js';
import { type Feed, Feeds } from './feeds.js';
import type { Decode } from './fields.js';
import type { ChannelRow, FrameEvent, History, TableEvent } from './protocol.js';
import { rowOf } from './rows.js';
import { Stream } from './stream.js';
import type { TrackPosition } from './track.js';

/** Between two frames of the chosen channel, in ms: as often as an eye can follow numbers. */
const FRAME_MS = 100;
/** Pages at once. */
export const MAX_PAGES = 64;
/**
 * A browser opens six connections to one server and lets what comes after them wait: where so many are open to one
 * address, one of them gives way now and then, and its page comes back.
 */
const BROWSER_CONNECTIONS = 6;
/** How long a page keeps its connection then, in ms. */
const TURN_MS = 1000;

/** What a live view is of. */
export interface LiveOptions {
  /** Names of channels, which their segments do not know. */
  readonly names: readonly string[];
  readonly shm: ShmKind | undefined;
  readonly decode: Decode;
  /** Between two looks at all channels, in ms. */
  readonly intervalMs: number;
}

/** What a page wants to see. */
export interface Wanted {
  readonly channel: string | undefined;
  readonly rangeS: number;
}

/** One page that is open. */
interface Page {
  readonly stream: Stream;
  readonly address: string;
  readonly channel: string | undefined;
  readonly feed: Feed | undefined;
  readonly m2s: TrackPosition | undefined;
  readonly s2m: TrackPosition | undefined;
  table: TableEvent | undefined;
  isNew: boolean;
}

/**
 * The channels of this machine for all pages that are open: one look at them and one observer of each chosen channel,
 * however many pages there are. Without a page nothing is looked at.
 */
export class Live {
  readonly #roster: Roster;
  readonly #feeds: Feeds;
  readonly #intervalMs: number;
  readonly #pages = new Set<Page>();
  #table: TableEvent | undefined;
  #frames: NodeJS.Timeout | undefined;
  #isLooking = false;

  /** @throws {TypeError | RangeError} for a name that no channel can have */
  constructor({ names, shm, decode, intervalMs }: LiveOptions) {
    this.#roster = new Roster(names, shm);
    this.#feeds = new Feeds(decode);
    this.#intervalMs = intervalMs;
  }

  /** Whether another page may come. */
  get hasRoom(): boolean {
    return this.#pages.size < MAX_PAGES;
  }

  /** Begins to tell a page what it wants to see, until the connection ends. */
  open(response: ServerResponse, { channel, rangeS }: Wanted): void {
    const feed = channel === undefined ? undefined : this.#feeds.enter(channel);
    const page: Page = {
      stream: new Stream(response),
      address: response.req.socket.remoteAddress ?? '',
      channel,
      feed,
      m2s: feed?.tracks.m2s.from(rangeS),
      s2m: feed?.tracks.s2m.from(rangeS),
      table: undefined,
      isNew: true,
    };
    this.#pages.add(page);
    response.once('close', () => this.#close(page));
    this.#frames ??= setInterval(() => this.#tick(), FRAME_MS);
    if (!this.#isLooking) void this.#look();
    this.#tell(page);
  }

  /** What is known of a channel that is followed; `undefined` for any other. */
  history(channel: string, from: number, to: number): History | undefined {
    const tracks = this.#feeds.find(channel)?.tracks;
    return tracks && { from, to, m2s: tracks.m2s.between(from, to), s2m: tracks.s2m.between(from, to) };
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#pages.size > 0) {
      const startMs = performance.now();
      this.#table = await this.#lookOnce();
      for (const row of this.#table.rows) this.#keepRates(row, this.#table.at);
      for (const page of this.#pages) this.#tell(page);
      const restMs = Math.max(0, this.#intervalMs - (performance.now() - startMs));
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    // It is old by the time the next page comes.
    this.#table = undefined;
    this.#isLooking = false;
  }

  #keepRates({ id, m2s, s2m }: ChannelRow, atS: number): void {
    const tracks = this.#feeds.find(id)?.tracks;
    if (m2s.rate !== null) tracks?.m2s.takeRate(atS, m2s.rate);
    if (s2m.rate !== null) tracks?.s2m.takeRate(atS, s2m.rate);
  }

  async #lookOnce(): Promise<TableEvent> {
    const at = Date.now() / 1000;
    try {
      return { at, rows: (await this.#roster.look()).map(rowOf), fault: '' };
    } catch (error) {
      return { at, rows: [], fault: `Cannot look at the channels: ${(error as Error).message}` };
    }
  }

  #tick(): void {
    this.#feeds.tidy();
    this.#takeTurns();
    for (const page of this.#pages) this.#tell(page);
    if (this.#pages.size > 0 || this.#feeds.size > 0) return;
    clearInterval(this.#frames);
    this.#frames = undefined;
  }

  #tell(page: Page): void {
    const { stream } = page;
    if (stream.hasRoom && this.#table !== undefined && page.table !== this.#table) {
      page.table = this.#table;
      stream.send('table', this.#table);
    }
    if (stream.hasRoom) this.#tellFrame(page);
    stream.keepAlive();
  }

  #tellFrame(page: Page): void {
    const { stream, channel, feed } = page;
    if (channel === undefined) return;
    const m2s = page.m2s && feed?.tracks.m2s.next(page.m2s);
    const s2m = page.s2m && feed?.tracks.s2m.next(page.s2m);
    if (m2s === undefined && s2m === undefined && !page.isNew) return;
    page.isNew = false;
    const frame: FrameEvent = {
      at: Date.now() / 1000,
      channel,
      note: feed === undefined ? 'too many channels are looked at: close a page of another' : '',
      ...(m2s === undefined ? {} : { m2s }),
      ...(s2m === undefined ? {} : { s2m }),
    };
    stream.send('frame', frame);
  }

  #takeTurns(): void {
    const byAddress = new Map<string, Page[]>();
    for (const page of this.#pages) {
      byAddress.set(page.address, [...(byAddress.get(page.address) ?? []), page]);
    }
    for (const pages of byAddress.values()) {
      const [longest] = pages;
      if (pages.length < BROWSER_CONNECTIONS || performance.now() - longest!.stream.openedMs < TURN_MS)
        continue;
      this.#close(longest!);
      longest!.stream.end();
    }
  }

  #close(page: Page): void {
    if (this.#pages.delete(page)) page.feed?.leave();
  }
}
