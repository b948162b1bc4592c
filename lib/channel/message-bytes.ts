import { isUint8Array } from 'node:util/types';
import { describe } from '../../layout/describe.js';
import { EshmError } from '../errors.js';

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
const TYPED_ARRAY = getPrototypeOf(Uint8Array.prototype);
const getterOf = (name: string) => getOwnPropertyDescriptor(TYPED_ARRAY, name)!.get!;
const [getLength, getBuffer, getByteOffset] = ['length', 'buffer', 'byteOffset'].map(getterOf) as [
  () => number,
  () => ArrayBufferLike,
  () => number,
];

/** How many bytes an array has, whatever its own `length` says: a property can be laid over any array's. */
export function lengthOf(array: Uint8Array): number {
  return getLength.call(array);
}

/**
 * An array of our own over the first `size` bytes of another one, whatever that one's properties say.
 *
 * @throws {TypeError | RangeError} when they are not there
 */
export function viewOf(array: Uint8Array, size: number): Uint8Array {
  return new Uint8Array(getBuffer.call(array), getByteOffset.call(array), size);
}

/**
 * Whether an array's properties are those of every array, so that they will tell of a buffer that was transferred away or
 * has shrunk. Not for subclasses and arrays of other realms, of which that is not known.
 */
export function isPlain(array: Uint8Array): boolean {
  const prototype = getPrototypeOf(array);
  if (prototype !== Uint8Array.prototype && prototype !== Buffer.prototype) return false;
  return !(hasOwn(array, 'length') || hasOwn(array, 'buffer') || hasOwn(array, 'byteOffset'));
}

/**
 * The bytes of what a caller wants written: text as UTF-8, bytes as they are.
 *
 * @throws {TypeError} for anything else
 */
export function toBytes(data: unknown): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  // Of another realm: a vm context, a test runner's sandbox.
  if (isUint8Array(data)) return withLength(data, unreadable);
  throw new TypeError(`Cannot write: data is ${describe(data)}, expected a string or a Uint8Array`);
}

/**
 * An array with these bytes whose `length` is how many there are.
 *
 * @param error - makes the error for an array whose memory is gone, of the size that it says it has
 */
export function withLength(
  array: Uint8Array,
  error: (size: number, cause: unknown) => TypeError,
): Uint8Array {
  const length = lengthOf(array);
  if (array.length === length) return array;
  try {
    return viewOf(array, length);
  } catch (cause) {
    throw error(array.length, cause);
  }
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
    const copy = new Uint8Array(lengthOf(data));
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

/** The error for a target whose `size` bytes cannot be written to. */
export function unfillable(size: number, cause: unknown): TypeError {
  return new TypeError(
    `Cannot read message: the memory of target, which says it has ${size} bytes, is gone or has another size, expected bytes that are still there; the message stays unread`,
    { cause },
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
