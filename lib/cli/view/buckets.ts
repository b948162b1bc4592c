import type { FieldSeries, SeriesFrame } from './protocol.js';

/** Buckets kept of each width: as many as a wide screen has points for a chart. */
export const CAPACITY = 1024;
/** Widths of buckets in ms, each four times the one before: 20 s to an hour and a half fit into {@link CAPACITY}. */
export const WIDTHS_MS = [20, 80, 320, 1280, 5120] as const;
/** Fields kept of one direction. */
export const MAX_FIELDS = 32;

/** What is older than the newest by less than this is late; by more, the clock was set back. In s. */
const LATE_S = 10;

/** The buckets of one width that were newest, a ring: what is older is overwritten. */
class Ring {
  readonly widthMs: number;
  /** Which bucket since the epoch is in a place; -1 for none. */
  readonly #numbers = new Float64Array(CAPACITY).fill(-1);
  readonly #times = new Float64Array(CAPACITY);
  readonly #fields: { min: Float64Array; max: Float64Array; last: Float64Array }[] = [];
  #newest = -1;

  constructor(widthMs: number) {
    this.widthMs = widthMs;
  }

  /** The newest bucket's number; -1 where there is none. */
  get newest(): number {
    return this.#newest;
  }

  addField(): void {
    const empty = () => new Float64Array(CAPACITY).fill(Number.NaN);
    this.#fields.push({ min: empty(), max: empty(), last: empty() });
  }

  take(atS: number, values: ReadonlyMap<number, number>): void {
    const bucket = Math.floor((atS * 1000) / this.widthMs);
    // The clock was set back: what is ahead of it could not be told from what is to come.
    if (bucket < this.#newest) this.#forget();
    const place = bucket % CAPACITY;
    if (this.#numbers[place] !== bucket) this.#clear(place, bucket);
    this.#newest = bucket;
    this.#times[place] = atS;
    for (const [index, value] of values) {
      const { min, max, last } = this.#fields[index]!;
      // NaN where it is the first one in this bucket.
      if (!(min[place]! <= value)) min[place] = value;
      if (!(max[place]! >= value)) max[place] = value;
      last[place] = value;
    }
  }

  #clear(place: number, bucket: number): void {
    this.#numbers[place] = bucket;
    for (const { min, max, last } of this.#fields) {
      min[place] = Number.NaN;
      max[place] = Number.NaN;
      last[place] = Number.NaN;
    }
  }

  #forget(): void {
    this.#numbers.fill(-1);
    this.#newest = -1;
  }

  /** The places of all buckets from the one numbered `first` to the one numbered `last`, in order. */
  #placesFrom(first: number, last: number): number[] {
    const places: number[] = [];
    for (let bucket = Math.max(first, this.#newest - CAPACITY + 1, 0); bucket <= last; bucket++) {
      if (this.#numbers[bucket % CAPACITY] === bucket) places.push(bucket % CAPACITY);
    }
    return places;
  }

  /** Times and fields of these buckets. */
  read(first: number, names: readonly string[], last = this.#newest): Pick<SeriesFrame, 'times' | 'fields'> {
    const places = this.#placesFrom(first, Math.min(last, this.#newest));
    const pick = (values: Float64Array) =>
      places.map((place) => {
        const value = values[place]!;
        return Number.isFinite(value) ? value : null;
      });
    const fields: FieldSeries[] = this.#fields.map(({ min, max, last: newest }, index) => ({
      name: names[index]!,
      min: pick(min),
      max: pick(max),
      last: pick(newest),
    }));
    return { times: places.map((place) => this.#times[place]!), fields };
  }
}

/** Where a reader of a {@link Buckets} is: a small object of its own, whatever it has not taken yet. */
export interface Position {
  bucket: number;
  version: number;
  fields: number;
  readonly rangeS: number;
}

/**
 * Numbers over time in bounded memory: in buckets of several widths, so that each range of time has about as many points
 * as a screen shows. Not bound to a clock: times come with the numbers.
 */
export class Buckets {
  readonly #rings = WIDTHS_MS.map((widthMs) => new Ring(widthMs));
  readonly #names: string[] = [];
  readonly #indices = new Map<string, number>();
  readonly #refused = new Set<string>();
  #newestS = Number.NEGATIVE_INFINITY;
  #version = 0;

  /**
   * Takes the numbers of one message. What comes a little late, from somebody else's look, counts as of now.
   *
   * @param atS - when, in s since the epoch; set back by far, all before it is forgotten
   */
  take(atS: number, values: Iterable<readonly [name: string, value: number]>): void {
    const known = new Map<number, number>();
    for (const [name, value] of values) {
      const index = this.#indexOf(name);
      if (index !== undefined && Number.isFinite(value)) known.set(index, value);
    }
    const isLate = atS < this.#newestS && atS > this.#newestS - LATE_S;
    if (!isLate) this.#newestS = atS;
    for (const ring of this.#rings) ring.take(this.#newestS, known);
    this.#version++;
  }

  #indexOf(name: string): number | undefined {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    if (this.#names.length === MAX_FIELDS) {
      // Counted, and not without bound: a peer may make up names for ever.
      if (this.#refused.size < MAX_FIELDS * 8) this.#refused.add(name);
      return undefined;
    }
    this.#indices.set(name, this.#names.length);
    this.#names.push(name);
    for (const ring of this.#rings) ring.addField();
    return this.#names.length - 1;
  }

  /** A position before everything, for a reader that wants the last `rangeS` seconds. */
  from(rangeS: number): Position {
    return { bucket: -1, version: -1, fields: -1, rangeS };
  }

  /** What has come since the position, which moves; `undefined` for nothing. */
  next(position: Position): SeriesFrame | undefined {
    if (position.version === this.#version) return undefined;
    const ring = this.#ringFor(position.rangeS);
    const oldest = ring.newest - Math.ceil((position.rangeS * 1000) / ring.widthMs);
    // Ahead of the newest: the clock was set back.
    const isWhole = position.fields !== this.#names.length || position.bucket > ring.newest;
    const first = isWhole ? oldest : Math.max(position.bucket, oldest);
    position.bucket = ring.newest;
    position.version = this.#version;
    position.fields = this.#names.length;
    return {
      whole: isWhole,
      widthMs: ring.widthMs,
      ...ring.read(first, this.#names),
      more: this.#refused.size,
    };
  }

  /** What is known between two times, in s since the epoch, in the finest buckets that still have all of it. */
  between(fromS: number, toS: number): SeriesFrame {
    const newestS = (this.#rings[0]!.newest * this.#rings[0]!.widthMs) / 1000;
    const ring = this.#ringFor(Math.max(newestS - fromS, 0));
    const bucketAt = (atS: number) => Math.floor((atS * 1000) / ring.widthMs);
    const found = ring.read(bucketAt(fromS), this.#names, bucketAt(toS));
    return { whole: true, widthMs: ring.widthMs, ...found, more: this.#refused.size };
  }

  /** The finest that reaches back that far. */
  #ringFor(rangeS: number): Ring {
    return this.#rings.find(({ widthMs }) => widthMs * CAPACITY >= rangeS * 1000) ?? this.#rings.at(-1)!;
  }
}
