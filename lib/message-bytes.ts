import { isUint8Array } from 'node:util/types';
import { describe } from '../layout/describe.js';
import { EshmError } from './errors.js';

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
