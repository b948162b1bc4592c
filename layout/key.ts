import { describe } from './describe.js';

const encoder = new TextEncoder();

/**
 * Derives the System V key under which the segment of a channel is found.
 *
 * Start at 0; for every byte of the UTF-8 name, taken as a signed char: `key = key * 33 + byte`, wrapping at
 * 32 bits (ESHM protocol version 2, section 1). Names are not stored in the segment, and different names can
 * share a key: `Aa` and `B@` do.
 *
 * @param name channel name; a C peer ends it at its first NUL, so it must not hold one
 * @returns the key, a signed 32-bit integer other than 0
 * @throws {TypeError} when `name` is not a string
 * @throws {RangeError} when `name` is empty, holds a NUL or an unpaired surrogate, or has the key 0, which the
 * system reads as IPC_PRIVATE: a segment that nobody else can find
 *
 * @example
 * deriveKey('eshm1'); // 124027678
 */
export function deriveKey(name: string): number {
  checkName(name);
  let key = 0;
  for (const byte of encoder.encode(name)) key = (Math.imul(key, 33) + asSigned(byte)) | 0;
  if (key === 0) {
    throw new RangeError(
      'Cannot derive key: name hashes to 0 (IPC_PRIVATE), expected a name with another key',
    );
  }
  return key;
}

function checkName(name: unknown): asserts name is string {
  if (typeof name !== 'string') {
    throw new TypeError(`Cannot derive key: name is ${describe(name)}, expected string`);
  }
  if (name === '') throw new RangeError('Cannot derive key: name is empty, expected at least one byte');
  const nul = name.indexOf('\0');
  if (nul !== -1) throw new RangeError(`Cannot derive key: name has a NUL at index ${nul}, expected none`);
  // With the `u` flag a surrogate pair is one code point, so only an unpaired half matches.
  const unpaired = name.search(/\p{Surrogate}/u);
  if (unpaired !== -1) {
    throw new RangeError(
      `Cannot derive key: name has an unpaired surrogate at index ${unpaired}, expected well-formed UTF-16`,
    );
  }
}

/** The value of a byte read through a `signed char`, as C on x86 does. */
function asSigned(byte: number): number {
  return (byte << 24) >> 24;
}
