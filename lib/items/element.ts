import { NUMBER_BITS } from './tags.js';

/**
 * Bytes of the value that begins at the start of `bytes`, with its tag and length; 0 where none does. It may be more than
 * there are.
 */
export function elementSize(bytes: Uint8Array): number {
  if (bytes.length < 2 || (bytes[0]! & NUMBER_BITS) === NUMBER_BITS) return 0;
  const first = bytes[1]!;
  if (first < 0x80) return 2 + first;
  const count = first - 0x80;
  if (count === 0 || count > 8 || bytes.length < 2 + count) return 0;
  let size = 0;
  for (let i = 0; i < count; i++) size = size * 256 + bytes[2 + i]!;
  return 2 + count + size;
}
