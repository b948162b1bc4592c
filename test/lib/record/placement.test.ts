import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Struct } from 'typed-struct';
import { array, f64, i32, record, text, u8, u16, u32 } from '../../../lib/record/index.js';
import { thrownBy } from '../../support/thrown.js';
import { declarations } from './declarations.js';

// As `#pragma pack(4)` has them.
const Wheel = record(
  'Wheel',
  { load: f64, name: text(3) },
  { layout: { offsets: { load: 0, name: 8 }, size: 12, align: 4 } },
);
const Car = record(
  'Car',
  { id: i32, rpm: f64, w: array(Wheel, 4) },
  { layout: { offsets: { id: 0, rpm: 4, w: 12 }, size: 60, align: 4 } },
);

describe('A record whose layout is a placement', () => {
  it('has its fields where they are placed, and bytes between them are 0', () => {
    assert.deepEqual([Wheel.size, Car.size, Car.offsets.w], [12, 60, 12]);
    const car = { id: 7, rpm: 2.5, w: Array.from({ length: 4 }, (_, i) => ({ load: i, name: 'abc' })) };
    const bytes = Buffer.from(Car.encode(car));
    assert.equal(bytes.readDoubleLE(4), 2.5);
    assert.equal(bytes.readDoubleLE(12 + 2 * 12), 2);
    assert.equal(bytes[12 + 11], 0);
    assert.deepEqual(Car.decode(bytes), car);
  });

  it('is aligned as it says where C places it in another', () => {
    assert.deepEqual(record('Holder', { a: u16, w: Wheel, b: u8 }).offsets, { a: 0, w: 4, b: 16 });
    const loose = record('Loose', { a: u16 }, { layout: { offsets: { a: 1 }, size: 3 } });
    assert.deepEqual(record('Holder', { a: u8, l: loose }).offsets, { a: 0, l: 1 });
  });

  it('may have its fields in any order', () => {
    const Turned = record(
      'Turned',
      { b: u8, a: u32 },
      { layout: { offsets: { b: 4, a: 0 }, size: 8, align: 4 } },
    );
    assert.deepEqual([...Turned.encode({ a: 1, b: 2 })], [1, 0, 0, 0, 2, 0, 0, 0]);
    assert.deepEqual({ ...Turned.struct.getOffsets() }, { a: 0, b: 4 });
  });

  it('takes a copy of the placement', () => {
    const layout = { offsets: { a: 0 }, size: 4 };
    const One = record('One', { a: u8 }, { layout });
    layout.offsets.a = 3;
    assert.equal(One.offsets.a, 0);
    assert.deepEqual(One.layout, { offsets: { a: 0 }, size: 4, align: 1 });
  });

  for (const [what, layout, expected] of [
    ['no offsets', { size: 4 }, /^TypeError: Cannot declare S: layout\.offsets is of type undefined/],
    [
      'no size',
      { offsets: { a: 0, b: 4 } },
      /^TypeError: Cannot declare S: layout\.size is of type undefined/,
    ],
    [
      'a missing offset',
      { offsets: { a: 0 }, size: 8 },
      /^TypeError: .* layout\.offsets\.b is of type undefined/,
    ],
    ['an unknown field', { offsets: { a: 0, b: 4, c: 6 }, size: 8 }, /^RangeError: .* layout\.offsets has c/],
    [
      'a negative offset',
      { offsets: { a: -1, b: 4 }, size: 8 },
      /layout\.offsets\.a is -1, expected an integer of 0/,
    ],
    [
      'shared bytes',
      { offsets: { a: 0, b: 3 }, size: 8 },
      /^RangeError: Cannot declare S: a and b share bytes/,
    ],
    ['a field beyond the end', { offsets: { a: 0, b: 7 }, size: 8 }, /field b ends at 9, expected 8 at most/],
    [
      'an odd alignment',
      { offsets: { a: 0, b: 4 }, size: 9, align: 3 },
      /layout\.align is 3, expected a power of two/,
    ],
    [
      'a size that is none',
      { offsets: { a: 0, b: 4 }, size: 6, align: 4 },
      /of which layout\.size \(6\) is a multiple/,
    ],
    ['null', null, /layout is 'null'/],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.match(
        `${thrownBy(() => record('S', { a: u32, b: u16 }, { layout: layout as never }))}`,
        expected,
      ));
  }

  it('is what a typed-struct with gaps becomes', () => {
    const Gappy = new Struct('Gappy').UInt8('a').seek(3).UInt16LE('b').seek(2).compile();
    const found = record.from(Gappy);
    assert.deepEqual(found.layout, { offsets: { a: 0, b: 4 }, size: 8, align: 1 });
    assert.equal(found.struct, Gappy);
  });
});

describe('The struct of a record', () => {
  it('has every field where the record has it, whatever the declaration', () => {
    fc.assert(
      fc.property(declarations, (one) => {
        assert.deepEqual({ ...one.struct.getOffsets() }, one.offsets);
        assert.equal(one.struct.baseSize, one.size);
      }),
    );
  });
});
