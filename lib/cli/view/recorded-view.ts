import { basename } from 'node:path';
import type { Direction, RecordedMessage, Recording } from '../../recording/index.js';
import { escapeText } from '../printing/text.js';
import type { Decode } from './fields.js';
import type {
  FieldSeries,
  History,
  RecordedChannel,
  RecordingAbout,
  SeriesFrame,
  ShownMessage,
} from './protocol.js';
import { RATE } from './protocol.js';
import { showMessage } from './track.js';

/** Points of a chart: as many as a wide screen has. */
const POINTS = 1024;
/** Messages decoded within one point; of more, the newest is decoded beside these. */
const DECODED = 64;
/** Fields that are kept. */
const MAX_FIELDS = 32;
/** How far back the newest message before a time is looked for, in s; then from the beginning. */
const LOOK_BACK_S = [1, 10, 100] as const;

/** A recording as the page shows it. Reads the part that is asked for, each time anew, and keeps nothing. */
export class RecordedView {
  readonly #recording: Recording;
  readonly #decode: Decode;

  constructor(recording: Recording, decode: Decode) {
    this.#recording = recording;
    this.#decode = decode;
  }

  about(version: string): RecordingAbout {
    const { files, channels, cutFiles, startAt, endAt } = this.#recording;
    return {
      mode: 'recording',
      file: files.map((file) => escapeText(basename(file))).join(', '),
      version,
      from: secondsOf(startAt),
      to: secondsOf(endAt),
      channels: channels.map(
        ({ name, shm, m2s, s2m }): RecordedChannel => ({
          id: name,
          label: escapeText(name),
          shm: shm ?? '',
          m2s,
          s2m,
        }),
      ),
      notes: cutFiles.map(
        (file) => `${escapeText(basename(file))} was cut off: it is shown up to its last whole second`,
      ),
    };
  }

  /** What went over a channel between two times, in s since the epoch. */
  async history(channel: string, fromS: number, toS: number, signal: AbortSignal): Promise<History> {
    const points = { m2s: new Points(fromS, toS, this.#decode), s2m: new Points(fromS, toS, this.#decode) };
    const range = { names: [channel], from: nanosecondsOf(fromS), to: endOf(toS) };
    for await (const message of this.#recording.messages(range)) {
      if (signal.aborted) break;
      points[message.direction].take(message);
    }
    return { from: fromS, to: toS, m2s: points.m2s.frame(), s2m: points.s2m.frame() };
  }

  /** The newest message of a direction at a time, in s since the epoch; `undefined` where there was none yet. */
  async message(
    channel: string,
    direction: Direction,
    atS: number,
    signal: AbortSignal,
  ): Promise<ShownMessage | undefined> {
    const to = endOf(atS);
    const starts = [...LOOK_BACK_S.map((backS) => nanosecondsOf(atS - backS)), this.#recording.startAt];
    for (const from of starts) {
      let newest: RecordedMessage | undefined;
      for await (const message of this.#recording.messages({ names: [channel], direction, from, to })) {
        if (signal.aborted) return undefined;
        newest = message;
      }
      if (newest === undefined) continue;
      const { data, count, missed, generation = 0, at } = newest;
      return showMessage({ data, count, missed, generation, atS: secondsOf(at) }, this.#decode(data));
    }
    return undefined;
  }
}

/** The numbers of one direction between two times, in as many points as a screen has. */
class Points {
  readonly #fromS: number;
  readonly #widthS: number;
  readonly #decode: Decode;
  readonly #times: number[] = [];
  readonly #fields = new Map<
    string,
    { min: (number | null)[]; max: (number | null)[]; last: (number | null)[] }
  >();
  readonly #refused = new Set<string>();
  #bucket = -1;
  #inBucket = 0;
  #waiting: RecordedMessage | undefined;

  constructor(fromS: number, toS: number, decode: Decode) {
    this.#fromS = fromS;
    this.#widthS = Math.max(toS - fromS, 1e-6) / POINTS;
    this.#decode = decode;
  }

  take(message: RecordedMessage): void {
    const atS = secondsOf(message.at);
    const bucket = Math.floor((atS - this.#fromS) / this.#widthS);
    if (bucket !== this.#bucket) {
      this.#finish();
      this.#bucket = bucket;
      this.#times.push(atS);
    }
    this.#times[this.#times.length - 1] = atS;
    this.#waiting = message;
    if (this.#inBucket++ < DECODED) this.#decodeWaiting();
  }

  #decodeWaiting(): void {
    const message = this.#waiting;
    this.#waiting = undefined;
    if (message === undefined) return;
    for (const { name, value } of this.#decode(message.data)?.fields ?? []) {
      if (value !== undefined && Number.isFinite(value)) this.#put(name, value);
    }
  }

  #put(name: string, value: number): void {
    let field = this.#fields.get(name);
    if (field === undefined) {
      if (this.#fields.size > MAX_FIELDS) {
        if (this.#refused.size < MAX_FIELDS * 8) this.#refused.add(name);
        return;
      }
      field = { min: [], max: [], last: [] };
      this.#fields.set(name, field);
    }
    const at = this.#times.length - 1;
    for (const values of [field.min, field.max, field.last]) while (values.length <= at) values.push(null);
    field.min[at] = Math.min(field.min[at] ?? value, value);
    field.max[at] = Math.max(field.max[at] ?? value, value);
    field.last[at] = value;
  }

  /** Ends the bucket that is being filled. */
  #finish(): void {
    if (this.#times.length === 0) return;
    this.#decodeWaiting();
    this.#put(RATE, this.#inBucket / this.#widthS);
    this.#inBucket = 0;
  }

  frame(): SeriesFrame {
    this.#finish();
    const fields = [...this.#fields].map(([name, { min, max, last }]): FieldSeries => {
      for (const values of [min, max, last]) while (values.length < this.#times.length) values.push(null);
      return { name, min, max, last };
    });
    return {
      whole: true,
      widthMs: this.#widthS * 1000,
      times: this.#times,
      fields,
      more: this.#refused.size,
    };
  }
}

function secondsOf(at: bigint): number {
  return Number(at / 1000n) / 1e6;
}

function nanosecondsOf(atS: number): bigint {
  return BigInt(Math.round(atS * 1e6)) * 1000n;
}

/** The end of the microsecond: what a page is told has no more digits, and what it asks for then is whole. */
function endOf(atS: number): bigint {
  return nanosecondsOf(atS) + 999n;
}
