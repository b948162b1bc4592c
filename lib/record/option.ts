import { describe } from '../../layout/describe.js';
import type { Decoder, Encoder } from '../codec/index.js';
import type { GivenOf, LiveOf, SnapshotOf, ViewOf } from './kinds.js';
import { type AnyRecord, isRecord } from './record.js';

/** What the messages of a channel are, as an endpoint is told: one record for both ways, or one for each. */
export type RecordOption = AnyRecord | RecordPair;

/** A record for each way; a way without one has bytes or text. */
export interface RecordPair {
  /** What this endpoint writes. */
  readonly out?: AnyRecord | undefined;
  /** What this endpoint reads. */
  readonly in?: AnyRecord | undefined;
}

/** An option with a record for what is read. */
export interface RecordIn<In extends AnyRecord> {
  /** What this endpoint reads. */
  readonly in: In;
}

/** An option with a record for what is written. */
export interface RecordOut<Out extends AnyRecord> {
  /** What this endpoint writes. */
  readonly out: Out;
}

/** No value has it. */
declare const NONE: unique symbol;

/** What the compiler says of an `encoding` that no way is left for; no value is one. */
export interface EachWayHasARecordOrCodec {
  /** Nothing. */
  readonly [NONE]: never;
}

/** What the compiler says of a codec beside a record for the same way; no value is one. */
export interface ThatWayHasARecord {
  /** Nothing. */
  readonly [NONE]: never;
}

/**
 * An option with a record, or with one for each way: without any other key, which would be a misspelt one.
 *
 * @typeParam R - the option as it is given
 * @typeParam Way - the keys that there are
 * @typeParam Says - what the compiler says of another key; no value is it
 */
export type OnlyWays<R, Way extends string, Says extends string> =
  | (R & AnyRecord)
  | (R & (R extends AnyRecord | undefined ? unknown : { readonly [K in Exclude<keyof R, Way>]: Says }));

/** Options without an encoding. */
export interface WithoutEncoding {
  /** None. */
  readonly encoding?: EachWayHasARecordOrCodec | null | undefined;
}

/** Options without a codec. */
export interface WithoutCodec {
  /** None. */
  readonly codec?: ThatWayHasARecord | undefined;
}

/** Half a codec, or a whole one. */
// biome-ignore lint/suspicious/noExplicitAny: what an encoder is given is contravariant, and this is any
export type AnyCodec = Encoder<any> | Decoder;

/**
 * The ways that an option has something for: all of them where it is a `One`, else its keys.
 *
 * @typeParam Option - the option as it is given
 * @typeParam One - what it may have
 * @typeParam Way - the keys that there are
 */
export type WaysOf<Option, One, Way extends string> = [Option] extends [One]
  ? Way
  : { [K in Way]: [Option] extends [{ readonly [_ in K]: One }] ? K : never }[Way];

/**
 * What options must be besides, so that each way is one thing: without an encoding where every way has a record or a codec,
 * and without a codec for a way that has a record.
 *
 * @typeParam R - the option `record` as it is given
 * @typeParam C - the option `codec` as it is given
 * @typeParam Way - the keys that there are
 */
export type OneThingEachWay<R, C, Way extends string> = ([Way] extends [
  WaysOf<R, AnyRecord, Way> | WaysOf<C, AnyCodec, Way>,
]
  ? WithoutEncoding
  : unknown) &
  ([WaysOf<R, AnyRecord, Way> & WaysOf<C, AnyCodec, Way>] extends [never] ? unknown : WithoutCodec);

/** The record that an endpoint with this option reads, `undefined` without one. */
export type InOf<R> = R extends AnyRecord ? R : R extends RecordIn<infer I> ? I : undefined;

/** The record that an endpoint with this option writes, `undefined` without one. */
export type OutOf<R> = R extends AnyRecord ? R : R extends RecordOut<infer O> ? O : undefined;

/** What reads return: snapshots of the record `In`, or `Data` without one. */
export type ReadOf<In, Data> = In extends AnyRecord ? SnapshotOf<In> : Data;

/** What writes take: values of the record `Out` (or its bytes), what the encoder `Out` takes, or text and bytes. */
export type WriteOf<Out> = Out extends AnyRecord
  ? GivenOf<Out> | Uint8Array
  : Out extends Encoder<infer Given>
    ? Given
    : string | Uint8Array;

/** The accessors of a record for `update`; none without one. */
export type AccessorsOf<R> = R extends AnyRecord ? LiveOf<R> : never;

/** The accessors of a record for `view`, which are read-only; none without one. */
export type ViewedOf<R> = R extends AnyRecord ? ViewOf<R> : never;

/**
 * What the callback of `update` or `view` returns: anything but a promise, because the accessors are dead before that is
 * kept.
 *
 * @typeParam T - what it returns
 * @typeParam Method - who calls it
 */
export type AtOnce<T, Method extends 'update' | 'view'> =
  T extends PromiseLike<unknown> ? `${Method} takes a function that is not async` : T;

/**
 * The records of an option, each way.
 *
 * @throws {TypeError} for what is no record
 * @throws {RangeError} for a record that is larger than a message may be
 */
export function resolveRecords(option: RecordOption | undefined, maxDataSize: number): RecordPair {
  if (option === undefined) return {};
  const pair: RecordPair = isRecord(option) ? { out: option, in: option } : checkPair(option);
  for (const record of [pair.out, pair.in]) {
    if (record !== undefined && record.size > maxDataSize) {
      throw new RangeError(
        `Cannot open: record ${record.name} has ${record.size} bytes, expected ${maxDataSize} at most (maxDataSize); open both ends with a larger maxDataSize`,
      );
    }
  }
  return pair;
}

function checkPair(option: RecordPair): RecordPair {
  const expected = "expected a record, or an object with records as 'out' and 'in'";
  if (typeof option !== 'object' || option === null) {
    throw new TypeError(`Cannot open: record is ${describe(option)}, ${expected}`);
  }
  for (const [way, record] of Object.entries(option)) {
    if (way !== 'out' && way !== 'in') throw new TypeError(`Cannot open: record has a '${way}', ${expected}`);
    if (record !== undefined && !isRecord(record)) {
      throw new TypeError(`Cannot open: record.${way} is ${describe(record)}, expected a record`);
    }
  }
  if (option.out === undefined && option.in === undefined) {
    throw new TypeError(`Cannot open: record has neither, ${expected}`);
  }
  return option;
}
