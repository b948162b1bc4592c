import type { AnyRecord, ArrayKind, EnumerationKind, FlagsKind, Kind } from '../../record/index.js';
import { toJsonNumber } from '../printing/format.js';
import { declared } from './by-size.js';

/** Numbers that JSON has no word for. */
const ODD_NUMBERS = new Map(['NaN', 'Infinity', '-Infinity'].map((word) => [word, Number(word)]));

/** A snapshot as a line of JSON: large integers and what is no number as text, bytes as numbers, -0 as `-0`. */
export function toJsonLine(snapshot: unknown): string {
  switch (typeof snapshot) {
    case 'bigint':
      return JSON.stringify(snapshot < 0n ? negative(snapshot) : toJsonNumber(snapshot));
    case 'number':
      if (Object.is(snapshot, -0)) return '-0';
      return Number.isFinite(snapshot) ? `${snapshot}` : `"${snapshot}"`;
    case 'object':
      return snapshot === null ? 'null' : ofObject(snapshot);
    default:
      return JSON.stringify(snapshot);
  }
}

function ofObject(snapshot: object): string {
  if (snapshot instanceof Uint8Array) return `[${snapshot.join(',')}]`;
  if (Array.isArray(snapshot)) return `[${snapshot.map(toJsonLine).join(',')}]`;
  const fields = Object.entries(snapshot).map(
    ([name, value]) => `${JSON.stringify(name)}:${toJsonLine(value)}`,
  );
  return `{${fields.join(',')}}`;
}

function negative(value: bigint): number | string {
  const size = toJsonNumber(-value);
  return typeof size === 'number' ? -size : `-${size}`;
}

/**
 * A value of a record from JSON, as {@link toJsonLine} writes it.
 *
 * @throws {TypeError} for what is no JSON; the record judges what is in it
 * @throws {RangeError} for a number that JSON cannot say exactly, or that no float holds
 */
export function fromJson(record: AnyRecord, json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new TypeError(`Cannot read a ${record.name}: ${(cause as Error).message}, expected JSON`, {
      cause,
    });
  }
  return typed(record, value, record.name);
}

/** Text where the record has a bigint or a float, as what it stands for. */
function typed(kind: Kind, value: unknown, label: string): unknown {
  switch (kind.type) {
    case 'u64':
    case 'i64':
      return bigintOf(value, label);
    case 'f32':
    case 'f64':
      return floatOf(value, label);
    case 'enumeration':
      return integerOf(kind as EnumerationKind, value, label);
    case 'flags':
      return Array.isArray(value) ? value.map((one) => integerOf(kind as FlagsKind, one, label)) : value;
    case 'text':
    case 'bytes':
      return bytesOf(value, label);
    case 'array':
      return Array.isArray(value)
        ? value.map((one, i) => typed((kind as ArrayKind).of, one, `${label}[${i}]`))
        : value;
    case 'record': {
      if (typeof value !== 'object' || value === null) return value;
      const fields = new Map((kind as AnyRecord).fields.map((field) => [field.name, field.kind]));
      // What is no field stays, for the record to refuse; what is missing stays so.
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => {
          const field = fields.get(name);
          return [name, field === undefined ? one : typed(field, one, `${label}.${name}`)];
        }),
      );
    }
    default:
      return value;
  }
}

/** An integer of 64 bits: a number while that is exact, else in quotes. */
function bigintOf(value: unknown, label: string): unknown {
  if (typeof value === 'string') return /^-?\d+$/.test(value) ? BigInt(value) : value;
  if (typeof value !== 'number' || !Number.isInteger(value)) return value;
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new RangeError(
    `Cannot read ${label}: numbers beyond 2^53 are not exact in JSON, expected one in quotes: "9007199254740993"`,
  );
}

/** A float. JSON has no word for what none holds: it becomes one only by its size. */
function floatOf(value: unknown, label: string): unknown {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    throw new RangeError(
      `Cannot read ${label}: the number is larger than 64 bits hold, expected a smaller one or "${value}" in quotes`,
    );
  }
  return ODD_NUMBERS.get(value as string) ?? value;
}

/** A name, or the number of one. */
function integerOf({ of, values }: EnumerationKind | FlagsKind, value: unknown, label: string): unknown {
  const isName = typeof value === 'string' && Object.hasOwn(values, value);
  return of.size === 8 && !isName ? bigintOf(value, label) : value;
}

/** Bytes, which are listed as numbers. */
function bytesOf(value: unknown, label: string): unknown {
  if (!Array.isArray(value)) return value;
  const odd = value.find((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255);
  if (odd === undefined) return Uint8Array.from(value);
  throw new RangeError(
    `Cannot read ${label}: a byte is ${JSON.stringify(odd)}, expected an integer from 0 to 255`,
  );
}

/** A message as the record whose size it has, as plain JSON; `undefined` where none fits or what is in it is none. */
export function recordOf(
  message: Uint8Array,
  records: readonly AnyRecord[],
): { readonly name: string; readonly value: unknown } | undefined {
  const record = records.find(({ size }) => size === message.length);
  if (record === undefined) return undefined;
  try {
    return { name: record.name, value: JSON.parse(toJsonLine(record.decode(message))) };
  } catch {
    return undefined;
  }
}

/**
 * A message as the record whose size it has, a field with its value in each text; `undefined` where none fits or what is
 * in it is none.
 */
export function fieldsOf(message: Uint8Array, records: readonly AnyRecord[]): readonly string[] | undefined {
  const record = records.find(({ size }) => size === message.length);
  if (record === undefined) return undefined;
  try {
    const snapshot = record.decode(message) as Record<string, unknown>;
    return Object.entries(snapshot).map(([name, value]) => `${name}=${toJsonLine(value)}`);
  } catch {
    return undefined;
  }
}

/** Why a message is none of `records`, in words; `undefined` where it is one, or none was asked for. */
export function whyNone(message: Uint8Array, records: readonly AnyRecord[]): string | undefined {
  try {
    declared(records)?.decode(message);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
