import { isUint8Array } from 'node:util/types';
import { describe } from '../../layout/describe.js';
import { corrupt } from './corrupt.js';
import { ForwardReader } from './reader.js';
import { BOOLEAN, INTEGER, NULL, OCTET_STRING, REAL, tagText, UTF8_STRING } from './tags.js';
import {
  type EventValue,
  type FunctionCallValue,
  type ImageFrameValue,
  type Item,
  type SimpleItem,
  type SimpleValue,
  TYPES,
} from './types.js';

const NO_BYTES = Buffer.alloc(0);

/** Where a text is no UTF-8. */
const NO_TEXT = Symbol('no text');

/** Hot path: bytes to items, of either dialect and any form of length. Belongs to one thread. */
export class ItemDecoder {
  readonly #reader = new ForwardReader();

  /**
   * @param message - nothing of it is kept
   * @throws {TypeError} for what is no Uint8Array
   * @throws {EshmError} ESHM_CORRUPT for bytes that are no items, with the offset
   */
  decode(message: Uint8Array): Item[] {
    if (!isUint8Array(message)) {
      throw new TypeError(`Cannot read items: the message is ${describe(message)}, expected a Uint8Array`);
    }
    const reader = this.#reader;
    reader.begin(
      Buffer.isBuffer(message)
        ? message
        : Buffer.from(message.buffer, message.byteOffset, message.byteLength),
    );
    try {
      return this.#message(reader);
    } finally {
      reader.begin(NO_BYTES);
    }
  }

  #message(reader: ForwardReader): Item[] {
    // What comes after it the original does not look at either.
    const end = reader.sequence('the message');
    reader.end = end;
    const typesEnd = reader.sequence('the types');
    let typeAt = reader.at;
    reader.at = typesEnd;
    const keysEnd = reader.sequence('the keys');
    let keyAt = reader.at;
    reader.at = keysEnd;
    const valuesEnd = reader.sequence('the values');
    if (valuesEnd !== end)
      throw corrupt(valuesEnd, 'more', 'the end of the message after its three sequences');
    let valueAt = reader.at;
    const items: Item[] = [];
    while (typeAt < typesEnd) {
      reader.at = typeAt;
      reader.end = typesEnd;
      const type = reader.number('a type');
      typeAt = reader.at;
      if (keyAt >= keysEnd)
        throw corrupt(keyAt, `the end of the keys after ${items.length}`, 'one for each type');
      reader.at = keyAt;
      reader.end = keysEnd;
      const key = reader.text('a key');
      if (key === undefined) throw corrupt(keyAt, 'a key that is not UTF-8', 'text');
      keyAt = reader.at;
      if (valueAt >= valuesEnd) {
        throw corrupt(valueAt, `the end of the values after ${items.length}`, 'one for each type');
      }
      reader.at = valueAt;
      reader.end = valuesEnd;
      items.push(this.#item(reader, type, key));
      valueAt = reader.at;
    }
    if (keyAt < keysEnd) throw corrupt(keyAt, 'another key', `as many as types (${items.length})`);
    if (valueAt < valuesEnd) throw corrupt(valueAt, 'another value', `as many as types (${items.length})`);
    return items;
  }

  #item(reader: ForwardReader, type: number, key: string): Item {
    const { at } = reader;
    switch (type) {
      case 0:
        return { type: 'integer', key, value: reader.integer('an integer') };
      case 1:
        return { type: 'boolean', key, value: reader.boolean('a boolean') };
      case 2:
        return { type: 'real', key, value: reader.real('a real') };
      case 3: {
        const value = reader.text('a string');
        if (value !== undefined) return { type: 'string', key, value };
        break;
      }
      case 4:
        return { type: 'binary', key, value: reader.octets('binary data') };
      case 5: {
        const value = this.#event(reader);
        if (value !== NO_TEXT) return { type: 'event', key, value };
        break;
      }
      case 6: {
        const value = this.#functionCall(reader);
        if (value !== NO_TEXT) return { type: 'functionCall', key, value };
        break;
      }
      case 7:
        return { type: 'imageFrame', key, value: this.#imageFrame(reader) };
      default:
        reader.skip('a value of an unknown type');
    }
    // Foreign bytes are data: as they came.
    return { type, key, bytes: reader.copy(at, reader.at) };
  }

  #event(reader: ForwardReader): EventValue | typeof NO_TEXT {
    const outer = reader.end;
    const end = reader.sequence('an event');
    reader.end = end;
    const name = reader.text("an event's name");
    const listEnd = reader.sequence("an event's parameters");
    reader.end = listEnd;
    const parameters: SimpleItem[] = [];
    let isText = name !== undefined;
    while (reader.at < listEnd) {
      const parameter = this.#parameter(reader, listEnd);
      if (parameter === NO_TEXT) isText = false;
      else parameters.push(parameter);
    }
    reader.end = outer;
    if (listEnd !== end) throw corrupt(listEnd, 'more', 'the end of the event after its parameters');
    return isText ? { name: name!, parameters } : NO_TEXT;
  }

  #parameter(reader: ForwardReader, outer: number): SimpleItem | typeof NO_TEXT {
    const end = reader.sequence('a parameter');
    reader.end = end;
    const key = reader.text("a parameter's key");
    const number = typeOf(reader);
    const item = this.#item(reader, number, key ?? '');
    if (reader.at !== end) throw corrupt(reader.at, 'more', 'the end of the parameter after its value');
    reader.end = outer;
    return key === undefined || typeof item.type === 'number' ? NO_TEXT : (item as SimpleItem);
  }

  #functionCall(reader: ForwardReader): FunctionCallValue | typeof NO_TEXT {
    const outer = reader.end;
    const end = reader.sequence('a function call');
    reader.end = end;
    const name = reader.text("a function's name");
    const hasResult = reader.peekTag() !== NULL;
    let result: SimpleValue | typeof NO_TEXT | undefined;
    if (hasResult) result = this.#value(reader);
    else {
      const { at } = reader;
      reader.skip('NULL');
      if (reader.at !== at + 2) throw corrupt(at, 'a NULL with contents', 'none');
    }
    const listEnd = reader.sequence("a function's arguments");
    reader.end = listEnd;
    const values: SimpleValue[] = [];
    let isText = name !== undefined && result !== NO_TEXT;
    while (reader.at < listEnd) {
      const value = this.#value(reader);
      if (value === NO_TEXT) isText = false;
      else values.push(value);
    }
    reader.end = outer;
    if (listEnd !== end) throw corrupt(listEnd, 'more', 'the end of the function call after its arguments');
    if (!isText) return NO_TEXT;
    const call = { name: name!, arguments: values };
    return result === undefined ? call : { ...call, result: result as SimpleValue };
  }

  /** A value that has only its tag to say what it is. */
  #value(reader: ForwardReader): SimpleValue | typeof NO_TEXT {
    switch (typeOf(reader)) {
      case 0:
        return reader.integer('an integer');
      case 1:
        return reader.boolean('a boolean');
      case 2:
        return reader.real('a real');
      case 3:
        return reader.text('a string') ?? NO_TEXT;
      default:
        return reader.octets('binary data');
    }
  }

  #imageFrame(reader: ForwardReader): ImageFrameValue {
    const outer = reader.end;
    const end = reader.sequence('an image frame');
    reader.end = end;
    const width = extent(reader, 'a width');
    const height = extent(reader, 'a height');
    const channels = extent(reader, 'a number of channels');
    const timestampNs = BigInt.asUintN(64, reader.integer('a timestamp'));
    const data = reader.octets('the data of an image frame');
    reader.end = outer;
    if (reader.at !== end) throw corrupt(reader.at, 'more', 'the end of the image frame after its data');
    return { width, height, channels, timestampNs, data };
  }
}

/** The number of the simple type that the next tag says. */
function typeOf(reader: ForwardReader): number {
  const tag = reader.peekTag();
  switch (tag) {
    case INTEGER:
      return 0;
    case BOOLEAN:
      return 1;
    case REAL:
      return 2;
    case UTF8_STRING:
      return 3;
    case OCTET_STRING:
      return 4;
  }
  throw corrupt(reader.at, tagText(tag), `a value of type ${TYPES.slice(0, 5).join(', ')}`);
}

function extent(reader: ForwardReader, what: string): number {
  const { at } = reader;
  const value = reader.number(what);
  if (value === value >>> 0) return value;
  throw corrupt(at, `${what} of ${value}`, `0 to ${2 ** 32 - 1}`);
}
