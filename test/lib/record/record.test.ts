import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Struct } from 'typed-struct';
import {
  type AnyRecord,
  array,
  bool,
  bytes,
  enumeration,
  f32,
  f64,
  i8,
  i16,
  i64,
  record,
  text,
  u8,
  u16,
  u32,
  u64,
} from '../../../lib/record/index.js';
import { thrownBy } from '../../support/thrown.js';
import { declarations, valuesOf } from './declarations.js';

const Pose = record('Pose', { seq: u64, x: f64, y: f64, z: f64, q: array(f32, 4), frame: text(16) });
const POSE = { seq: 1n, x: 1.5, y: -2, z: 0, q: [0, 0, 0, 1], frame: 'map' };

const All = record('All', {
  a: u8,
  b: u16,
  c: u32,
  d: u64,
  e: i8,
  f: i64,
  g: f32,
  h: bool,
  i: bytes(2),
  j: text(4),
  k: enumeration(u8, { idle: 0, moving: 3 }),
  l: array(i16, 2),
  m: Pose,
  n: array(Pose, 2),
});
const ALL = {
  a: 1,
  b: 2,
  c: 3,
  d: 4n,
  e: -5,
  f: -6n,
  g: 0.5,
  h: true,
  i: Uint8Array.of(7, 8),
  j: 'abc',
  k: 'moving',
  l: [-9, 10],
  m: POSE,
  n: [POSE, { ...POSE, seq: 2n }],
} as const;

describe('record()', () => {
  it('has the size and the offsets of typed-struct', () => {
    assert.equal(Pose.size, 64);
    assert.deepEqual(Pose.offsets, { seq: 0, x: 8, y: 16, z: 24, q: 32, frame: 48 });
    assert.deepEqual({ ...Pose.struct.getOffsets() }, Pose.offsets);
    assert.equal(Pose.struct.baseSize, 64);
    const overlay = new Pose.struct(Buffer.from(Pose.encode(POSE)));
    assert.equal(overlay.x, 1.5);
    assert.equal(overlay.frame, 'map');
  });

  it('gives back what it was given, whatever the declaration and the value', () => {
    fc.assert(
      fc.property(
        declarations.chain((one) => fc.tuple(fc.constant(one), valuesOf(one))),
        ([one, value]) => {
          assert.deepEqual(one.decode(one.encode(value)), normal(value));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('bytes between fields, and behind a text, are 0, whatever was encoded and decoded before', () => {
    const Padded = record('Padded', { a: u8, b: u32, c: text(8) });
    Padded.decode(new Uint8Array(16).fill(0xff));
    Padded.encode({ a: 1, b: 2, c: 'longest' });
    assert.equal(
      Buffer.from(Padded.encode({ a: 1, b: 2, c: 'x' })).toString('hex'),
      '01000000020000007800000000000000',
    );
  });

  const bad: [string, object, RegExp][] = [
    [
      'a number below',
      { a: -1 },
      /^RangeError: Cannot set All\.a: value is -1, expected an integer from 0 to 255$/,
    ],
    ['a number above', { b: 65536 }, /^RangeError: Cannot set All\.b: value is 65536/],
    ['a fraction', { c: 0.5 }, /^RangeError: Cannot set All\.c: value is 0.5/],
    [
      'NaN',
      { e: Number.NaN },
      /^RangeError: Cannot set All\.e: value is NaN, expected an integer from -128 to 127$/,
    ],
    ['a bigint for a number', { c: 3n }, /^TypeError: Cannot set All\.c: value is of type bigint/],
    [
      'a number for a bigint',
      { d: 4 },
      /^TypeError: Cannot set All\.d: value is of type number, expected a bigint/,
    ],
    ['a bigint below', { d: -1n }, /^RangeError: Cannot set All\.d: value is -1, expected a bigint from 0/],
    ['a bigint above', { f: 2n ** 63n }, /^RangeError: Cannot set All\.f: value is 9223372036854775808/],
    ['what a float of 32 bits cannot hold', { g: 1e300 }, /^RangeError: Cannot set All\.g: value is 1e\+300/],
    [
      'text for a number',
      { g: '1' },
      /^TypeError: Cannot set All\.g: value is of type string, expected a number$/,
    ],
    [
      'a number for a flag',
      { h: 1 },
      /^TypeError: Cannot set All\.h: value is of type number, expected true or false$/,
    ],
    [
      'too many bytes',
      { i: Uint8Array.of(1, 2, 3) },
      /^RangeError: Cannot set All\.i: value has 3 elements, expected 2$/,
    ],
    ['what is no byte', { i: [1, 256] }, /^RangeError: Cannot set All\.i\[1\]: value is 256/],
    [
      'a number for text',
      { j: 5 },
      /^TypeError: Cannot set All\.j: value is of type number, expected a string or a Uint8Array of 4 bytes$/,
    ],
    ['a NUL in text', { j: 'a\0b' }, /^RangeError: Cannot set All\.j: value has a NUL/],
    [
      'a name that is none',
      { k: 'halt' },
      /^RangeError: Cannot set All\.k: value is 'halt', expected one of idle \(0\), moving \(3\), or an integer of 8 bits$/,
    ],
    ['an object for a name', { k: {} }, /^TypeError: Cannot set All\.k: value is of class Object/],
    ['a number out of range for a name', { k: 256 }, /^RangeError: Cannot set All\.k: value is 256/],
    ['no array', { l: 5 }, /^TypeError: Cannot set All\.l: value is of type number, expected an array of 2$/],
    ['a short array', { l: [1] }, /^RangeError: Cannot set All\.l: value has 1 elements, expected 2$/],
    ['a hole', { l: [1, undefined] }, /^TypeError: Cannot set All\.l\[1\]: value is of type undefined/],
    ['no object', { m: 5 }, /^TypeError: Cannot set All\.m: value is of type number, expected an object/],
    [
      'a missing field',
      { m: { ...POSE, y: undefined } },
      /^TypeError: Cannot set All\.m\.y: it is missing, expected all fields of Pose$/,
    ],
    [
      'a field that there is not',
      { speed: 1 },
      /^TypeError: Cannot set All\.speed: All has no such field, expected one of a, b, c, /,
    ],
    [
      'such a field before all others',
      { m: { W: 1, ...POSE } },
      /^TypeError: Cannot set All\.m\.W: Pose has no such field, expected one of seq, x, y, /,
    ],
    [
      'such a field without a value',
      { n: [POSE, { ...POSE, w: undefined }] },
      /^TypeError: Cannot set All\.n\[1\]\.w: Pose has no such field/,
    ],
    [
      'such a field of an object without a prototype',
      { m: Object.assign(Object.create(null), POSE, { w: 1 }) },
      /^TypeError: Cannot set All\.m\.w: Pose has no such field/,
    ],
    [
      'a misspelt field in the place of one that is missing',
      { m: { ...POSE, y: undefined, Y: 2 } },
      /^TypeError: Cannot set All\.m\.Y: Pose has no such field, expected one of seq, x, y, /,
    ],
    [
      'a wrong field deep down',
      { n: [POSE, { ...POSE, x: 'a' }] },
      /^TypeError: Cannot set All\.n\[1\]\.x: value is of type string/,
    ],
  ];
  for (const [what, value, expected] of bad) {
    it(`refuses ${what}, naming record and field`, () => {
      const error = thrownBy(() => All.encode({ ...ALL, ...value } as never));
      assert.match(`${error}`, expected);
      assert.deepEqual(All.decode(All.encode(ALL as never)), ALL);
    });
  }

  const undeclarable: [string, () => unknown, RegExp][] = [
    [
      'a name with a space',
      () => record('A', { 'a b': u8 }),
      /^RangeError: Cannot declare field of A: its name is 'a b'/,
    ],
    ['a name that begins with a digit', () => record('A', { '1a': u8 }), /its name is '1a'/],
    ['a number as a name', () => record('A', [['1', u8]]), /its name is '1'/],
    [
      'a name that all objects have',
      () => record('A', { toString: u8 }),
      /its name is 'toString', which every object/,
    ],
    ['__proto__', () => record('A', [['__proto__', u8]]), /its name is '__proto__'/],
    [
      'a duplicate',
      () =>
        record('A', [
          ['a', u8],
          ['a', u8],
        ]),
      /^RangeError: Cannot declare A: field a comes twice/,
    ],
    ['no field', () => record('A', {}), /^RangeError: Cannot declare A: it has no fields/],
    [
      'no kind',
      () => record('A', { a: 'f64' as never }),
      /^TypeError: Cannot declare A: field a is of type string, expected a kind/,
    ],
    [
      'a record without a name',
      () => record('', { a: u8 }),
      /^RangeError: Cannot declare record: its name is ''/,
    ],
    [
      'another layout',
      () => record('A', { a: u8 }, { layout: 'C' as never }),
      /layout is 'C', expected 'c', 'packed' or an object with offsets and size/,
    ],
    ['an unknown option', () => record('A', { a: u8 }, { pack: 1 } as never), /there is no option 'pack'/],
    ['an array of nothing', () => array(u8, 0), /^RangeError: Cannot declare array: length is 0/],
    ['text of no bytes', () => text(0), /size is 0/],
    [
      'an enumeration of floats',
      () => enumeration(f64 as never, { a: 1 }),
      /kind is f64, expected an integer/,
    ],
    [
      'an enumeration out of range',
      () => enumeration(u8, { a: 256 }),
      /a is 256, expected an integer from 0 to 255/,
    ],
  ];
  for (const [what, declare, expected] of undeclarable) {
    it(`refuses to declare ${what}`, () => assert.match(`${thrownBy(declare)}`, expected));
  }

  it('takes fields in any order, and objects of classes whatever else they have', () => {
    class Wheel {
      readonly load = 5;
      readonly y = 2;
      readonly x = 1;
    }
    const Small = record('Small', { x: f64, y: f64, z: u8 });
    const expected = Small.encode({ x: 1, y: 2, z: 3 });
    assert.deepEqual(Small.encode({ z: 3, y: 2, x: 1 }), expected);
    assert.deepEqual(Small.encode({ x: 1, z: 3, y: 2 }), expected);
    const Car = record('Car', { wheel: record('Wheel', { x: f64, y: f64 }) });
    assert.deepEqual(Car.encode({ wheel: new Wheel() }), expected.slice(0, 16));
  });

  it('a message of another size is ESHM_CORRUPT and says both, unless it may be shorter', () => {
    const error = thrownBy(() => Pose.decode(new Uint8Array(60)));
    assert.match(error.message, /^Cannot read Pose: the message has 60 bytes, expected 64;/);
    assert.equal((error as { code?: string }).code, 'ESHM_CORRUPT');
    const Short = record('Short', { a: u32, b: u32 }, { allowShorter: true });
    assert.deepEqual(Short.decode(Uint8Array.of(1, 0, 0, 0, 2)), { a: 1, b: 2 });
    assert.throws(() => Short.decode(new Uint8Array(9)), /9 bytes, expected 8 at most/);
  });
});

describe('record.from()', () => {
  const Inner = new Struct('Inner').UInt8('a').Int16LE('b').compile();
  const Odd = new Struct('Odd')
    .UInt8('u8')
    .Int8('i8')
    .UInt16LE('u16')
    .Int16LE('i16')
    .UInt32LE('u32')
    .Int32LE('i32')
    .Float32LE('f32')
    .Float64LE('f64')
    .BigUInt64LE('u64')
    .BigInt64LE('i64')
    .Boolean8('flag')
    .String('text', 5)
    .Buffer('bytes', 3)
    .seek(7)
    .Struct('inner', Inner)
    .StructArray('inners', Inner, 2)
    .align4()
    .Float32Array('floats', 3)
    .UInt8Array('octets', 2)
    .StringArray('lines', { lines: 2, length: 4 })
    .compile();

  it('finds the kinds of a compiled typed-struct, and leaves its fields where they are', () => {
    const record_ = record.from(Odd);
    assert.deepEqual(record_.offsets, { ...Odd.getOffsets() });
    assert.equal(record_.size, Odd.baseSize);
    const kinds = record_.fields.map(({ kind }) => kind.type);
    assert.deepEqual(
      kinds,
      'u8 i8 u16 i16 u32 i32 f32 f64 u64 i64 bool text bytes record array array array array'.split(' '),
    );
    const bytes_ = Buffer.from(new ArrayBuffer(Odd.baseSize));
    const overlay = new Odd(bytes_);
    overlay.i32 = -7;
    overlay.f64 = 2.5;
    overlay.text = 'abc';
    overlay.inners[1]!.b = -3;
    overlay.floats[2] = 0.5;
    const value = record_.decode(bytes_) as Record<string, unknown> & { inners: { b: number }[] };
    assert.equal(value.i32, -7);
    assert.equal(value.f64, 2.5);
    assert.equal(value.text, 'abc');
    assert.equal(value.inners[1]!.b, -3);
    assert.deepEqual(value.floats, [0, 0, 0.5]);
    assert.deepEqual(Buffer.from(record_.encode(value)), bytes_);
  });

  const refused: [string, () => AnyRecord, RegExp][] = [
    [
      'a big-endian number',
      () => record.from(new Struct('S').UInt16BE('a').compile()),
      /field a of S is none that a record can have/,
    ],
    [
      'bits',
      () => record.from(new Struct('S').Bits8({ a: [0, 3], b: [3, 5] }).compile()),
      /field a of S is none/,
    ],
    ['BCD', () => record.from(new Struct('S').BCD('a').compile()), /field a of S is none/],
    [
      'a flag of two bytes',
      () => record.from(new Struct('S').Boolean16('a').seek(4).compile()),
      /field a of S is none/,
    ],
    ['a tail', () => record.from(new Struct('S').UInt8('a').Buffer('b').compile()), /field b of S is none/],
    [
      'fields that share bytes',
      () => record.from(new Struct('S').UInt16LE('a').back().UInt8('b').compile()),
      /a and b of S share bytes/,
    ],
    [
      'what is not compiled',
      () => record.from(new Struct('S').UInt8('a') as never),
      /struct is of class Struct, expected a typed-struct that is compiled/,
    ],
    ['a struct without a field', () => record.from(new Struct('S').seek(8).compile()), /S has no fields/],
  ];
  for (const [what, make, expected] of refused) {
    it(`refuses ${what}`, () => assert.match(`${thrownBy(make)}`, expected));
  }
});

/** A value as a snapshot shows it: floats and -0 as the wire has them. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (value instanceof Uint8Array || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, normal(one)]));
}
