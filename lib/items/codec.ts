import { describe } from '../../layout/describe.js';
import { checkOptions, NO_OPTIONS } from '../checks/index.js';
import { ItemDecoder } from './decode.js';
import { ItemEncoder } from './encode.js';
import type { Dialect, GivenItem, Item } from './types.js';

/** Options of {@link items}. */
export interface ItemsOptions {
  /** Whose bytes to write; those that all decoders of the original read, if not set. Both are read always. */
  readonly dialect?: Dialect | undefined;
}

const ITEMS_OPTIONS: Readonly<Record<keyof ItemsOptions, true>> = { dialect: true };

/** Messages as lists of items. Belongs to one thread. */
export interface ItemsCodec {
  /**
   * The bytes of items.
   *
   * @param items - what to write; `fromObject` makes them of an object
   * @returns the message, in memory that the next call uses again: write or copy it before that
   * @throws {TypeError} for what is no list of items, or a value that is not of its item's type
   * @throws {RangeError} for an unknown type, a number that does not fit, and what the dialect cannot say
   */
  encode(items: readonly GivenItem[]): Buffer;
  /**
   * The items of a message, in either dialect.
   *
   * @param message - nothing of it is kept
   * @throws {TypeError} for what is no Uint8Array
   * @throws {EshmError} ESHM_CORRUPT for bytes that are no items, with the offset of the byte that shows it
   */
  decode(message: Uint8Array): Item[];
}

/**
 * A codec for messages of the original's data handler, as the C++ and Python programs of ESHM 1.0 send them: typed values
 * with a key.
 *
 * Without a `dialect` it writes what all of them read: the C++ decoder, and the pure Python one, which knows simple types
 * only.
 *
 * @param options - whose bytes to write
 * @throws {TypeError | RangeError} for other options
 *
 * @example
 * const codec = items();
 * const bytes = codec.encode([
 *   { type: 'integer', key: 'counter', value: 42n },
 *   { type: 'real', key: 'temperature', value: 21.5 },
 * ]);
 * toObject(codec.decode(bytes)).temperature; // 21.5
 */
export function items(options: ItemsOptions = NO_OPTIONS): ItemsCodec {
  const { dialect } = checkOptions('make a codec of items', options, ITEMS_OPTIONS);
  if (dialect !== undefined && dialect !== 'c++' && dialect !== 'python') {
    const expected = `expected 'c++' or 'python'`;
    if (typeof dialect !== 'string') {
      throw new TypeError(`Cannot make a codec of items: dialect is ${describe(dialect)}, ${expected}`);
    }
    throw new RangeError(`Cannot make a codec of items: dialect is '${dialect}', ${expected}`);
  }
  const encoder = new ItemEncoder(dialect);
  const decoder = new ItemDecoder();
  return {
    encode: (items) => encoder.encode(items),
    decode: (message) => decoder.decode(message),
  };
}
