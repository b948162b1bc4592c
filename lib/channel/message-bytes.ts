import { isUint8Array } from 'node:util/types';
import { describe } from '../../layout/describe.js';
import { EshmError } from '../errors.js';

/**
 * The bytes of what a caller wants written: text as UTF-8, bytes as they are.
 *
 * @throws {TypeError} for anything else
 */
export function toBytes(data: unknown): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  // Of another realm: a vm context, a test runner's sandbox.
  if (isUint8Array(data)) return data;
  throw new TypeError(`Cannot write: data is ${describe(data)}, expected a string or a Uint8Array`);
}

/** The error for a message of `size` bytes where `maxDataSize` fit. */
export function tooLarge(size: number, maxDataSize: number): EshmError {
  return new EshmError(
    'ESHM_BUFFER_TOO_SMALL',
    `Cannot write message: it has ${size} bytes, expected ${maxDataSize} at most (maxDataSize)`,
  );
}

/**
 * A copy of `data` that nobody else has.
 *
 * @throws {TypeError} when its bytes are not there any more
 */
export function copyOf(data: Uint8Array): Uint8Array {
  try {
    const copy = new Uint8Array(data.length);
    copy.set(data);
    return copy;
  } catch (cause) {
    throw unreadable(data.length, cause);
  }
}

/** The error for `data` whose `size` bytes cannot be read. */
export function unreadable(size: number, cause?: unknown): TypeError {
  return new TypeError(
    `Cannot write: the memory of data, which says it has ${size} bytes, is gone or has another size, expected bytes that are still there; an array whose buffer is transferred (postMessage, structuredClone) must be copied before`,
    cause === undefined ? undefined : { cause },
  );
}

/** The error for a message of `size` bytes and a target that has `room`. */
export function tooSmall(room: number, size: number): EshmError {
  return new EshmError(
    'ESHM_BUFFER_TOO_SMALL',
    `Cannot read message: target has ${room} bytes, expected ${size} or more; the message stays unread`,
  );
}

/** The error for a slot that says it holds `size` bytes where `maxDataSize` fit. */
export function corrupt(size: number, maxDataSize: number): EshmError {
  return new EshmError(
    'ESHM_CORRUPT',
    `Cannot read message: dataSize is ${size}, expected ${maxDataSize} at most; the writer is no ESHM peer, or has another maxDataSize`,
  );
}
