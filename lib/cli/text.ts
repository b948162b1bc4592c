import { isUtf8 } from 'node:buffer';

/** Control, format, surrogate, private and unassigned characters, and line ends a terminal or a log would follow. */
const NOT_PRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };

/**
 * A received message as one line that is safe on a terminal: without its trailing NUL (C programs send it), characters
 * that do not print as `\n`, `\x1b` or `\u{202e}`, and bytes that are not UTF-8 as `\xff`.
 */
export function printable(message: Uint8Array): string {
  const bytes = message.at(-1) === 0 ? message.subarray(0, -1) : message;
  if (isUtf8(bytes)) return escapeText(Buffer.from(bytes).toString('utf8'));
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    text +=
      length === 0
        ? `\\x${bytes[at]!.toString(16).padStart(2, '0')}`
        : escapeText(Buffer.from(bytes.subarray(at, at + length)).toString('utf8'));
    at += length || 1;
  }
  return text;
}

/** Bytes of the UTF-8 character that starts at `at`, or 0 where none does. */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

function escapeText(text: string): string {
  return text.replace(NOT_PRINTABLE, (character) => {
    const code = character.codePointAt(0)!;
    return (
      SHORT[character] ??
      (code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`)
    );
  });
}
