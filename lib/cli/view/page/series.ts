import type { SeriesFrame } from '../protocol.js';

/** One field's values, as long as the times beside them. */
export interface Values {
  min: (number | null)[];
  max: (number | null)[];
  last: (number | null)[];
}

/** The numbers of one direction as the page has them: as many points as the server sends for a range, and no more. */
export class Series {
  times: number[] = [];
  readonly fields = new Map<string, Values>();
  more = 0;

  /** Takes what the server sent. @param keepS - how far back the page shows, in s */
  take(frame: SeriesFrame, keepS: number): void {
    if (frame.whole) {
      this.times = [];
      this.fields.clear();
    }
    this.more = frame.more;
    this.#dropAgain(frame);
    const before = this.times.length;
    this.times.push(...frame.times);
    for (const { name, min, max, last } of frame.fields) {
      const values = this.fields.get(name) ?? { min: [], max: [], last: [] };
      this.fields.set(name, values);
      for (const [kind, more] of [
        ['min', min],
        ['max', max],
        ['last', last],
      ] as const) {
        const all = values[kind];
        // A field that was not there before has nothing at the times before.
        while (all.length < before) all.push(null);
        all.push(...more);
      }
    }
    this.#trim((frame.times.at(-1) ?? 0) - keepS);
  }

  /** Takes away the points that the frame has anew: of its first bucket and later. */
  #dropAgain({ times, widthMs }: SeriesFrame): void {
    const [first] = times;
    if (first === undefined) return;
    const bucketOf = (atS: number) => Math.floor((atS * 1000) / widthMs);
    let length = this.times.length;
    while (length > 0 && bucketOf(this.times[length - 1]!) >= bucketOf(first)) length--;
    this.times.length = length;
    for (const { min, max, last } of this.fields.values()) {
      for (const values of [min, max, last]) values.length = Math.min(values.length, length);
    }
  }

  #trim(oldestS: number): void {
    let old = 0;
    while (old < this.times.length && this.times[old]! < oldestS) old++;
    if (old === 0) return;
    this.times.splice(0, old);
    for (const { min, max, last } of this.fields.values()) {
      for (const values of [min, max, last]) values.splice(0, old);
    }
  }
}
