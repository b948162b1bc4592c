import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  array,
  bool,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  type Kind,
  record,
  u8,
  u16,
  u32,
  u64,
} from '../../../lib/record/index.js';
import { thrownBy } from '../../support/thrown.js';
import { valuesOf } from './declarations.js';

const KINDS: readonly (readonly [Kind, new (length: number) => ArrayLike<unknown>])[] = [
  [u8, Uint8Array],
  [u16, Uint16Array],
  [u32, Uint32Array],
  [u64, BigUint64Array],
  [i8, Int8Array],
  [i16, Int16Array],
  [i32, Int32Array],
  [i64, BigInt64Array],
  [f32, Float32Array],
  [f64, Float64Array],
  [bool, Array],
];

describe('An array of numbers', () => {
  for (const [kind, Typed] of KINDS) {
    // Behind a byte, under the layout `packed`, no element is aligned.
    const Aligned = record('Aligned', { all: array(kind, 5) });
    const Odd = record('Odd', { before: u8, all: array(kind, 5), after: u8 }, { layout: 'packed' });

    it(`of ${kind.type} is read and written as its elements are, aligned or not`, () => {
      fc.assert(
        fc.property(valuesOf(array(kind, 5)), (all) => {
          const bytes = Aligned.encode({ all } as never);
          assert.deepEqual(Aligned.decode(bytes).all, all);
          const odd = Odd.encode({ before: 255, all, after: 255 } as never);
          assert.deepEqual(odd, Uint8Array.of(255, ...bytes, 255));
          assert.deepEqual(Odd.decode(odd).all, all);
        }),
        { numRuns: 30 },
      );
    });

    it(`of ${kind.type} takes ${Typed.name}, and one of another length not`, () => {
      const typed = Typed === Array ? [true, false, true, false, true] : new Typed(5);
      const filled = Array.from(typed as ArrayLike<unknown>);
      for (const One of [Aligned, Odd]) {
        const value = One === Odd ? { before: 1, all: typed, after: 2 } : { all: typed };
        const decoded = One.decode(One.encode(value as never)) as { all: unknown };
        assert.deepEqual(decoded.all, filled);
        const short = { ...value, all: new Typed(4) };
        assert.match(
          `${thrownBy(() => One.encode(short as never))}`,
          /all: value has 4 elements, expected 5/,
        );
      }
    });
  }

  it('takes a part of a larger typed array', () => {
    const One = record('One', { before: u8, all: array(f32, 2) }, { layout: 'packed' });
    const part = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    assert.deepEqual(One.decode(One.encode({ before: 0, all: part })).all, [2, 3]);
  });

  it('is set whole or not at all', () => {
    const One = record('One', { all: array(u8, 3) });
    const error = thrownBy(() => One.encode({ all: [1, 256, 3] }));
    assert.match(`${error}`, /^RangeError: Cannot set One\.all\[1\]: value is 256/);
  });
});
