/*
 * What a value begins with: one byte that says what it is, then its length, then its contents (X.690).
 *
 *    0                1
 *   +---------------+----------------+------------------- - -
 *   | tag           | length         | contents
 *   +---------------+----------------+------------------- - -
 *
 * A length below 128 is one byte; of a longer one the first byte is 0x80 plus the number of bytes that follow.
 */
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
export const REAL = 0x09;
export const UTF8_STRING = 0x0c;
/** As the pure Python encoder writes it, and the only one that it reads. */
export const SEQUENCE = 0x10;
/** As X.690 and the C++ encoder write it: with the bit of constructed values. */
export const CONSTRUCTED_SEQUENCE = 0x30;
/** The bits of a tag that the C++ decoder looks at where it expects a sequence. */
export const NUMBER_BITS = 0x1f;

/** First byte of a real that is the 8 bytes of a double, big-endian. */
export const REAL_DOUBLE = 0x03;
/** Set in the first byte of a real in the binary form of X.690, 8.5.7. */
export const REAL_BINARY = 0x80;

const NAMES: ReadonlyMap<number, string> = new Map([
  [BOOLEAN, 'BOOLEAN'],
  [INTEGER, 'INTEGER'],
  [OCTET_STRING, 'OCTET STRING'],
  [NULL, 'NULL'],
  [REAL, 'REAL'],
  [UTF8_STRING, 'UTF8String'],
  [SEQUENCE, 'SEQUENCE'],
]);

/** A tag for people: `INTEGER (02)`. */
export function tagText(tag: number): string {
  const number = tag.toString(16).padStart(2, '0');
  const name = NAMES.get((tag & NUMBER_BITS) === SEQUENCE ? SEQUENCE : tag);
  return name === undefined ? `a tag ${number}` : `${name} (${number})`;
}
