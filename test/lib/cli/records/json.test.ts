import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromJson, toJsonLine } from '../../../../lib/cli/records/json.js';
import {
  type AnyRecord,
  array,
  bytes,
  enumeration,
  f32,
  f64,
  flags,
  i64,
  record,
  text,
  u64,
} from '../../../../lib/record/index.js';
import { thrownBy } from '../../../support/thrown.js';
import { declarations, valuesOf } from '../../record/declarations.js';

/** A record with one field called `it`. */
const one = (kind: Parameters<typeof array>[0]) => record('One', { it: kind }) as AnyRecord;
const read = (kind: Parameters<typeof array>[0], json: string) =>
  (fromJson(one(kind), `{"it":${json}}`) as { it: unknown }).it;

describe('toJsonLine()', () => {
  for (const [value, expected] of [
    [-0, '-0'],
    [{ a: [-0, 0] }, '{"a":[-0,0]}'],
    [Number.NaN, '"NaN"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    [2n ** 53n - 1n, '9007199254740991'],
    [2n ** 53n, '"9007199254740992"'],
    [-(2n ** 53n), '"-9007199254740992"'],
    [-5n, '-5'],
    [Uint8Array.of(1, 255), '[1,255]'],
    [{ text: 'a"\n', on: true }, '{"text":"a\\"\\n","on":true}'],
  ] as const) {
    it(`writes ${expected}`, () => assert.equal(toJsonLine(value), expected));
  }
});

describe('fromJson()', () => {
  it('leaves a key that is no field to the record, which says so, also where it is a misspelt one', () => {
    const inner = record('Inner', { speed: f64 });
    const outer = record('Outer', { id: u64, inner });
    for (const [json, says] of [
      ['{"id":1,"inner":{"speed":1},"more":2}', /^Cannot set Outer\.more: Outer has no such field/],
      ['{"id":1,"inner":{"speed":1,"sped":2}}', /^Cannot set Outer\.inner\.sped: Inner has no such field/],
      ['{"id":1,"inner":{"sped":2}}', /^Cannot set Outer\.inner\.sped: Inner has no such field/],
      ['{"id":1}', /^Cannot set Outer\.inner: it is missing/],
    ] as const) {
      assert.match(thrownBy<Error>(() => outer.encode(fromJson(outer, json) as never)).message, says);
    }
  });

  it('takes 64 bits as numbers while they are exact, and in quotes always', () => {
    assert.equal(read(u64, '5'), 5n);
    assert.equal(read(u64, '"18446744073709551615"'), 2n ** 64n - 1n);
    assert.equal(read(i64, '"-9007199254740993"'), -9007199254740993n);
    assert.deepEqual(read(enumeration(u64, { a: 1n, 7: 2n }), '"a"'), 'a');
    assert.deepEqual(read(enumeration(u64, { a: 1n }), '"7"'), 7n);
    assert.deepEqual(read(flags(u64, { a: 1n }), '["a","9007199254740993"]'), ['a', 9007199254740993n]);
    assert.deepEqual(read(array(u64, 2), '[1,"2"]'), [1n, 2n]);
  });

  for (const [what, kind, json, expected] of [
    [
      'a number that JSON cannot say',
      u64,
      '9007199254740993',
      /^RangeError: Cannot read One\.it: numbers beyond 2\^53 are not exact in JSON, expected one in quotes: "9007199254740993"$/,
    ],
    [
      'such a number in an array',
      array(u64, 2),
      '[1,9007199254740993]',
      /Cannot read One\.it\[1\]: numbers beyond/,
    ],
    [
      'such a number of an enumeration',
      enumeration(u64, { a: 1n }),
      '9007199254740993',
      /One\.it: numbers beyond/,
    ],
    [
      'a number that no float holds',
      f64,
      '1e400',
      /^RangeError: Cannot read One\.it: the number is larger than 64 bits hold, expected a smaller one or "Infinity" in quotes$/,
    ],
    ['a negative one', f32, '-1e400', /expected a smaller one or "-Infinity" in quotes/],
    ['what is no byte', bytes(2), '[1,256]', /Cannot read One\.it: a byte is 256/],
  ] as const) {
    it(`refuses ${what}`, () => assert.match(`${thrownBy(() => read(kind as never, json))}`, expected));
  }

  it('takes what JSON has no word for in quotes, and -0 as it is', () => {
    assert.equal(read(f64, '"Infinity"'), Number.POSITIVE_INFINITY);
    assert.ok(Object.is(read(f64, '-0'), -0));
    assert.deepEqual(read(text(2), '[255,0]'), Uint8Array.of(255, 0));
  });

  it('reads what toJsonLine() writes, whatever the record and the value', () => {
    fc.assert(
      fc.property(
        declarations.chain((one) => fc.tuple(fc.constant(one), valuesOf(one))),
        ([one, value]) => {
          const encoded = one.encode(value);
          const json = toJsonLine(one.decode(encoded));
          assert.deepEqual(one.encode(fromJson(one, json)), encoded);
          assert.equal(toJsonLine(one.decode(one.encode(fromJson(one, json)))), json);
        },
      ),
    );
  });
});
