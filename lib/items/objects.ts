import { isUint8Array } from 'node:util/types';
import { describe } from '../../layout/describe.js';
import type { GivenSimpleItem, GivenSimpleValue, Item, SimpleValue } from './types.js';

/**
 * Items of the simple types from the properties of an object, in their order: a bigint becomes an integer, a number a
 * real, also a whole one (a temperature of 21 is no other type than one of 21.5), bytes become binary.
 *
 * @param values - own enumerable properties are taken; `undefined` ones are left out
 * @throws {TypeError} for a value that is none of those, with its key
 *
 * @example
 * const codec = items();
 * master.write(codec.encode(fromObject({ counter: 42n, temperature: 21.5, enabled: true, status: 'OK' })));
 */
export function fromObject(
  values: Readonly<Record<string, GivenSimpleValue | undefined>>,
): GivenSimpleItem[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    const found = Array.isArray(values) ? 'an array' : describe(values);
    throw new TypeError(`Cannot make items: found what is ${found}, expected an object`);
  }
  const items: GivenSimpleItem[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) items.push(itemOf(key, value));
  }
  return items;
}

function itemOf(key: string, value: GivenSimpleValue): GivenSimpleItem {
  switch (typeof value) {
    case 'bigint':
      return { type: 'integer', key, value };
    case 'boolean':
      return { type: 'boolean', key, value };
    case 'number':
      return { type: 'real', key, value };
    case 'string':
      return { type: 'string', key, value };
  }
  if (isUint8Array(value)) return { type: 'binary', key, value };
  throw new TypeError(
    `Cannot make items: '${key}' is ${describe(value)}, expected a bigint, number, boolean, string or Uint8Array`,
  );
}

/**
 * The values of simple items by their keys, in an object without a prototype, so that no key means anything else. Of two
 * items of one key the last counts, as in the original. Events, function calls, image frames and items of unknown types
 * are left out: look for those in the list.
 *
 * @param items - as they were read
 *
 * @example
 * const codec = items();
 * const bytes = codec.encode([{ type: 'integer', key: 'counter', value: 42 }]);
 * toObject(codec.decode(bytes)).counter; // 42n
 */
export function toObject(items: readonly Item[]): Record<string, SimpleValue> {
  const values: Record<string, SimpleValue> = Object.create(null);
  for (const item of items) {
    switch (item.type) {
      case 'integer':
      case 'boolean':
      case 'real':
      case 'string':
      case 'binary':
        values[item.key] = item.value;
    }
  }
  return values;
}
