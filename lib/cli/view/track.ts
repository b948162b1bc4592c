import { Buckets, type Position } from './buckets.js';
import type { Decode, Decoded } from './fields.js';
import { RATE, type SeriesFrame, type ShownMessage, type TrackFrame } from './protocol.js';

/** A message of one direction as somebody saw it. */
export interface SeenMessage {
  readonly data: Uint8Array;
  readonly count: number;
  /** Messages overwritten before this one was seen. */
  readonly missed: number;
  readonly generation: number;
  /** In s since the epoch. */
  readonly atS: number;
}

/** Bytes of a message that a page is told. */
const SHOWN_BYTES = 4096;
/** No message is decoded sooner than this after the one before, in s: a faster stream is sampled. */
const MIN_DECODE_S = 0.0005;

/** Where a reader of a {@link Track} is. */
export interface TrackPosition {
  readonly series: Position;
  messages: number;
}

/** One direction of a channel over time, in bounded memory: the newest message, and the numbers in all of them. */
export class Track {
  readonly #decode: Decode;
  readonly #buckets = new Buckets();
  #newest: SeenMessage | undefined;
  #decoded: Decoded | undefined;
  /** The message that was decoded last; the newest one is decoded when somebody looks. */
  #decodedMessage: SeenMessage | undefined;
  #messages = 0;

  constructor(decode: Decode) {
    this.#decode = decode;
  }

  /** Takes a message; its bytes must be its own. */
  take(message: SeenMessage): void {
    this.#newest = message;
    this.#messages++;
    const lastS = this.#decodedMessage?.atS ?? Number.NEGATIVE_INFINITY;
    // Where the clock was set back, decoding goes on.
    if (message.atS >= lastS && message.atS - lastS < MIN_DECODE_S) return;
    this.#decodeNewest();
  }

  /** Takes how many messages a second there are. */
  takeRate(atS: number, rate: number): void {
    this.#buckets.take(atS, [[RATE, rate]]);
  }

  #decodeNewest(): void {
    const message = this.#newest;
    if (message === undefined || message === this.#decodedMessage) return;
    this.#decodedMessage = message;
    this.#decoded = this.#decode(message.data);
    const numbers = (this.#decoded?.fields ?? []).flatMap(({ name, value }) =>
      value === undefined ? [] : [[name, value] as const],
    );
    if (numbers.length > 0) this.#buckets.take(message.atS, numbers);
  }

  /** A position for a reader that wants the last `rangeS` seconds. */
  from(rangeS: number): TrackPosition {
    return { series: this.#buckets.from(rangeS), messages: 0 };
  }

  /** What is new since the position, which moves; `undefined` for nothing. */
  next(position: TrackPosition): TrackFrame | undefined {
    this.#decodeNewest();
    const series = this.#buckets.next(position.series);
    const isNew = position.messages !== this.#messages;
    position.messages = this.#messages;
    const message = isNew ? this.#show() : undefined;
    if (series === undefined && message === undefined) return undefined;
    return { ...(series === undefined ? {} : { series }), ...(message === undefined ? {} : { message }) };
  }

  /** What is known between two times, in s since the epoch. */
  between(fromS: number, toS: number): SeriesFrame {
    this.#decodeNewest();
    return this.#buckets.between(fromS, toS);
  }

  #show(): ShownMessage | undefined {
    return this.#newest && showMessage(this.#newest, this.#decoded);
  }
}

/** A message as far as a screen shows it. */
export function showMessage(message: SeenMessage, decoded: Decoded | undefined): ShownMessage {
  const { data, count, missed, generation, atS } = message;
  return {
    at: atS,
    count,
    missed,
    generation,
    size: data.length,
    bytes: Buffer.from(data.subarray(0, SHOWN_BYTES)).toString('base64'),
    ...(decoded && { as: decoded.as, fields: decoded.fields.map(({ name, text }) => [name, text] as const) }),
  };
}
