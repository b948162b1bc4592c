import type { Decode } from './fields.js';
import type { Direction } from './protocol.js';
import { Sampler } from './sampler.js';
import { Track } from './track.js';

/** A feed that nobody looks at goes on for this long: who reloads the page or comes back to it finds no gap. */
const LINGER_MS = 60_000;
/** Channels that are followed at once. */
const MAX_FEEDS = 16;

/** The messages of one channel while somebody looks at it, for any number of pages. */
export class Feed implements Disposable {
  readonly tracks: Readonly<Record<Direction, Track>>;
  readonly #watching: Disposable;
  #users = 0;
  #leftMs = performance.now();

  constructor(id: string, decode: Decode) {
    const tracks = { m2s: new Track(decode), s2m: new Track(decode) };
    this.tracks = tracks;
    this.#watching = new Sampler(id, (direction, message) => tracks[direction].take(message));
  }

  /** Whether it may be ended: nobody looks at it, and `leftFor` ms ago somebody did. */
  isLeft(forMs = 0): boolean {
    return this.#users === 0 && performance.now() - this.#leftMs >= forMs;
  }

  enter(): void {
    this.#users++;
  }

  leave(): void {
    this.#users--;
    this.#leftMs = performance.now();
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
  }
}

/** The feeds of all channels that somebody looks at, or looked at just now. */
export class Feeds {
  readonly #decode: Decode;
  /** The one that was asked for last stands last. */
  readonly #feeds = new Map<string, Feed>();

  constructor(decode: Decode) {
    this.#decode = decode;
  }

  get size(): number {
    return this.#feeds.size;
  }

  /** The feed of a channel, begun where there is none; `undefined` where as many as there may be are looked at. */
  enter(id: string): Feed | undefined {
    const feed = this.#feeds.get(id) ?? this.#begin(id);
    if (feed === undefined) return undefined;
    this.#feeds.delete(id);
    this.#feeds.set(id, feed);
    feed.enter();
    return feed;
  }

  /** The feed of a channel that is followed. */
  find(id: string): Feed | undefined {
    return this.#feeds.get(id);
  }

  #begin(id: string): Feed | undefined {
    if (this.#feeds.size >= MAX_FEEDS && !this.#endOne()) return undefined;
    return new Feed(id, this.#decode);
  }

  #endOne(): boolean {
    const left = [...this.#feeds].find(([, feed]) => feed.isLeft());
    if (left !== undefined) this.#end(...left);
    return left !== undefined;
  }

  /** Ends those that nobody has looked at for a while. */
  tidy(): void {
    for (const [id, feed] of this.#feeds) if (feed.isLeft(LINGER_MS)) this.#end(id, feed);
  }

  #end(id: string, feed: Feed): void {
    this.#feeds.delete(id);
    feed[Symbol.dispose]();
  }
}
