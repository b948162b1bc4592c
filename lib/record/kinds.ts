import { describe, describeNumber } from '../../layout/describe.js';
import type {
  ArrayKind,
  BytesKind,
  FloatKind,
  IntegerKind,
  InvalidText,
  Kind,
  LiveArray,
  ScalarKind,
  ScalarName,
  TextEncoding,
  TextKind,
} from './kind-types.js';

export type {
  ArrayKind,
  ArrayView,
  BytesKind,
  Elements,
  EnumerationKind,
  FlagsKind,
  FloatKind,
  GivenElements,
  GivenOf,
  IntegerKind,
  IntegerName,
  InvalidText,
  Kind,
  KindTypes,
  LiveArray,
  LiveOf,
  NamedType,
  ScalarKind,
  ScalarName,
  SnapshotOf,
  TextEncoding,
  TextKind,
  Typed,
  Uncounted,
  ViewOf,
} from './kind-types.js';

/** Marks what this package made, also where two copies of it are loaded. */
const KIND = Symbol.for('eshm.record.kind');

/** Puts the mark of a kind on it. */
export function asKind<K extends Kind>(kind: K): K {
  Object.defineProperty(kind, KIND, { value: true });
  return kind;
}

/** Whether `value` is a kind that this package made. */
export function isKind(value: unknown): value is Kind {
  return typeof value === 'object' && value !== null && KIND in value;
}

function scalar<T, Name extends ScalarName>(
  type: Name,
  size: number,
): ScalarKind<T> & { readonly type: Name } {
  return Object.freeze(asKind({ type, size, align: size }));
}

/** Unsigned integer of 8 bits. */
export const u8: IntegerKind<number> = scalar('u8', 1);
/** Unsigned integer of 16 bits. */
export const u16: IntegerKind<number> = scalar('u16', 2);
/** Unsigned integer of 32 bits. */
export const u32: IntegerKind<number> = scalar('u32', 4);
/** Unsigned integer of 64 bits, a bigint. */
export const u64: IntegerKind<bigint> = scalar('u64', 8);
/** Signed integer of 8 bits. */
export const i8: IntegerKind<number> = scalar('i8', 1);
/** Signed integer of 16 bits. */
export const i16: IntegerKind<number> = scalar('i16', 2);
/** Signed integer of 32 bits. */
export const i32: IntegerKind<number> = scalar('i32', 4);
/** Signed integer of 64 bits, a bigint. */
export const i64: IntegerKind<bigint> = scalar('i64', 8);
/** Float of 32 bits. A number is rounded to it. */
export const f32: FloatKind = scalar('f32', 4);
/** Float of 64 bits, a number as it is. */
export const f64: FloatKind = scalar('f64', 8);
/** A flag in one byte: 0 is false, all else true; written as 0 or 1. */
export const bool: ScalarKind<boolean> = scalar('bool', 1);

/**
 * So many elements of one kind, one after the other: a plain array in snapshots, a {@link LiveArray} in the accessors of
 * `update`, an {@link ArrayView} in those of `view`. To the compiler one of up to 64 elements is a tuple.
 *
 * @param kind - any kind, a record or an array too
 * @param length - number of elements, 1 or more
 * @throws {TypeError | RangeError} for anything else
 *
 * @example
 * const Pose = record('Pose', { q: array(f32, 4) });
 * Pose.size; // 16
 */
export function array<K extends Kind, const N extends number>(kind: K, length: N): ArrayKind<K, N> {
  if (!isKind(kind)) throw new TypeError(`Cannot declare array: kind is ${describe(kind)}, expected a kind`);
  checkCount('array', 'length', length);
  return Object.freeze(
    asKind({ type: 'array' as const, of: kind, length, size: kind.size * length, align: kind.align }),
  );
}

/** Options of {@link text}. */
export interface TextOptions {
  /** What its bytes stand for; `'utf-8'` by default. In `'latin1'` each byte is a character. */
  readonly encoding?: TextEncoding;
  /**
   * What becomes of bytes that are no UTF-8, a character cut at the end among them. By default (`'bytes'`) a read gives
   * a Uint8Array of the whole field instead of a string, which a write takes; with `'refuse'` the message is ESHM_CORRUPT.
   */
  readonly invalid?: InvalidText;
}

/**
 * Text of up to `size` bytes: `char[size]` in C. A shorter one is ended by NUL and filled up with it; what follows a NUL
 * is no part of the text. A Uint8Array of `size` bytes is taken as it is.
 *
 * @param size - bytes, 1 or more
 * @param options - encoding, and what becomes of bytes that are not of it
 * @throws {TypeError | RangeError} for anything else
 *
 * @example
 * const Named = record('Named', { frame: text(16), plain: text(8, { encoding: 'latin1' }) });
 * Named.decode(Named.encode({ frame: 'map', plain: 'café' })).plain; // 'café'
 */
export function text(
  size: number,
  options: TextOptions & ({ readonly encoding: 'latin1' } | { readonly invalid: 'refuse' }),
): TextKind<never>;
export function text(size: number, options?: TextOptions): TextKind;
export function text(size: number, options: TextOptions = {}): TextKind {
  checkCount('text', 'size', size);
  const { encoding, invalid } = checkOptions('text', options, TEXT_OPTIONS);
  return Object.freeze(asKind({ type: 'text' as const, size, align: 1, encoding, invalid }));
}

/** Values of each option, the default first. */
const TEXT_OPTIONS = { encoding: ['utf-8', 'latin1'], invalid: ['bytes', 'refuse'] } as const;

/**
 * Bytes as they are: a Uint8Array in snapshots, a {@link LiveArray} of numbers in the accessors of `update`, an
 * {@link ArrayView} in those of `view`.
 *
 * @param size - how many, 1 or more; a value has exactly so many
 * @throws {TypeError | RangeError} for anything else
 */
export function bytes<const N extends number>(size: N): BytesKind<N> {
  checkCount('bytes', 'size', size);
  return Object.freeze(asKind({ type: 'bytes' as const, size, align: 1 }));
}

const LIMITS: Partial<Record<ScalarName, readonly [number, number]>> = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  i8: [-0x80, 0x7f],
  i16: [-0x8000, 0x7fff],
  i32: [-0x8000_0000, 0x7fff_ffff],
};

/** The least and the greatest number of an integer kind of up to 32 bits; `undefined` for others. */
export function limitsOf(type: string): readonly [number, number] | undefined {
  return LIMITS[type as ScalarName];
}

/**
 * The options of a kind, each one of a few values; the first is the default.
 *
 * @param others - options that are checked elsewhere
 * @throws {TypeError | RangeError} for an unknown option, and for another value
 */
export function checkOptions<O extends Readonly<Record<string, readonly unknown[]>>>(
  what: string,
  options: unknown,
  known: O,
  others: readonly string[] = [],
): { [N in keyof O]: O[N][number] } {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Cannot declare ${what}: options is ${describe(options)}, expected an object`);
  }
  const given = options as Record<string, unknown>;
  const names = Object.keys(known);
  const every = [...names, ...others];
  const unknown = Object.keys(given).find((name) => !every.includes(name));
  if (unknown !== undefined) {
    const quoted = every.map((name) => `'${name}'`);
    const expected = quoted.length > 2 ? `one of ${quoted.join(', ')}` : quoted.join(' or ');
    throw new TypeError(`Cannot declare ${what}: there is no option '${unknown}', expected ${expected}`);
  }
  const checked = names.map((name) => {
    const values = known[name]!;
    const value = given[name] === undefined ? values[0] : given[name];
    if (values.includes(value)) return [name, value];
    const found = typeof value === 'string' ? `'${value}'` : describe(value);
    const expected = values.map((one) => (typeof one === 'string' ? `'${one}'` : one)).join(' or ');
    throw new RangeError(`Cannot declare ${what}: ${name} is ${found}, expected ${expected}`);
  });
  return Object.fromEntries(checked) as never;
}

function checkCount(what: string, name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= 2 ** 29) return;
  const Wrong = typeof count === 'number' ? RangeError : TypeError;
  throw new Wrong(
    `Cannot declare ${what}: ${name} is ${describeNumber(count)}, expected an integer of 1 or more`,
  );
}
