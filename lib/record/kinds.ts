import { describe, describeNumber } from '../../layout/describe.js';
import type {
  ArrayKind,
  BytesKind,
  EnumerationKind,
  Kind,
  LiveArray,
  ScalarKind,
  ScalarName,
  TextKind,
} from './kind-types.js';

export type {
  ArrayKind,
  BytesKind,
  EnumerationKind,
  GivenOf,
  Kind,
  KindTypes,
  LiveArray,
  LiveOf,
  ScalarKind,
  ScalarName,
  SnapshotOf,
  TextKind,
  Typed,
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

function scalar<T>(type: ScalarName, size: number): ScalarKind<T> {
  return Object.freeze(asKind({ type, size, align: size }));
}

/** Unsigned integer of 8 bits. */
export const u8: ScalarKind<number> = scalar('u8', 1);
/** Unsigned integer of 16 bits. */
export const u16: ScalarKind<number> = scalar('u16', 2);
/** Unsigned integer of 32 bits. */
export const u32: ScalarKind<number> = scalar('u32', 4);
/** Unsigned integer of 64 bits, a bigint. */
export const u64: ScalarKind<bigint> = scalar('u64', 8);
/** Signed integer of 8 bits. */
export const i8: ScalarKind<number> = scalar('i8', 1);
/** Signed integer of 16 bits. */
export const i16: ScalarKind<number> = scalar('i16', 2);
/** Signed integer of 32 bits. */
export const i32: ScalarKind<number> = scalar('i32', 4);
/** Signed integer of 64 bits, a bigint. */
export const i64: ScalarKind<bigint> = scalar('i64', 8);
/** Float of 32 bits. A number is rounded to it. */
export const f32: ScalarKind<number> = scalar('f32', 4);
/** Float of 64 bits, a number as it is. */
export const f64: ScalarKind<number> = scalar('f64', 8);
/** A flag in one byte: 0 is false, all else true; written as 0 or 1. */
export const bool: ScalarKind<boolean> = scalar('bool', 1);

/**
 * So many elements of one kind, one after the other: a plain array in snapshots, a {@link LiveArray} in accessors.
 *
 * @param kind - any kind, a record or an array too
 * @param length - number of elements, 1 or more
 * @throws {TypeError | RangeError} for anything else
 *
 * @example
 * const Pose = record('Pose', { q: array(f32, 4) });
 * Pose.size; // 16
 */
export function array<K extends Kind>(kind: K, length: number): ArrayKind<K> {
  if (!isKind(kind)) throw new TypeError(`Cannot declare array: kind is ${describe(kind)}, expected a kind`);
  checkCount('array', 'length', length);
  return Object.freeze(
    asKind({ type: 'array' as const, of: kind, length, size: kind.size * length, align: kind.align }),
  );
}

/**
 * Text of up to `size - 1` bytes of UTF-8, ended by NUL and filled up with it: `char[size]` in C. What comes without a
 * NUL is taken whole.
 *
 * @param size - bytes, 1 or more, with the NUL
 * @throws {TypeError | RangeError} for anything else
 *
 * @example
 * const Named = record('Named', { frame: text(16) });
 * Named.decode(Named.encode({ frame: 'map' })).frame; // 'map'
 */
export function text(size: number): TextKind {
  checkCount('text', 'size', size);
  return Object.freeze(asKind({ type: 'text' as const, size, align: 1 }));
}

/**
 * Bytes as they are: a Uint8Array in snapshots, a {@link LiveArray} of numbers in accessors.
 *
 * @param size - how many, 1 or more; a value has exactly so many
 * @throws {TypeError | RangeError} for anything else
 */
export function bytes(size: number): BytesKind {
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
 * One of a set of names, an integer on the wire. A number that has no name is ESHM_CORRUPT where it is read.
 *
 * @param kind - an integer kind of up to 32 bits
 * @param values - the number of each name; no number twice
 * @throws {TypeError | RangeError} for anything else
 *
 * @example
 * const State = record('State', { mode: enumeration(u8, { idle: 0, moving: 1 }) });
 * State.decode(Uint8Array.of(1)).mode; // 'moving'
 */
export function enumeration<Names extends string>(
  kind: ScalarKind<number>,
  values: Readonly<Record<Names, number>>,
): EnumerationKind<Names> {
  const limits = isKind(kind) ? limitsOf(kind.type) : undefined;
  if (limits === undefined) {
    const found = isKind(kind) ? kind.type : describe(kind);
    throw new TypeError(`Cannot declare enumeration: kind is ${found}, expected an integer of up to 32 bits`);
  }
  if (typeof values !== 'object' || values === null) {
    throw new TypeError(
      `Cannot declare enumeration: values is ${describe(values)}, expected names and numbers`,
    );
  }
  const entries = Object.entries<number>(values);
  if (entries.length === 0)
    throw new RangeError('Cannot declare enumeration: it has no names, expected one or more');
  const nameOf = new Map<number, string>();
  for (const [name, value] of entries) {
    if (!Number.isInteger(value) || value < limits[0] || value > limits[1]) {
      throw new RangeError(
        `Cannot declare enumeration: ${name} is ${describeNumber(value)}, expected an integer from ${limits[0]} to ${limits[1]} (${kind.type})`,
      );
    }
    const other = nameOf.get(value);
    if (other !== undefined) {
      throw new RangeError(
        `Cannot declare enumeration: ${other} and ${name} are both ${value}, expected two numbers`,
      );
    }
    nameOf.set(value, name);
  }
  const { size, align } = kind;
  return Object.freeze(
    asKind({ type: 'enumeration' as const, of: kind, values: Object.freeze({ ...values }), size, align }),
  );
}

function checkCount(what: string, name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= 2 ** 29) return;
  const Wrong = typeof count === 'number' ? RangeError : TypeError;
  throw new Wrong(
    `Cannot declare ${what}: ${name} is ${describeNumber(count)}, expected an integer of 1 or more`,
  );
}
