import type { AnyRecord, ArrayKind, Kind } from '../../record/index.js';
import { toJsonNumber } from '../printing/format.js';

/** Numbers that JSON has no word for. */
const ODD_NUMBERS = new Map(['NaN', 'Infinity', '-Infinity'].map((word) => [word, Number(word)]));

/** A snapshot as a line of JSON: large integers and what is no number as text, bytes as numbers. */
export function toJsonLine(snapshot: unknown): string {
  return JSON.stringify(snapshot, (_key, value) => {
    if (typeof value === 'bigint') return value < 0n ? negative(value) : toJsonNumber(value);
    if (typeof value === 'number' && !Number.isFinite(value)) return `${value}`;
    return value instanceof Uint8Array ? [...value] : value;
  });
}

function negative(value: bigint): number | string {
  const size = toJsonNumber(-value);
  return typeof size === 'number' ? -size : `-${size}`;
}

/**
 * A value of a record from JSON, as {@link toJsonLine} writes it.
 *
 * @throws {TypeError} for what is no JSON; the record judges what is in it
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
  return typed(record, value);
}

/** Text where the record has a bigint or a float, as what it stands for. */
function typed(kind: Kind, value: unknown): unknown {
  switch (kind.type) {
    case 'u64':
    case 'i64':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
      return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : value;
    case 'f32':
    case 'f64':
      return ODD_NUMBERS.get(value as string) ?? value;
    case 'array':
      return Array.isArray(value) ? value.map((one) => typed((kind as ArrayKind).of, one)) : value;
    case 'record': {
      if (typeof value !== 'object' || value === null) return value;
      const given = value as Record<string, unknown>;
      return Object.fromEntries(
        (kind as AnyRecord).fields.map((field) => [field.name, typed(field.kind, given[field.name])]),
      );
    }
    default:
      return value;
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
