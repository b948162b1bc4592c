import { corrupt } from './corrupt.js';

/** A whole number of 1 to 4 bytes, big-endian, with a sign. */
export function int32(bytes: Uint8Array, at: number, size: number): number {
  let value = (bytes[at]! << 24) >> 24;
  for (let i = 1; i < size; i++) value = (value << 8) | bytes[at + i]!;
  return value;
}

/**
 * A real in the binary form of X.690, 8.5.7: sign, base, scale and the exponent's size in one byte, then the exponent, then
 * a whole number. No encoder of the original writes it; its C++ decoder reads it.
 *
 * @throws {EshmError} ESHM_CORRUPT
 */
export function binaryReal(bytes: Uint8Array, from: number, end: number): number {
  const form = bytes[from]!;
  const bitsPerDigit = [1, 3, 4][(form >> 4) & 3];
  if (bitsPerDigit === undefined) {
    throw corrupt(from, `a REAL of a reserved base (${form.toString(16)})`, 'base 2, 8 or 16');
  }
  const isCounted = (form & 3) === 3;
  const at = from + (isCounted ? 2 : 1);
  const size = isCounted ? (at <= end ? bytes[from + 1]! : 0) : (form & 3) + 1;
  if (size === 0 || size > 4 || at + size > end) {
    throw corrupt(from, `a REAL with an exponent of ${size} bytes`, '1 to 4 that are there');
  }
  let number = 0;
  for (let i = at + size; i < end; i++) number = number * 256 + bytes[i]!;
  if (number === 0) return 0;
  const exponent = int32(bytes, at, size) * bitsPerDigit + ((form >> 2) & 3);
  // In two steps: the power alone may be too small for a double, or too large, where the product is not.
  const half = Math.trunc(exponent / 2);
  const value = number * 2 ** half * 2 ** (exponent - half);
  return form & 0x40 ? -value : value;
}
