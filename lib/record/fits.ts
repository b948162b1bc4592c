/** Which values a kind can have. */
import { notBigint, notInteger, wrongType } from './faults.js';
import { limitsOf, type ScalarName } from './kinds.js';

// Each compares the value with what a store would make of it; NaN is equal to nothing, and -0 to 0.
export const isU8 = (v: number): boolean => typeof v === 'number' && (v & 0xff) === v;
export const isU16 = (v: number): boolean => typeof v === 'number' && (v & 0xffff) === v;
export const isU32 = (v: number): boolean => typeof v === 'number' && v >>> 0 === v;
export const isI8 = (v: number): boolean => typeof v === 'number' && (v << 24) >> 24 === v;
export const isI16 = (v: number): boolean => typeof v === 'number' && (v << 16) >> 16 === v;
export const isI32 = (v: number): boolean => typeof v === 'number' && (v | 0) === v;
export const isU64 = (v: bigint): boolean => typeof v === 'bigint' && BigInt.asUintN(64, v) === v;
export const isI64 = (v: bigint): boolean => typeof v === 'bigint' && BigInt.asIntN(64, v) === v;

// Only what becomes infinite by rounding does not fit: Infinity and NaN themselves are floats.
export const isF32 = (v: number): boolean =>
  typeof v === 'number' && (Number.isFinite(Math.fround(v)) || !Number.isFinite(v));
export const isF64 = (v: number): boolean => typeof v === 'number';
export const isBool = (v: boolean): boolean => typeof v === 'boolean';

/** Whether a value is one of a kind. */
export const FITS: Readonly<Record<ScalarName, (value: never) => boolean>> = {
  u8: isU8,
  u16: isU16,
  u32: isU32,
  u64: isU64,
  i8: isI8,
  i16: isI16,
  i32: isI32,
  i64: isI64,
  f32: isF32,
  f64: isF64,
  bool: isBool,
};

/** The error for a value that does not {@link FITS | fit}. */
export function misfit(type: ScalarName, label: string, value: unknown): Error {
  const limits = limitsOf(type);
  if (limits !== undefined) return notInteger(label, value, limits[0], limits[1]);
  if (type === 'u64') return notBigint(label, value, 0n, 2n ** 64n - 1n);
  if (type === 'i64') return notBigint(label, value, -(2n ** 63n), 2n ** 63n - 1n);
  if (type === 'bool') return wrongType(label, value, 'true or false');
  if (typeof value !== 'number') return wrongType(label, value, 'a number');
  return new RangeError(`Cannot set ${label}: value is ${value}, expected a number that 32 bits can hold`);
}
