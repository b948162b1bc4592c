import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  array,
  bool,
  enumeration,
  f64,
  flags,
  i8,
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

/** A record with one field of a kind, each way. */
function one<K extends Kind>(kind: K) {
  const One = record('One', { it: kind });
  return {
    read: (...bytes: number[]) => (One.decode(Uint8Array.from(bytes)) as { it: unknown }).it,
    write: (it: unknown) => [...One.encode({ it } as never)],
  };
}

describe('enumeration()', () => {
  it('reads a number without a name as that number, and writes it', () => {
    const mode = one(enumeration(u8, { idle: 0, moving: 3 }));
    assert.deepEqual([mode.read(0), mode.read(3), mode.read(9)], ['idle', 'moving', 9]);
    assert.deepEqual([mode.write('moving'), mode.write(9), mode.write(3)], [[3], [9], [3]]);
  });

  it('closed, refuses such a number both ways', () => {
    const mode = one(enumeration(u8, { idle: 0, moving: 3 }, { closed: true }));
    const error = thrownBy<Error & { code?: string }>(() => mode.read(9));
    assert.match(
      error.message,
      /^Cannot read One\.it: value is 9, expected one of idle \(0\), moving \(3\)$/,
    );
    assert.equal(error.code, 'ESHM_CORRUPT');
    assert.match(
      `${thrownBy(() => mode.write(3))}`,
      /^TypeError: Cannot set One\.it: value is of type number, expected one of idle/,
    );
  });

  it('of several names for a number, reads the first and writes each', () => {
    const mode = one(enumeration(u8, { first: 0, idle: 0, moving: 1 }));
    assert.equal(mode.read(0), 'first');
    assert.deepEqual([mode.write('first'), mode.write('idle')], [[0], [0]]);
  });

  it('takes negative numbers', () => {
    const mode = one(enumeration(i8, { fault: -2, ok: 0 }));
    assert.deepEqual([mode.read(0xfe), mode.read(0xff)], ['fault', -1]);
    assert.deepEqual([mode.write('fault'), mode.write(-1)], [[0xfe], [0xff]]);
  });

  it('of 64 bits, has bigints', () => {
    const big = one(enumeration(u64, { none: 0n, top: 2n ** 63n }));
    assert.equal(big.read(0, 0, 0, 0, 0, 0, 0, 0x80), 'top');
    assert.equal(big.read(5, 0, 0, 0, 0, 0, 0, 0), 5n);
    assert.deepEqual(big.write(5n), [5, 0, 0, 0, 0, 0, 0, 0]);
    const signed = one(enumeration(i64, { low: -1n }));
    assert.equal(signed.read(...new Array(8).fill(0xff)), 'low');
  });

  it('keeps a name that objects have already', () => {
    const odd = one(enumeration(u8, { ['__proto__']: 1, constructor: 2, toString: 3 }));
    assert.deepEqual([odd.read(1), odd.read(2), odd.read(3)], ['__proto__', 'constructor', 'toString']);
    assert.deepEqual(odd.write('__proto__'), [1]);
    assert.throws(() => odd.write('hasOwnProperty'), /value is 'hasOwnProperty'/);
  });

  it('lists no more than some names in an error', () => {
    const values = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`n${i}`, i]));
    assert.throws(() => one(enumeration(u8, values)).write('x'), /n15 \(15\) and 84 more, or an integer/);
  });

  it('gives back every byte that was read, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.integer({ min: -128, max: 127 }), { minKeys: 1 }),
        fc.integer({ min: 0, max: 255 }),
        (values, byte) => {
          const mode = one(enumeration(i8, values));
          assert.deepEqual(mode.write(mode.read(byte)), [byte]);
        },
      ),
    );
  });
});

describe('flags()', () => {
  const status = one(flags(u8, { none: 0, armed: 1, failed: 4, both: 5, field: 0x30 }));

  it('reads the names whose bits are set, then the other bits', () => {
    assert.deepEqual(status.read(0), []);
    assert.deepEqual(status.read(1), ['armed']);
    assert.deepEqual(status.read(0x45), ['armed', 'failed', 0x40]);
    assert.deepEqual(status.read(0x30), ['field']);
    assert.deepEqual(status.read(0x10), [0x10]);
  });

  it('writes names and numbers together, in any order, from an array or a set', () => {
    assert.deepEqual(status.write(['failed', 0x40, 'armed']), [0x45]);
    assert.deepEqual(status.write(new Set(['both'])), [5]);
    assert.deepEqual(status.write([]), [0]);
    assert.deepEqual(status.write(['none']), [0]);
  });

  it('knows the top bit of signed kinds', () => {
    const signed = one(flags(i8, { top: -128, low: 1 }));
    assert.deepEqual(signed.read(0x83), ['top', 'low', 2]);
    assert.deepEqual(signed.write(['top', 'low', 2]), [0x83]);
    assert.deepEqual(one(flags(i32, { low: 1 })).read(0, 0, 0, 0x80), [-(2 ** 31)]);
  });

  it('of 64 bits, has bigints', () => {
    const wide = one(flags(u64, { low: 1n, top: 2n ** 63n }));
    const bytes = [3, 0, 0, 0, 0, 0, 0, 0x80];
    assert.deepEqual(wide.read(...bytes), ['low', 'top', 2n]);
    assert.deepEqual(wide.write(['top', 2n, 'low']), bytes);
  });

  for (const [what, value, expected] of [
    [
      'an unknown name',
      ['nope'],
      /^RangeError: Cannot set One\.it: value has 'nope', expected one of none \(0\)/,
    ],
    [
      'a number that is too large',
      [256],
      /^RangeError: Cannot set One\.it: value has 256, expected an integer/,
    ],
    [
      'a string',
      'armed',
      /^TypeError: Cannot set One\.it: value is of type string, expected an array or a set/,
    ],
    ['a number', 1, /^TypeError: Cannot set One\.it: value is of type number/],
    ['null', null, /^TypeError: Cannot set One\.it: value is null/],
    ['an object within', [{}], /^RangeError: Cannot set One\.it: value has of class Object/],
  ] as const) {
    it(`refuses ${what}`, () => assert.match(`${thrownBy(() => status.write(value))}`, expected));
  }

  it('gives back every number that was read, whatever the names', () => {
    for (const [kind, bits, signed] of [
      [u8, 8, false],
      [i8, 8, true],
      [u16, 16, false],
      [u32, 32, false],
      [i32, 32, true],
      [u64, 64, false],
      [i64, 64, true],
    ] as const) {
      const least = signed ? -(2n ** BigInt(bits - 1)) : 0n;
      const numbers = fc.bigInt(least, least + 2n ** BigInt(bits) - 1n);
      const as = (value: bigint) => (bits === 64 ? value : Number(value));
      fc.assert(
        fc.property(fc.array(numbers, { minLength: 1, maxLength: 6 }), numbers, (values, value) => {
          const names = Object.fromEntries(values.map((one, i) => [`n${i}`, as(one)]));
          const Set_ = record('Set', {
            set: flags(kind as typeof u8, names as Record<string, number>),
            n: kind,
          });
          const bytes = Set_.encode({ set: [as(value)], n: as(value) } as never);
          const { set, n } = Set_.decode(bytes);
          assert.equal(n, as(value));
          assert.deepEqual(Set_.encode({ set, n } as never), bytes);
        }),
        { numRuns: 50 },
      );
    }
  });
});

describe('kinds with names refuse', () => {
  for (const make of [enumeration, flags] as unknown as (typeof flags)[]) {
    for (const [what, declare, expected] of [
      ['floats', () => make(f64 as never, { a: 1 }), /kind is f64, expected an integer$/],
      ['flags of a byte', () => make(bool as never, { a: 1 }), /kind is bool, expected an integer/],
      ['what is no kind', () => make(5 as never, { a: 1 }), /kind is of type number, expected an integer/],
      ['an array', () => make(array(u8, 2) as never, { a: 1 }), /kind is array/],
      ['no names', () => make(u8, {}), /it has no names/],
      ['names that are none', () => make(u8, null as never), /values is null, expected names and numbers/],
      [
        'a number out of range',
        () => make(u8, { a: 256 }),
        /a is 256, expected an integer from 0 to 255 \(u8\)/,
      ],
      ['a fraction', () => make(u8, { a: 0.5 }), /a is 0.5, expected an integer/],
      [
        'a number for a bigint',
        () => make(u64, { a: 1 } as never),
        /a is 1, expected a bigint from 0 to 18446744073709551615 \(u64\)/,
      ],
      ['a bigint for a number', () => make(u8, { a: 1n } as never), /a is 1n, expected an integer/],
    ] as const) {
      it(`${what} for ${make.name}`, () => assert.match(`${thrownBy(declare)}`, expected));
    }
  }

  it('an unknown option, and another value of it', () => {
    assert.throws(() => enumeration(u8, { a: 1 }, { open: true } as never), /there is no option 'open'/);
    assert.throws(
      () => enumeration(u8, { a: 1 }, { closed: 1 } as never),
      /closed is of type number, expected/,
    );
    assert.throws(() => enumeration(u8, { a: 1 }, null as never), /options is null, expected an object/);
    assert.throws(() => flags(u8, { a: 1 }, { closed: true } as never), {
      message:
        "Cannot declare flags: there is no option 'closed', expected one of 'name', 'namespace', 'scoped'",
    });
  });

  it('a name, a namespace and a scope that C++ cannot have', () => {
    for (const [options, message] of [
      [{ name: 'a b' }, "its name is 'a b', expected letters, digits and _ only, no digit first"],
      [{ name: 5 }, 'its name is of type number, expected a string'],
      [{ namespace: 'a:b' }, "namespace is 'a:b', expected names as C++ has them, for example 'robot::arm'"],
      [{ namespace: null }, 'namespace is null, expected a string'],
      [{ scoped: 1 }, 'scoped is of type number, expected true or false'],
    ] as const) {
      assert.throws(() => enumeration(u8, { a: 1 }, options as never), {
        message: `Cannot declare enumeration: ${message}`,
      });
      assert.throws(() => flags(u8, { a: 1 }, options as never), {
        message: `Cannot declare flags: ${message}`,
      });
    }
    assert.throws(
      () => record('R', { a: u8 }, { namespace: '::a' }),
      /^RangeError: Cannot declare R: namespace is '::a'/,
    );
    const { name, namespace, scoped } = flags(u8, { a: 1 }, { name: 'F', namespace: 'a::b', scoped: true });
    assert.deepEqual([name, namespace, scoped], ['F', 'a::b', true]);
    assert.equal(record('R', { a: u8 }, { namespace: 'a::b' }).namespace, 'a::b');
    assert.deepEqual([enumeration(u8, { a: 1 }).name, record('R', { a: u8 }).namespace], [undefined, '']);
  });
});
