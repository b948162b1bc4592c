import assert from 'node:assert/strict';
import fc from 'fast-check';
import { printable } from '../../lib/cli/text.js';
describe('printable', () => {
    const cases = [
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
        fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
            assert.doesNotMatch(printable(bytes), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }));
    });
});
//# sourceMappingURL=text.test.js.map