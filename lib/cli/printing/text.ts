import { isUtf8 } from 'node:buffer';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Control characters, and those that reorder or hide text: a peer's message must not drive the terminal that shows
 * it.
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** `text` with everything that a terminal would act on, or hide, written as an escape. */
function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** As `escapeUnsafe`, with a backslash doubled, so that what is escaped can be told from what was text. */
export function escapeText(text: string): string {
  return escapeUnsafe(text.replaceAll('\\', '\\\\'));
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    case '\0':
      return '\\0';
    default:
      return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  }
}

/** The bytes as UTF-8 text, or `undefined` when they are none. */
export function asText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether bytes are text to a person: UTF-8, and no control characters but line ends, tabs and a final NUL. */
export function isReadable(bytes: Uint8Array): boolean {
  const text = asText(bytes);
  return text !== undefined && !/[^\P{Cc}\n\r\t]/u.test(text.replace(/\0$/, ''));
}

/** A message as one safe line: text where it is UTF-8, else its bytes with what is not ASCII escaped. */
export function showMessage(bytes: Uint8Array): string {
  return escapeText(asText(bytes) ?? Buffer.from(bytes).toString('latin1'));
}

/**
 * A received message as one line that is safe on a terminal: without its trailing NUL (C programs send it), characters
 * that do not print as `\n`, `\x1b` or `\u{202e}`, and bytes that are not UTF-8 as `\xff`.
 */
export function printable(message: Uint8Array): string {
  const bytes = message.at(-1) === 0 ? message.subarray(0, -1) : message;
  if (isUtf8(bytes)) return escapeUnsafe(Buffer.from(bytes).toString('utf8'));
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    text +=
      length === 0
        ? `\\x${bytes[at]!.toString(16).padStart(2, '0')}`
        : escapeUnsafe(Buffer.from(bytes.subarray(at, at + length)).toString('utf8'));
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
