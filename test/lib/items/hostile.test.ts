import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EshmError } from '../../../lib/errors.js';
import { type Item, items } from '../../../lib/items/index.js';
import { anyItems, telemetry, vectors } from './samples.js';

const codec = items();
const read = (hex: string) => codec.decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** A value with its tag and its length, of any size. */
function value(tag: number, ...contents: Uint8Array[]): Buffer {
  const inner = Buffer.concat(contents);
  const head = Buffer.of(tag, 0x84, 0, 0, 0, 0);
  head.writeUInt32BE(inner.length, 2);
  return Buffer.concat([head, inner]);
}

/** A message whose one item is of this type, with this value. */
const message = (type: number, one: Uint8Array, key = Buffer.of(0x0c, 1, 0x6b)) =>
  value(0x30, value(0x30, Buffer.of(2, 1, type)), value(0x30, key), value(0x30, one));

const refuses = (hex: string, message: string | RegExp) =>
  assert.throws(() => read(hex), { name: 'EshmError', code: 'ESHM_CORRUPT', message });

/** Reads what may be no items at all: the items, or the error, which can only be ESHM_CORRUPT with an offset. */
function judge(bytes: Uint8Array): Item[] | EshmError {
  try {
    return codec.decode(bytes);
  } catch (error) {
    if (!(error instanceof EshmError)) throw error;
    assert.equal(error.code, 'ESHM_CORRUPT');
    const [, at] = /^Cannot read items: at byte (\d+) there is ./.exec(error.message)!;
    assert.ok(Number(at) <= bytes.length, error.message);
    return error;
  }
}

describe('items() on bad input', () => {
  it('any bytes are items or ESHM_CORRUPT with an offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void judge(bytes)),
      { numRuns: 3000 },
    );
  });

  it('so are messages with any byte changed, and what is read of them is written and read again', () => {
    const changed = fc.tuple(anyItems('c++'), fc.boolean(), fc.nat(), fc.nat(255));
    let survived = 0;
    fc.assert(
      fc.property(changed, ([given, isCpp, at, byte]) => {
        const bytes = Buffer.from(items(isCpp ? { dialect: 'c++' } : {}).encode(given));
        bytes[at % bytes.length] = byte;
        const found = judge(bytes);
        if (found instanceof EshmError) return;
        survived++;
        try {
          assert.deepEqual(codec.decode(codec.encode(found)), found);
        } catch (error) {
          // An integer may have become one of Python's, which C++ does not read.
          if (!(error instanceof RangeError)) throw error;
          assert.match(error.message, /expected 64 bits at most/);
        }
      }),
      { numRuns: 3000 },
    );
    assert.ok(survived > 300, `${survived} were items still`);
  });

  it('a message that is cut at any byte is ESHM_CORRUPT', () => {
    for (const encoder of ['cpp', 'python'] as const) {
      for (const { bytes, name } of vectors(encoder)) {
        for (let end = 0; end < bytes.length; end++) {
          assert.ok(judge(bytes.subarray(0, end)) instanceof EshmError, `${name}, ${end} bytes`);
        }
      }
    }
  });

  it('looks at nothing behind the message, as the original does', () => {
    for (const { bytes, items } of vectors('cpp')) {
      assert.deepEqual(codec.decode(Buffer.concat([bytes, Buffer.alloc(9)])), items);
    }
  });

  it('says where, what it found, and what it expected', () => {
    refuses('', 'Cannot read items: at byte 0 there is the end of the message, expected the message');
    refuses(
      '48656c6c6f',
      'Cannot read items: at byte 0 there is a tag 48, expected a SEQUENCE (10 or 30): the message',
    );
    refuses(
      '100f 1003020100 10030c016b 1003010100',
      'Cannot read items: at byte 14 there is BOOLEAN (01), expected INTEGER (02): an integer',
    );
  });

  it('takes any form of length up to 8 bytes', () => {
    const expected = [{ type: 'integer', key: 'k', value: 5n }];
    assert.deepEqual(read('100f 1003020100 10030c016b 1003020105'), expected);
    assert.deepEqual(read('7010 50810302 0100 f0030c016b 1003020105'), expected);
    assert.deepEqual(read('30880000000000000016 1003020100 300a0c8700000000000001 6b 9003020105'), expected);
  });

  it('refuses lengths of 9 bytes, indefinite ones, and those beyond the message or the sequence', () => {
    refuses('1089000000000000000000', /at byte 1 there is a length of 9 bytes, expected 8 bytes at most/);
    refuses('10ff', /a length of 127 bytes/);
    refuses('10800000', /at byte 1 there is an indefinite length \(80\)/);
    refuses(
      '1010 1003020100 10030c016b 1003020105',
      /at byte 1 there is a length of 16 bytes, expected 15 at most/,
    );
    refuses('1084ffffffff 100010001000', /at byte 1 there is a length of 4294967295 bytes/);
    refuses('1088ffffffffffffffff 100010001000', /a length of 18446744073709552000 bytes/);
    refuses('1084ffff', /at byte 4 there is the end of the message, expected the length of the message/);
    refuses(
      '100f 1003020100 10030c026b 1003020105',
      /at byte 10 there is a length of 2 bytes, expected 1 at most: a key/,
    );
    refuses(
      '100f 100302010010030c016b 1003020205',
      /at byte 15 there is a length of 2 bytes, expected 1 at most/,
    );
  });

  it('refuses more or fewer keys and values than types', () => {
    refuses(
      '100c 1003020100 1000 1003020105',
      /at byte 9 there is the end of the keys after 0, expected one for each type/,
    );
    refuses('100c 1003020100 10030c016b 1000', /at byte 14 there is the end of the values after 0/);
    refuses('100c 1000 10030c016b 1003020105', /there is another key, expected as many as types \(0\)/);
    refuses('1009 1000 1000 1003020105', /at byte 8 there is another value, expected as many as types \(0\)/);
    refuses('1008 1000 1000 1000 0500', /at byte 8 there is more, expected the end of the message/);
    refuses('1002 1000', /at byte 4 there is the end of the message, expected the keys/);
  });

  it('refuses values that are not what their type says', () => {
    for (const [type, hex, expected] of [
      [0, '0200', /an INTEGER of 0 bytes, expected 1 byte or more/],
      [1, '0100', /a BOOLEAN of 0 bytes, expected 1 byte/],
      [1, '01020000', /a BOOLEAN of 2 bytes/],
      [2, '090103', /a REAL of 1 bytes that begins with 03/],
      [2, '09020300', /a REAL of 2 bytes/],
      [2, '09022e35', /begins with 2e/],
      [2, '0902b000', /a reserved base/],
      [2, '09018f', /a REAL with an exponent of/],
      [2, '0902820001', /./],
      [3, '0400', /OCTET STRING \(04\), expected UTF8String/],
      [4, '0c00', /UTF8String \(0c\), expected OCTET STRING/],
      [5, '10040c01651000', /./],
      [5, '10060c0165 10010c', /./],
      [5, '10090c0165 1004 10020c00', /the end of the message, expected a value/],
      [5, '100b0c0165 1006 10040c00 1000', /SEQUENCE \(10\), expected a value of type integer, boolean/],
      [5, '10070c0165 1000 0500', /more, expected the end of the event/],
      [5, '100d0c0165 1008 10060c00 0500 0500', /NULL \(05\), expected a value of type/],
      [5, '100f0c0165 100a 10070c00 020105 0101', /./],
      [6, '10060c0166 0500', /./],
      [6, '10080c0166 050100 1000', /a NULL with contents/],
      [6, '10070c0166 1000 1000', /expected a value of type/],
      [6, '10090c0166 0500 1002 0500', /expected a value of type/],
      [6, '10090c0166 0500 1000 0500', /more, expected the end of the function call/],
      [7, '1000', /the end of the message, expected a width/],
      [7, '100e 0201ff 020101 020101 020100 0400', /a width of -1, expected 0 to 4294967295/],
      [7, '1010 020101 020101 020101 020100 0400 0500', /more, expected the end of the image frame/],
      [9, '1f8101 00', /a tag of several bytes/],
      [9, '8580', /an indefinite length/],
    ] as const) {
      const bytes = message(type, Buffer.from(hex.replaceAll(' ', ''), 'hex'));
      const found = judge(bytes);
      assert.ok(found instanceof EshmError, hex);
      assert.match(found.message, expected);
    }
  });

  it('reads any byte but 0 as true', () => {
    assert.deepEqual(codec.decode(message(1, Buffer.of(1, 1, 0x40))), [
      { type: 'boolean', key: 'k', value: true },
    ]);
  });

  it('takes integers with bytes they do not need, and of 9 bytes and more, up to 1024', () => {
    const integer = (...bytes: number[]) =>
      codec.decode(message(0, value(2, Buffer.from(bytes)))) as { value: bigint }[];
    assert.equal(integer(0, 0, 0, 0, 5)[0]!.value, 5n);
    assert.equal(integer(0xff, 0xff, 0xff, 0xff, 0xff, 0x80)[0]!.value, -128n);
    assert.equal(integer(0xff, 0x80, 0, 0, 0, 0, 0, 0, 0)[0]!.value, -(2n ** 63n));
    assert.equal(integer(...new Array(1024).fill(0xff))[0]!.value, -1n);
    assert.throws(() => integer(...new Array(1025).fill(0)), {
      code: 'ESHM_CORRUPT',
      message: /1024 at most/,
    });
  });

  it('items of unknown types come as they are, and others survive', () => {
    const given: Item[] = [
      ...(telemetry(1n, 'x') as Item[]),
      { type: 8, key: 'new', bytes: Buffer.from('10050c016b0500', 'hex') },
      { type: -1, key: '', bytes: Buffer.of(0x80, 0) },
      { type: 2 ** 40, key: 'far', bytes: Buffer.from('0500', 'hex') },
      { type: 'boolean', key: 'last', value: true },
    ];
    const bytes = Buffer.from(codec.encode(given));
    assert.deepEqual(codec.decode(bytes), given);
    assert.throws(
      () =>
        codec.decode(message(0, Buffer.of(2, 1, 1)).fill(Buffer.from('02080fffffffffffffff', 'hex'), 12, 15)),
      {
        code: 'ESHM_CORRUPT',
      },
    );
  });

  it('texts that are no UTF-8 come as they are, and go back as they came', () => {
    const bad = Buffer.of(0x0c, 2, 0x67, 0xfc);
    const parts = [
      message(3, bad),
      message(5, value(0x30, bad, value(0x30))),
      message(5, value(0x30, Buffer.of(0x0c, 0), value(0x30, value(0x30, bad, Buffer.of(2, 1, 3))))),
      message(5, value(0x30, Buffer.of(0x0c, 0), value(0x30, value(0x30, Buffer.of(0x0c, 0), bad)))),
      message(6, value(0x30, bad, Buffer.of(5, 0), value(0x30))),
      message(6, value(0x30, Buffer.of(0x0c, 0), bad, value(0x30))),
      message(6, value(0x30, Buffer.of(0x0c, 0), Buffer.of(5, 0), value(0x30, bad, Buffer.of(2, 1, 3)))),
    ];
    for (const bytes of parts) {
      const found = codec.decode(bytes);
      const [item] = found;
      assert.equal(typeof item!.type, 'number');
      assert.deepEqual(items({ dialect: 'c++' }).encode(found), bytes);
      bytes.fill(0);
      assert.ok('bytes' in item! && item.bytes.length > 3 && item.bytes[0] !== 0, 'memory of its own');
    }
  });

  it('a key that is no UTF-8 is ESHM_CORRUPT', () => {
    assert.throws(() => codec.decode(message(0, Buffer.of(2, 1, 5), Buffer.of(0x0c, 1, 0xff))), {
      code: 'ESHM_CORRUPT',
      message: /a key that is not UTF-8/,
    });
  });

  it('nesting means nothing: a sequence of twenty thousand sequences is one value', () => {
    const depth = 20_000;
    const bytes = Buffer.alloc(depth * 5);
    for (let i = 0; i < depth; i++) {
      bytes[i * 5] = 0x30;
      bytes[i * 5 + 1] = 0x83;
      bytes.writeUIntBE((depth - 1 - i) * 5, i * 5 + 2, 3);
    }
    for (const type of [0, 3, 5, 6, 7]) assert.ok(judge(message(type, bytes)) instanceof EshmError);
    const [item] = codec.decode(message(40, bytes));
    assert.deepEqual(item, { type: 40, key: 'k', bytes });
    assert.ok(judge(bytes) instanceof EshmError);
  });

  it('carries 4096 items, a key of 64 KiB, and two of one key', () => {
    const many = Array.from({ length: 4096 }, (_, i) => ({
      type: 'integer' as const,
      key: `k${i % 4000}`,
      value: BigInt(i),
    }));
    assert.deepEqual(codec.decode(codec.encode(many)), many);
    const long = [{ type: 'string' as const, key: 'k'.repeat(2 ** 16), value: 'x' }];
    assert.deepEqual(codec.decode(codec.encode(long)), long);
  });

  it('refuses what is no bytes', () => {
    for (const wrong of ['text', null, [0x10], new ArrayBuffer(2)]) {
      assert.throws(() => codec.decode(wrong as never), {
        name: 'TypeError',
        message: /^Cannot read items: the message is/,
      });
    }
    assert.deepEqual(codec.decode(new Uint8Array(Buffer.from('1006100010001000', 'hex'))), []);
  });
});
