import assert from 'node:assert/strict';
import fc from 'fast-check';
import { array, record, text } from '../../../lib/record/index.js';
import { thrownBy } from '../../support/thrown.js';

const Named = record('Named', { name: text(4) });
const Latin = record('Latin', { name: text(4, { encoding: 'latin1' }) });
const Strict = record('Strict', { name: text(4, { invalid: 'refuse' }) });

describe('text()', () => {
  it('takes as many bytes as its field has, and none ends by a NUL then', () => {
    assert.equal(Named.decode(Buffer.from('abcd')).name, 'abcd');
    assert.deepEqual(Named.encode({ name: 'abcd' }), Uint8Array.from(Buffer.from('abcd')));
    assert.deepEqual(Named.encode({ name: 'ää' }), Uint8Array.of(0xc3, 0xa4, 0xc3, 0xa4));
    assert.deepEqual(Named.encode({ name: 'ä' }), Uint8Array.of(0xc3, 0xa4, 0, 0));
    const Char = record('Char', { c: text(1) });
    assert.equal(Char.decode(Char.encode({ c: 'x' })).c, 'x');
  });

  it('is cut nowhere: what is longer is refused', () => {
    assert.throws(() => Named.encode({ name: 'äää' }), /Named\.name: value has 6 bytes, expected 4 at most/);
    assert.throws(() => Named.encode({ name: 'x'.repeat(100) }), /has 100 bytes, expected 4 at most/);
  });

  it('ends at its NUL, and is filled up with NUL', () => {
    assert.equal(Named.decode(Uint8Array.of(0x61, 0, 0x62, 0xff)).name, 'a');
    assert.deepEqual(Named.encode({ name: 'a' }), Uint8Array.of(0x61, 0, 0, 0));
  });

  it('keeps a byte order mark', () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
    assert.deepEqual(Named.encode(Named.decode(bytes)), bytes);
  });

  it('that is no UTF-8, or was cut within a character, comes as its bytes and goes back as they were', () => {
    for (const bytes of [Uint8Array.of(0x61, 0xff, 0, 5), Uint8Array.of(0x61, 0xe2, 0x82, 0)]) {
      const value = Named.decode(bytes);
      assert.deepEqual(value.name, bytes);
      assert.deepEqual(Named.encode(value), bytes);
    }
  });

  it('is ESHM_CORRUPT then, where that is asked for, and such bytes are not written', () => {
    const error = thrownBy<Error & { code?: string }>(() => Strict.decode(Uint8Array.of(0xff, 0, 0, 0)));
    assert.match(error.message, /^Cannot read Strict\.name: its bytes are no UTF-8, expected some$/);
    assert.equal(error.code, 'ESHM_CORRUPT');
    const write = () => Strict.encode({ name: Uint8Array.of(0xff, 0, 0, 0) });
    assert.match(`${thrownBy(write)}`, /^RangeError: Cannot set Strict\.name: its bytes are no UTF-8/);
    assert.deepEqual(Strict.encode({ name: Uint8Array.of(0x61, 0, 0, 0) }), Uint8Array.of(0x61, 0, 0, 0));
  });

  it('in Latin-1 is a character for each byte', () => {
    const bytes = Uint8Array.of(0x80, 0xe9, 0xff, 0x9f);
    assert.equal(Latin.decode(bytes).name, '\u0080\u00e9\u00ff\u009f');
    assert.deepEqual(Latin.encode(Latin.decode(bytes)), bytes);
    assert.throws(() => Latin.encode({ name: '€' }), /Latin\.name: value has '€', which is not in Latin-1/);
    assert.throws(() => Latin.encode({ name: 'abcde' }), /value has 5 bytes, expected 4 at most/);
  });

  it('refuses what would become another text', () => {
    assert.throws(() => Named.encode({ name: 'a\0b' }), /Named\.name: value has a NUL/);
    assert.throws(() => Latin.encode({ name: 'a\0b' }), /Latin\.name: value has a NUL/);
    assert.throws(() => Named.encode({ name: '\ud800' }), /Named\.name: value has half a surrogate pair/);
    assert.throws(() => Named.encode({ name: new Uint8Array(3) }), /value has 3 bytes, expected 4/);
    assert.throws(() => Named.encode({ name: 5 as never }), /expected a string or a Uint8Array of 4 bytes/);
  });

  it('gives back every byte up to the NUL that was read, in arrays too', () => {
    const texts = fc
      .uint8Array({ minLength: 6, maxLength: 6 })
      .map((bytes) => bytes.map((byte, i) => (bytes.subarray(0, i).includes(0) ? 0 : byte)));
    const Texts = record('Texts', {
      utf8: array(text(6), 2),
      latin1: text(6, { encoding: 'latin1' }),
    });
    fc.assert(
      fc.property(texts, texts, texts, (...all) => {
        const bytes = Uint8Array.from(all.flatMap((one) => [...one]));
        assert.deepEqual(Texts.encode(Texts.decode(bytes)), bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('gives back every text that was written', () => {
    const Long = record('Long', { text: text(40) });
    fc.assert(
      fc.property(
        fc
          .string({ unit: 'grapheme', maxLength: 40 })
          .map((one) => one.replaceAll('\0', ''))
          .filter((one) => Buffer.byteLength(one) <= 40),
        (one) => assert.equal(Long.decode(Long.encode({ text: one })).text, one),
      ),
    );
  });

  it('refuses options that are none', () => {
    assert.throws(
      () => text(4, { encoding: 'ascii' as never }),
      /encoding is 'ascii', expected 'utf-8' or 'latin1'/,
    );
    assert.throws(
      () => text(4, { invalid: 'cut' as never }),
      /invalid is 'cut', expected 'bytes' or 'refuse'/,
    );
    assert.throws(
      () => text(4, { size: 5 } as never),
      /there is no option 'size', expected 'encoding' or 'invalid'/,
    );
  });
});
