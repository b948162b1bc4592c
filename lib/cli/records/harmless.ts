/**
 * What no generated source may show as it is: it would end the line, hide text, or turn its order round on a screen.
 * Controls, line and paragraph separators, marks and overrides of direction, the byte order mark, halves of characters.
 */
const HARMFUL =
  /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** What ends a block comment, and what Python takes for the encoding of a whole file, in its first two lines. */
const ENDS_OR_ENCODES = /\*\/|coding[:=]/g;

/**
 * Foreign text (a file's name, a message) for a comment of a generated source, of one line or a block, in any of the
 * languages that are printed: whatever it holds, it stays within the comment and looks like what it is.
 */
export function inComment(text: string): string {
  return text
    .replace(HARMFUL, escaped)
    .replace(ENDS_OR_ENCODES, (found) => found.slice(0, -1) + escaped(found.slice(-1)));
}

/** Foreign text as a string in quotes, which means the same in JavaScript and in Python. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(HARMFUL, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
