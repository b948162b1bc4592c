import { describe } from '../../layout/describe.js';
import { MAX_DATA_SIZE_LIMIT } from '../../layout/index.js';
import { checkOptions, checkSignal, checkWake, integer, type Wake, word } from '../checks/index.js';
import {
  checkWays,
  type DataOf,
  type Decoder,
  type Encoding,
  resolveCodecs,
  type WireDecoder,
} from '../codec/index.js';
import type { ShmOption } from '../options.js';
import type { OnlyWays, ReadOf } from '../record/endpoint.js';
import { type AnyRecord, isRecord } from '../record/index.js';
import { SHM_KINDS } from '../store/index.js';
import { DIRECTIONS, type Direction } from './observed.js';

/** What messages are as structs: one record for both ways, or one for each. */
export type ObservedRecords =
  | AnyRecord
  | {
      /** What the master writes. */
      readonly m2s?: AnyRecord;
      /** What the slave writes. */
      readonly s2m?: AnyRecord;
    };

/** What messages are by a function of your own: one for both ways, or one for each. */
export type ObservedCodecs =
  | Decoder
  | {
      /** What the master writes. */
      readonly m2s?: Decoder;
      /** What the slave writes. */
      readonly s2m?: Decoder;
    };

/** Options of `Eshm.observe`. */
export interface ObserveOptions<
  E extends Encoding = null,
  R extends ObservedRecords | undefined = undefined,
  C extends ObservedCodecs | undefined = undefined,
> {
  /** In which kind of memory to look; `'auto'` by default: in both, at once. */
  readonly shm?: ShmOption | undefined;
  /** Bytes in one slot; told from the memory's size and its counters by default. */
  readonly maxDataSize?: number | undefined;
  /** What messages are: bytes, or text of a kind. `null` (bytes as they are) by default. */
  readonly encoding?: E | undefined;
  /** What messages are as structs, made by `record` of `eshm/record`: one for both ways, or `{ m2s, s2m }`. */
  readonly record?: OnlyWays<R, Direction, "the ways of a record are 'm2s' and 's2m'">;
  /** What messages are by a `decode(bytes)` of your own, or `{ m2s, s2m }` with one for each way. */
  readonly codec?: C;
  /** Closes the observer; a loop over it throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /** What waiting costs and how late a message may be seen; `'balanced'` by default. */
  readonly wake?: Wake | undefined;
}

/** What the data of messages of one direction is under these options. */
export type WayData<E extends Encoding, R, C, W extends Direction> = ReadOf<
  R extends AnyRecord ? R : R extends { readonly [K in W]: infer One } ? One : undefined,
  C extends Decoder<infer Value>
    ? Value
    : C extends { readonly [K in W]: Decoder<infer Value> }
      ? Value
      : DataOf<E>
>;

/** Options with nothing left open. */
export interface ResolvedObserve {
  readonly shm: ShmOption;
  readonly maxDataSize: number | undefined;
  readonly decoders: Readonly<Record<Direction, WireDecoder | undefined>>;
  readonly signal: AbortSignal | undefined;
  readonly wake: Wake;
}

const KNOWN: Readonly<Record<keyof ObserveOptions, true>> = {
  shm: true,
  maxDataSize: true,
  encoding: true,
  record: true,
  codec: true,
  signal: true,
  wake: true,
};

/**
 * Checks every option and fills in the defaults.
 *
 * @throws {TypeError | RangeError} for what is not allowed
 */
export function resolveObserve(
  options: ObserveOptions<Encoding, ObservedRecords | undefined, ObservedCodecs | undefined>,
): ResolvedObserve {
  checkOptions('observe', options, KNOWN);
  const encoding = word<'cstring' | 'utf8', null>(
    'encoding',
    options.encoding ?? undefined,
    null,
    ['cstring', 'utf8'],
    'observe',
  );
  const { maxDataSize } = options;
  if (maxDataSize !== undefined) integer('maxDataSize', maxDataSize, 1, 1, MAX_DATA_SIZE_LIMIT, 'observe');
  const records = wayOf('record', options.record, isRecord, maxDataSize);
  const codecs = wayOf('codec', options.codec, isDecoder, undefined);
  checkWays('observe', DIRECTIONS, encoding, codecs, records);
  const decoder = (way: Direction): WireDecoder | undefined => {
    const record = records[way];
    const codec = codecs[way];
    if (record !== undefined) return { decode: (message) => record.decode(message) };
    return resolveCodecs(codec && { in: codec }, encoding, {}).in;
  };
  return {
    shm: word<ShmOption, 'auto'>('shm', options.shm, 'auto', ['auto', ...SHM_KINDS], 'observe'),
    maxDataSize,
    decoders: { m2s: decoder('m2s'), s2m: decoder('s2m') },
    signal: checkSignal('observe', options.signal),
    wake: checkWake('observe', options.wake),
  };
}

function isDecoder(value: unknown): value is Decoder {
  return typeof (value as { decode?: unknown } | null | undefined)?.decode === 'function';
}

/** What of an option is for each way. */
function wayOf<T extends object>(
  option: 'record' | 'codec',
  value: unknown,
  is: (value: unknown) => value is T,
  maxDataSize: number | undefined,
): { m2s?: T; s2m?: T } {
  if (value === undefined) return {};
  const one = option === 'record' ? 'a record' : 'an object with decode()';
  const expected = `expected ${one}, or an object with one as 'm2s' or 's2m'`;
  const pair = is(value) ? { m2s: value, s2m: value } : value;
  if (typeof pair !== 'object' || pair === null) {
    throw new TypeError(`Cannot observe: ${option} is ${describe(value)}, ${expected}`);
  }
  const ways = pair as { m2s?: T; s2m?: T };
  for (const [way, found] of Object.entries(ways)) {
    if (!DIRECTIONS.includes(way as Direction)) {
      throw new TypeError(`Cannot observe: ${option} has a '${way}', ${expected}`);
    }
    if (found !== undefined && !is(found)) {
      throw new TypeError(`Cannot observe: ${option}.${way} is ${describe(found)}, expected ${one}`);
    }
    const { size, name } = (found ?? {}) as { size?: number; name?: string };
    if (maxDataSize !== undefined && (size ?? 0) > maxDataSize) {
      throw new RangeError(
        `Cannot observe: record ${name} has ${size} bytes, expected ${maxDataSize} at most (maxDataSize)`,
      );
    }
  }
  if (ways.m2s === undefined && ways.s2m === undefined) {
    throw new TypeError(`Cannot observe: ${option} has neither, ${expected}`);
  }
  return ways;
}
