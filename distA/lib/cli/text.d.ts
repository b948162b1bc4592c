/** As `escapeUnsafe`, with a backslash doubled, so that what is escaped can be told from what was text. */
export declare function escapeText(text: string): string;
/** The bytes as UTF-8 text, or `undefined` when they are none. */
export declare function asText(bytes: Uint8Array): string | undefined;
/** Whether bytes are text to a person: UTF-8, and no control characters but line ends, tabs and a final NUL. */
export declare function isReadable(bytes: Uint8Array): boolean;
/** A message as one safe line: text where it is UTF-8, else its bytes with what is not ASCII escaped. */
export declare function showMessage(bytes: Uint8Array): string;
/** Rows of offset, bytes in hexadecimal, and ASCII: 78 columns each. */
export declare function hexDump(bytes: Uint8Array): string[];
/**
 * A received message as one line that is safe on a terminal: without its trailing NUL (C programs send it), characters
 * that do not print as `\n`, `\x1b` or `\u{202e}`, and bytes that are not UTF-8 as `\xff`.
 */
export declare function printable(message: Uint8Array): string;
