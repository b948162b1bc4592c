import { isUtf8 } from 'node:buffer';
import { EshmError } from './errors.js';

/**
 * What messages are to a program. `'cstring'`: text that ends with one NUL on the wire, as C++ programs have it.
 * `'utf8'`: text without one, as the Python examples have it. `null`: bytes as they are.
 */
export type Encoding = 'cstring' | 'utf8' | null;

/** What a read returns under an encoding. */
export type DataOf<E extends Encoding> = E extends null ? Buffer : string;

/** Both directions of what messages are to a program. */
export interface Codec<Given = unknown, Read = unknown> {
  /** The bytes to put on the wire. Never the caller's own memory where something is added. */
  encode(data: Given): Uint8Array;
  /**
   * What a message is.
   *
   * @throws {EshmError} ESHM_CORRUPT
   */
  decode(message: Buffer): Read;
}

/** A codec of text. Stateless. */
export type TextCodec = Codec<string | Uint8Array, string>;

const utf8: TextCodec = {
  encode: (data) => (typeof data === 'string' ? Buffer.from(data) : data),
  decode(message) {
    if (isUtf8(message)) return message.toString();
    throw new EshmError(
      'ESHM_CORRUPT',
      `Cannot read message: its ${message.length} bytes are not UTF-8, expected text; open without an encoding to read bytes`,
    );
  },
};

const cstring: TextCodec = {
  encode(data) {
    const size = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
    const bytes = Buffer.allocUnsafe(size + 1);
    if (typeof data === 'string') bytes.write(data);
    else bytes.set(data);
    bytes[size] = 0;
    return bytes;
  },
  decode(message) {
    const end = message.indexOf(0);
    return message.toString('utf8', 0, end < 0 ? message.length : end);
  },
};

/** The codec of an encoding; `undefined` for bytes as they are. */
export function codecFor(encoding: Encoding): TextCodec | undefined {
  if (encoding === null) return undefined;
  return encoding === 'utf8' ? utf8 : cstring;
}
