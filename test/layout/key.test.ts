import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deriveKey } from '../../layout/index.js';
import { keyVectors, sizeVectors } from '../support/vectors.js';

/** Section 1 of the protocol in exact integers, cut to 32 bits once at the end. */
function keyByBigInt(name: string): number {
  let key = 0n;
  for (const byte of Buffer.from(name, 'utf8')) key = key * 33n + BigInt.asIntN(8, BigInt(byte));
  return Number(BigInt.asIntN(32, key));
}

function isWellFormed(name: string): boolean {
  try {
    encodeURIComponent(name);
    return true;
  } catch {
    return false;
  }
}

describe('layout/key', () => {
  for (const { name, key } of [...keyVectors, ...sizeVectors]) {
    it(`deriveKey('${name}') is ${key}, as the original has it`, () => {
      assert.equal(deriveKey(name), key);
    });
  }

  const edges: [what: string, name: string, key: number][] = [
    ['the lowest byte that is allowed', '\u0001', 1],
    ['the last ASCII byte', '\u007f', 127],
    ['bytes over 127 as negative numbers', '\u0080', -62 * 33 - 128],
    ['three bytes', '\uffff', (-17 * 33 - 65) * 33 - 65],
    [
      'a surrogate pair as the four bytes of one code point',
      '\u{10ffff}',
      ((-12 * 33 - 113) * 33 - 65) * 33 - 65,
    ],
    ['a byte order mark as three bytes like any other', '\ufeff', (-17 * 33 - 69) * 33 - 65],
    ['a leading space as a byte', ' a', 32 * 33 + 97],
  ];
  for (const [what, name, key] of edges) {
    it(`deriveKey() counts ${what}`, () => {
      assert.equal(deriveKey(name), key);
    });
  }

  it('deriveKey() tells composed and decomposed letters apart', () => {
    assert.notEqual(deriveKey('\u00f6'), deriveKey('o\u0308'));
  });

  it('deriveKey() equals the same sum in exact integers, for any name', () => {
    const names = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 300 })
      .filter((name) => !name.includes('\0'));
    fc.assert(
      fc.property(names, (name) => {
        fc.pre(keyByBigInt(name) !== 0);
        assert.equal(deriveKey(name), keyByBigInt(name));
      }),
      { numRuns: 1000 },
    );
  });

  it('deriveKey() refuses any UTF-16 that is empty, has a NUL or is not well-formed, and nothing else', () => {
    const unit = fc.oneof(
      fc.constantFrom(0, 0x61, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000),
      fc.integer({ min: 0, max: 0xffff }),
    );
    const texts = fc.array(unit, { maxLength: 5 }).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(texts, (name) => {
        const bad = name === '' || name.includes('\0') || !isWellFormed(name) || keyByBigInt(name) === 0;
        if (bad) assert.throws(() => deriveKey(name), RangeError);
        else assert.equal(deriveKey(name), keyByBigInt(name));
      }),
      { numRuns: 2000 },
    );
  });

  const refused: [what: string, name: string, message: string][] = [
    ['an empty name', '', 'name is empty, expected at least one byte'],
    ['a NUL alone', '\0', 'name has a NUL at index 0, expected none'],
    ['a NUL at the end', 'robot\0', 'name has a NUL at index 5, expected none'],
    ['a NUL inside', 'ro\0bot', 'name has a NUL at index 2, expected none'],
    [
      'a high surrogate alone',
      'ab\ud800',
      'name has an unpaired surrogate at index 2, expected well-formed UTF-16',
    ],
    [
      'a low surrogate alone',
      '\udfffab',
      'name has an unpaired surrogate at index 0, expected well-formed UTF-16',
    ],
    [
      'surrogates in the wrong order, after a good pair',
      '\u{1f916}\udc00\ud800',
      'name has an unpaired surrogate at index 2, expected well-formed UTF-16',
    ],
    ['a name whose key is 0', 'jxtzidc', 'name hashes to 0 (IPC_PRIVATE), expected a name with another key'],
  ];
  for (const [what, name, message] of refused) {
    it(`deriveKey() refuses ${what}`, () => {
      assert.throws(() => deriveKey(name), { name: 'RangeError', message: `Cannot derive key: ${message}` });
    });
  }

  for (const [name, found] of [
    [undefined, 'of type undefined'],
    [null, 'null'],
    [1, 'of type number'],
    [1n, 'of type bigint'],
    [true, 'of type boolean'],
    [Symbol('robot'), 'of type symbol'],
    [{}, 'of class Object'],
    [['robot'], 'of class Array'],
    [new String('robot'), 'of class String'],
  ] as const) {
    it(`deriveKey() refuses a name that is ${found}: ${String(name)}`, () => {
      assert.throws(() => deriveKey(name as unknown as string), {
        name: 'TypeError',
        message: `Cannot derive key: name is ${found}, expected string`,
      });
    });
  }
});
