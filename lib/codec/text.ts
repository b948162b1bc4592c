import { isUtf8 } from 'node:buffer';
import { toBytes } from '../channel/index.js';
import { EshmError } from '../errors.js';
import type { WireDecoder, WireEncoder } from './codec.js';

/**
 * What messages are to a program. `'cstring'`: text that ends with one NUL on the wire, as C++ programs have it.
 * `'utf8'`: text without one, as the Python examples have it. `null`: bytes as they are.
 */
export type Encoding = 'cstring' | 'utf8' | null;

/** What a read returns under an encoding. */
export type DataOf<E extends Encoding> = E extends null ? Buffer : string;

/** Text, or bytes that are one. */
interface TextCodec extends WireEncoder, WireDecoder {
  decode(message: Buffer): string;
}

const utf8: TextCodec = {
  encode: toBytes,
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
    const isText = typeof data === 'string';
    const given = isText ? data : toBytes(data);
    const size = isText ? Buffer.byteLength(data) : given.length;
    const bytes = Buffer.allocUnsafe(size + 1);
    if (typeof given === 'string') bytes.write(given);
    else bytes.set(given);
    bytes[size] = 0;
    return bytes;
  },
  decode(message) {
    const end = message.indexOf(0);
    return message.toString('utf8', 0, end < 0 ? message.length : end);
  },
};

/** The codec of an encoding; `undefined` for bytes as they are. */
export function textCodec(encoding: Encoding): TextCodec | undefined {
  if (encoding === null) return undefined;
  return encoding === 'utf8' ? utf8 : cstring;
}
