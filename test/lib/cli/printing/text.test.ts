import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asText, escapeText, isReadable, printable, showMessage } from '../../../../lib/cli/printing/text.js';

/** What a terminal acts on, or does not show. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const anyBytes = fc.uint8Array({ maxLength: 64 });

describe('printable()', () => {
  const cases: [what: string, bytes: Uint8Array, text: string][] = [
    ['text', Buffer.from('Grüße, 世界 🙂'), 'Grüße, 世界 🙂'],
    ['one trailing NUL', Buffer.from('hello\0'), 'hello'],
    ['a NUL inside', Buffer.from('a\0b\0\0'), 'a\\0b\\0'],
    ['nothing', Buffer.alloc(0), ''],
    ['line ends and tabs', Buffer.from('a\r\n\tb'), 'a\\r\\n\\tb'],
    ['an escape sequence', Buffer.from('\x1b[2J'), '\\x1b[2J'],
    ['a C1 control character', Buffer.from('\u009b2J'), '\\u{9b}2J'],
    ['a bidirectional override', Buffer.from('\u202eabc'), '\\u{202e}abc'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff, 0x62]), 'a\\xffb'],
    ['a character cut short', Buffer.from([0x61, 0xe4, 0xb8]), 'a\\xe4\\xb8'],
    ['text around a bad byte', Buffer.from([0xc3, 0xbc, 0x80, 0xc3, 0xbc]), 'ü\\x80ü'],
    ['a surrogate in UTF-8', Buffer.from([0xed, 0xa0, 0x80]), '\\xed\\xa0\\x80'],
  ];

  for (const [what, bytes, text] of cases) {
    it(`shows ${what}`, () => assert.equal(printable(bytes), text));
  }

  it('never lets a control character through, whatever the bytes', () => {
    fc.assert(fc.property(anyBytes, (bytes) => assert.doesNotMatch(printable(bytes), UNSAFE)));
  });
});

describe('showMessage() and escapeText()', () => {
  it('show text, and escape what a terminal would act on', () => {
    assert.equal(showMessage(Buffer.from('Grüße\n\0')), 'Grüße\\n\\0');
    assert.equal(showMessage(Buffer.from('\x1b]0;owned\x07')), '\\x1b]0;owned\\x07');
    assert.equal(showMessage(Buffer.from([0xff, 0x41])), 'ÿA');
    assert.equal(escapeText('a\u2028b\u200b'), 'a\\u{2028}b\\u{200b}');
  });

  it('double a backslash, so that no two texts look the same', () => {
    assert.equal(escapeText('\\n'), '\\\\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const shown = escapeText(text);
        assert.doesNotMatch(shown, UNSAFE);
        assert.equal(unescaped(shown), text);
      }),
    );
  });

  it('never let a control character through, whatever the bytes', () => {
    fc.assert(fc.property(anyBytes, (bytes) => assert.doesNotMatch(showMessage(bytes), UNSAFE)));
  });

  function unescaped(shown: string): string {
    const names: Record<string, string> = { n: '\n', r: '\r', t: '\t', 0: '\0', '\\': '\\' };
    return shown.replace(/\\(?:x([0-9a-f]{2})|u\{([0-9a-f]+)\}|(.))/gu, (_, byte, point, name) =>
      name === undefined ? String.fromCodePoint(Number.parseInt(byte ?? point, 16)) : names[name]!,
    );
  }
});

describe('asText() and isReadable()', () => {
  it('text is UTF-8, with or without a byte order mark', () => {
    assert.equal(asText(Buffer.from('Grüße')), 'Grüße');
    assert.equal(asText(Buffer.from('\ufeffx')), '\ufeffx');
    assert.equal(asText(Buffer.from([0xc3])), undefined);
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = asText(bytes);
        if (text !== undefined) assert.deepEqual(Buffer.from(text), Buffer.from(bytes));
      }),
    );
  });

  it('a person can read lines, tabs and a final NUL, and no other control character', () => {
    for (const text of ['', 'hello', 'a\r\n\tb', 'hello\0', 'Grüße'])
      assert.ok(isReadable(Buffer.from(text)), text);
    for (const text of ['a\0b', 'a\0\0', '\x1b[31m', '\x07', '\u009b']) {
      assert.ok(!isReadable(Buffer.from(text)), JSON.stringify(text));
    }
    assert.ok(!isReadable(Buffer.from([0xff])));
  });
});
