import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Dialect, fromObject, type GivenItem, items, toObject } from '../../../lib/items/index.js';
import { anyItems, telemetry, vectors } from './samples.js';

const hex = (given: readonly GivenItem[], dialect?: Dialect) =>
  Buffer.from(items({ dialect }).encode(given)).toString('hex');

/** The value of one integer, as a dialect has it. */
const integer = (value: bigint | number, dialect?: Dialect) => {
  const bytes = items({ dialect }).encode([{ type: 'integer', key: '', value }]);
  return bytes.subarray(bytes.indexOf(Buffer.of(0x0c, 0)) + (dialect === 'c++' ? 8 : 4)).toString('hex');
};

describe('items()', () => {
  for (const [encoder, dialect] of [
    ['cpp', 'c++'],
    ['python', 'python'],
  ] as const) {
    const found = vectors(encoder);
    it(`reads all ${found.length} messages of the original's ${encoder} encoder`, () => {
      const codec = items();
      for (const { name, items, bytes } of found) assert.deepEqual(codec.decode(bytes), items, name);
    });

    it(`writes them byte for byte in the dialect '${dialect}'`, () => {
      const codec = items({ dialect });
      for (const { name, items, bytes } of found) {
        assert.equal(codec.encode(items).toString('hex'), bytes.toString('hex'), name);
      }
    });
  }

  it('writes tag 10 and shortest lengths without a dialect, which both decoders read', () => {
    const found = new Map(vectors('python').map(({ name, bytes }) => [name, bytes.toString('hex')]));
    for (const { name, items } of vectors('python')) {
      // The bytes of Python but for its needless byte of sign.
      if (/integer -(128|32768|8388608|2147483648)$/.test(name)) continue;
      assert.equal(hex(items), found.get(name), name);
    }
    assert.equal(hex([{ type: 'integer', key: 'k', value: -128 }]), '100f100302010010030c016b1003020180');
  });

  for (const dialect of [undefined, 'c++', 'python'] as const) {
    it(`what it writes is what it reads (${dialect ?? 'no dialect'})`, () => {
      const codec = items({ dialect });
      fc.assert(
        fc.property(anyItems(dialect), (given) => {
          assert.deepEqual(codec.decode(codec.encode(given)), given);
        }),
        { numRuns: 300 },
      );
    });
  }

  it('keeps -0.0 without a dialect, and writes 0.0 for it in both of the original', () => {
    const item = { type: 'real', key: '', value: -0 } as const;
    for (const [dialect, value] of [
      [undefined, -0],
      ['c++', 0],
      ['python', 0],
    ] as const) {
      const codec = items({ dialect });
      assert.deepEqual(codec.decode(codec.encode([item])), [{ ...item, value }]);
    }
  });

  it('writes integers of 8 bytes at most, from bigints and from whole numbers', () => {
    for (const [value, bytes] of [
      [0, '020100'],
      [-1, '0201ff'],
      [127, '02017f'],
      [128, '02020080'],
      [-129, '0202ff7f'],
      [2 ** 31, '02050080000000'],
      [-(2 ** 31), '020480000000'],
      [2 ** 53, '020720000000000000'],
      [-(2 ** 63), '02088000000000000000'],
    ] as const) {
      assert.equal(integer(value), bytes, `${value}`);
      assert.equal(integer(BigInt(value)), bytes, `${value}n`);
    }
    assert.equal(integer(2n ** 63n - 1n), '02087fffffffffffffff');
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 2 ** 63]) {
      for (const dialect of [undefined, 'c++'] as const) {
        assert.throws(() => integer(value, dialect), {
          name: 'RangeError',
          message: `Cannot write items: item 0 is ${BigInt(value)}, expected 64 bits at most, which is what C++ programs read; the dialect 'python' has no limit`,
        });
      }
    }
  });

  it("writes the integers of Python's encoder, of any size, and reads them", () => {
    assert.equal(integer(-(2n ** 63n), 'python'), '0209ff8000000000000000');
    assert.equal(integer(2n ** 63n, 'python'), '0209008000000000000000');
    assert.equal(integer(-(2n ** 71n), 'python'), '020aff800000000000000000');
    assert.equal(integer(2n ** 64n - 1n, 'python'), '020900ffffffffffffffff');
    const codec = items({ dialect: 'python' });
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), (value) => {
        const item = { type: 'integer', key: 'n', value } as const;
        assert.deepEqual(codec.decode(codec.encode([item])), [item]);
      }),
    );
  });

  it('reads reals in the binary form of X.690 too', () => {
    const real = (contents: string) => {
      const value = Buffer.from(contents, 'hex');
      const bytes = Buffer.concat([
        Buffer.of(0x10, 10 + value.length, 0x10, 3, 2, 1, 2, 0x10, 2, 0x0c, 0, 0x10, 2 + value.length, 9),
        Buffer.of(value.length),
        value,
      ]);
      bytes[1] = bytes.length - 2;
      return toObject(items().decode(bytes))[''];
    };
    assert.equal(real('800003'), 3);
    assert.equal(real('c0ff03'), -1.5);
    assert.equal(real('81fc0001'), 2 ** -1024);
    assert.equal(real('81fbce10000000000000'), 2 ** -1022);
    assert.equal(real('900201'), 64, 'base 8');
    assert.equal(real('a0ff01'), 1 / 16, 'base 16');
    assert.equal(real('8c0001'), 8, 'scaled');
    assert.equal(real('83010405'), 80, 'a counted exponent');
    assert.equal(real('8000'), 0);
  });

  it('copies binary data, and texts of more than one byte a character', () => {
    const codec = items();
    const given = [
      { type: 'binary', key: 'größe', value: Buffer.from('abc') },
      { type: 'string', key: 'x'.repeat(65_536), value: '🤖'.repeat(100) },
    ] as const;
    const bytes = Buffer.from(codec.encode(given));
    const read = codec.decode(bytes);
    bytes.fill(0);
    assert.deepEqual(read, given);
  });

  it('takes what it has read, in any dialect that can say it', () => {
    for (const { items: list, bytes } of vectors('cpp')) {
      const read = items().decode(bytes);
      assert.deepEqual(items().decode(items({ dialect: 'c++' }).encode(read)), list);
    }
  });

  it('uses its memory again for the next message', () => {
    const codec = items();
    const first = codec.encode(telemetry(1, 'a'));
    const second = codec.encode(telemetry(2, 'b'));
    assert.equal(first.buffer, second.buffer);
    assert.deepEqual(toObject(codec.decode(second)).counter, 2n);
  });

  it('lets a getter of an item encode something else', () => {
    const codec = items();
    const item = {
      type: 'integer' as const,
      key: 'outer',
      get value() {
        return BigInt(codec.encode(telemetry(7, 'inner')).length);
      },
    };
    const message = Buffer.from(codec.encode([item, ...telemetry(1, 'x')]));
    assert.equal(codec.decode(message).length, 6);
    assert.equal(toObject(codec.decode(message)).counter, 1n);
  });

  it('refuses what it cannot write, and says which item it was', () => {
    const codec = items();
    const refused = (given: unknown, name: string, message: string | RegExp) =>
      assert.throws(() => codec.encode(given as never), { name, message });
    refused(
      { counter: 1 },
      'TypeError',
      'Cannot write items: the message is of class Object, expected an array of items; fromObject() makes one of an object',
    );
    refused('text', 'TypeError', /the message is of type string, expected an array of items/);
    refused(
      [null],
      'TypeError',
      'Cannot write items: item 0 is null, expected an object with type, key, value',
    );
    refused(
      [...telemetry(1, ''), { type: 'integer', key: 'x', value: '1' }],
      'TypeError',
      /: item 5 is of type string/,
    );
    refused(
      [{ type: 'integer', key: 'x', value: 1.5 }],
      'RangeError',
      /: item 0 is 1.5, expected a whole number/,
    );
    refused([{ type: 'integer', key: 'x', value: Number.NaN }], 'RangeError', /: item 0 is NaN/);
    refused(
      [{ type: 'boolean', key: 'x', value: 1 }],
      'TypeError',
      /: item 0 is of type number, expected true or false/,
    );
    refused(
      [{ type: 'real', key: 'x', value: 1n }],
      'TypeError',
      /: item 0 is of type bigint, expected a number/,
    );
    refused([{ type: 'string', key: 'x', value: 1 }], 'TypeError', /expected a string/);
    refused([{ type: 'binary', key: 'x', value: [1] }], 'TypeError', /of class Array, expected a Uint8Array/);
    refused([{ type: 'integer', key: 1, value: 1 }], 'TypeError', /: the key of item 0 is of type number/);
    refused(
      [{ type: 'int', key: '', value: 1 }],
      'RangeError',
      /: the type of item 0 is 'int', expected one of 'integer'/,
    );
    refused([{ key: '', value: 1 }], 'TypeError', /: the type of item 0 is of type undefined/);
    refused([{ type: 'toString', key: '', value: 1 }], 'RangeError', /: the type of item 0 is 'toString'/);
    refused([{ type: 1.5, key: '', bytes: Buffer.of(5, 0) }], 'RangeError', /: the type of item 0 is 1.5/);
    refused(
      [{ type: 9, key: '', value: 1 }],
      'TypeError',
      /: item 0 is of type undefined, expected a Uint8Array/,
    );
    for (const bytes of [[], [5], [5, 1], [5, 0, 0], [5, 0x80], [5, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0]]) {
      refused(
        [{ type: 9, key: '', bytes: Buffer.from(bytes) }],
        'RangeError',
        /expected one value with its tag and length/,
      );
    }
    refused(
      [{ type: 'event', key: '', value: 'alarm' }],
      'TypeError',
      /: item 0 is of type string, expected an object/,
    );
    refused(
      [{ type: 'event', key: '', value: { name: 'e', parameters: {} } }],
      'TypeError',
      /: the parameters of item 0/,
    );
    const event = (parameter: unknown) => [
      { type: 'event', key: '', value: { name: 'e', parameters: [parameter] } },
    ];
    refused(event(null), 'TypeError', /: parameter 0 of item 0 is null/);
    refused(
      event({ type: 'event', key: '', value: {} }),
      'RangeError',
      /the type of parameter 0 of item 0 is 'event'/,
    );
    refused(event({ type: 'real', value: 1 }), 'TypeError', /the key of parameter 0 of item 0/);
    const call = (value: unknown) => [{ type: 'functionCall', key: '', value }];
    refused(call({ name: 'f' }), 'TypeError', /: the arguments of item 0/);
    refused(
      call({ name: 'f', arguments: [1, {}] }),
      'TypeError',
      /: argument 1 of item 0 is of class Object/,
    );
    refused(call({ name: 'f', arguments: [], result: null }), 'TypeError', /: the result of item 0 is null/);
    refused(call({ arguments: [] }), 'TypeError', /: the name of item 0/);
    const frame = { width: 1, height: 1, channels: 1, timestampNs: 0n, data: Buffer.of(1) };
    const image = (some: object) => [{ type: 'imageFrame', key: '', value: { ...frame, ...some } }];
    refused(image({ width: -1 }), 'RangeError', /: width of item 0 is -1, expected a whole number from 0/);
    refused(image({ height: '1' }), 'TypeError', /: height of item 0/);
    refused(image({ timestampNs: 2n ** 64n }), 'RangeError', /: timestampNs of item 0/);
    refused(image({ timestampNs: 0.5 }), 'RangeError', /: timestampNs of item 0/);
    refused(image({ data: 'x' }), 'TypeError', /: data of item 0/);
    assert.deepEqual(codec.decode(codec.encode([])), [], 'goes on as before');
  });

  it("refuses what Python's encoder does not know in its dialect", () => {
    const event = { type: 'event', key: '', value: { name: 'e', parameters: [] } } as const;
    assert.throws(() => items({ dialect: 'python' }).encode([event]), {
      name: 'RangeError',
      message: /item 0 is an event, expected integer, boolean, real, string or binary/,
    });
  });

  it('refuses other options', () => {
    assert.throws(() => items({ dialect: 'rust' as never }), {
      name: 'RangeError',
      message: "Cannot make a codec of items: dialect is 'rust', expected 'c++' or 'python'",
    });
    assert.throws(() => items({ dialect: 1 as never }), { name: 'TypeError' });
    assert.throws(() => items({ dialekt: 'c++' } as never), {
      name: 'TypeError',
      message: /no option 'dialekt'/,
    });
  });
});

describe('fromObject()', () => {
  it('makes integers of bigints, reals of numbers, also of whole ones, and leaves out undefined', () => {
    const binary = Buffer.of(1);
    assert.deepEqual(fromObject({ a: 42n, b: 42, c: true, d: 'OK', e: binary, f: undefined }), [
      { type: 'integer', key: 'a', value: 42n },
      { type: 'real', key: 'b', value: 42 },
      { type: 'boolean', key: 'c', value: true },
      { type: 'string', key: 'd', value: 'OK' },
      { type: 'binary', key: 'e', value: binary },
    ]);
  });

  it('refuses what is no object, and a value that is none of those', () => {
    for (const wrong of [null, 'text', [1n], 5]) {
      assert.throws(() => fromObject(wrong as never), {
        name: 'TypeError',
        message: /^Cannot make items: found/,
      });
    }
    assert.throws(() => fromObject({ a: 1, nested: {} as never }), {
      name: 'TypeError',
      message:
        "Cannot make items: 'nested' is of class Object, expected a bigint, number, boolean, string or Uint8Array",
    });
    assert.throws(() => fromObject({ nothing: null as never }), {
      name: 'TypeError',
      message: /'nothing' is null/,
    });
  });
});

describe('toObject()', () => {
  it('has the values of simple items, the last of two of one key, and no other', () => {
    const values = toObject([
      { type: 'integer', key: 'a', value: 1n },
      { type: 'string', key: 'a', value: 'last' },
      { type: 'event', key: 'e', value: { name: 'alarm', parameters: [] } },
      { type: 99, key: 'u', bytes: Buffer.of(5, 0) },
      { type: 'real', key: 'b', value: 0.5 },
    ]);
    assert.deepEqual({ ...values }, { a: 'last', b: 0.5 });
  });

  it("takes '__proto__' for a key like any", () => {
    const values = toObject([
      { type: 'string', key: '__proto__', value: 'x' },
      { type: 'boolean', key: 'constructor', value: true },
    ]);
    assert.deepEqual(Object.keys(values), ['__proto__', 'constructor']);
    assert.equal(Object.entries(values)[0]![1], 'x');
    assert.equal(values.toString, undefined);
    assert.equal(Object.getPrototypeOf(values), null);
    assert.deepEqual(
      fromObject(values).map(({ key }) => key),
      ['__proto__', 'constructor'],
    );
  });
});
