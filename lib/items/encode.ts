import { isUint8Array } from 'node:util/types';
import { describe } from '../../layout/describe.js';
import { elementSize } from './element.js';
import { Refusals } from './refusals.js';
import {
  type Dialect,
  type EventValue,
  type FunctionCallValue,
  type GivenItem,
  type GivenSimpleItem,
  type GivenSimpleValue,
  type ImageFrameValue,
  TYPES,
  type UnknownItem,
} from './types.js';
import { BackwardWriter, fits64 } from './writer.js';

const NUMBERS: ReadonlyMap<unknown, number> = new Map(TYPES.map((type, number) => [type, number]));

/** The highest number of a type that the pure Python encoder knows. */
const LAST_OF_PYTHON = 4;

/**
 * Hot path: items to bytes. Its memory is used again for the next message. A message is written from its end, so of two
 * mistakes the last is told.
 *
 * Belongs to one thread.
 */
export class ItemEncoder {
  readonly #dialect: Dialect | undefined;
  readonly #refusals = new Refusals();
  #idle: BackwardWriter | undefined;
  #writer: BackwardWriter;

  constructor(dialect: Dialect | undefined) {
    this.#dialect = dialect;
    this.#writer = new BackwardWriter(dialect);
    this.#idle = this.#writer;
  }

  /** As {@link ItemsCodec.encode}. */
  encode(items: readonly GivenItem[]): Buffer {
    if (!Array.isArray(items)) {
      throw new TypeError(
        `Cannot write items: the message is ${describe(items)}, expected an array of items; fromObject() makes one of an object`,
      );
    }
    // Taken while it is in use: a getter of an item may encode something else meanwhile.
    const outer = this.#writer;
    this.#writer = this.#idle ?? new BackwardWriter(this.#dialect);
    this.#idle = undefined;
    try {
      this.#message(items);
      return this.#writer.message();
    } finally {
      this.#idle = this.#writer;
      this.#writer = outer;
    }
  }

  #message(items: readonly GivenItem[]): void {
    const writer = this.#writer;
    writer.begin();
    for (let i = items.length - 1; i >= 0; i--) this.#item(items[i]!, i);
    writer.sequence(0);
    let sizeBefore = writer.size;
    for (let i = items.length - 1; i >= 0; i--) {
      this.#place(i, '');
      this.#text(items[i]!.key, 'key');
    }
    writer.sequence(sizeBefore);
    sizeBefore = writer.size;
    for (let i = items.length - 1; i >= 0; i--) {
      const { type } = items[i]!;
      writer.integer(typeof type === 'number' ? type : NUMBERS.get(type)!);
    }
    writer.sequence(sizeBefore);
    writer.sequence(0);
  }

  #item(item: GivenItem, index: number): void {
    this.#place(index, '');
    this.#object(item, 'an object with type, key, value');
    const { type } = item;
    if (this.#dialect === 'python' && NUMBERS.get(type)! > LAST_OF_PYTHON) {
      throw this.#refusals.notInPython(`${type}`);
    }
    if (typeof type === 'number') this.#unknown(item as UnknownItem);
    else if (type === 'event') this.#event(item.value);
    else if (type === 'functionCall') this.#functionCall(item.value);
    else if (type === 'imageFrame') this.#imageFrame(item.value);
    else this.#simple(item);
  }

  #simple({ type, value }: GivenSimpleItem): void {
    if (type === 'integer') {
      if (typeof value !== 'bigint' && typeof value !== 'number') {
        throw this.#refusals.wrong(value, 'a bigint or a whole number');
      }
      this.#integer(value);
    } else if (type === 'boolean') {
      if (typeof value !== 'boolean') throw this.#refusals.wrong(value, 'true or false');
      this.#writer.boolean(value);
    } else if (type === 'real') {
      if (typeof value !== 'number') throw this.#refusals.wrong(value, 'a number');
      this.#writer.real(value);
    } else if (type === 'string') {
      if (typeof value !== 'string') throw this.#refusals.wrong(value, 'a string');
      this.#writer.text(value);
    } else if (type === 'binary') this.#octets(value);
    else throw this.#refusals.unknownType(type);
  }

  /** A value that has only its tag to say what it is. */
  #value(value: GivenSimpleValue): void {
    if (typeof value === 'bigint') this.#integer(value);
    else if (typeof value === 'number') this.#writer.real(value);
    else if (typeof value === 'boolean') this.#writer.boolean(value);
    else if (typeof value === 'string') this.#writer.text(value);
    else if (isUint8Array(value)) this.#writer.octets(value);
    else throw this.#refusals.wrong(value, 'a bigint, number, boolean, string or Uint8Array');
  }

  #integer(value: bigint | number): void {
    if (typeof value === 'number' && value === (value | 0)) {
      this.#writer.integer(value);
      return;
    }
    if (typeof value === 'number' && !Number.isInteger(value)) throw this.#refusals.notWhole(value);
    const whole = BigInt(value);
    if (!fits64(whole) && this.#dialect !== 'python') throw this.#refusals.tooWide(whole);
    this.#writer.bigint(whole);
  }

  #octets(value: Uint8Array): void {
    if (!isUint8Array(value)) throw this.#refusals.wrong(value, 'a Uint8Array');
    this.#writer.octets(value);
  }

  #event(event: EventValue<GivenSimpleItem>): void {
    this.#object(event, 'an object with name, parameters');
    const { name, parameters } = event;
    this.#list(parameters, 'the parameters of ', 'an array of items; fromObject() makes one of an object');
    const writer = this.#writer;
    const index = this.#refusals.index;
    const outer = writer.size;
    for (let i = parameters.length - 1; i >= 0; i--) {
      const sizeBefore = writer.size;
      const parameter = parameters[i]!;
      this.#place(index, `parameter ${i} of `);
      this.#object(parameter, 'an object with type, key, value');
      this.#simple(parameter);
      this.#text(parameter.key, 'key');
      writer.sequence(sizeBefore);
    }
    writer.sequence(outer);
    this.#place(index, '');
    this.#text(name, 'name');
    writer.sequence(outer);
  }

  #functionCall(call: FunctionCallValue<GivenSimpleValue>): void {
    this.#object(call, 'an object with name, arguments');
    const { name, arguments: values, result } = call;
    this.#list(values, 'the arguments of ', 'an array');
    const writer = this.#writer;
    const index = this.#refusals.index;
    const outer = writer.size;
    for (let i = values.length - 1; i >= 0; i--) {
      this.#place(index, `argument ${i} of `);
      this.#value(values[i]!);
    }
    writer.sequence(outer);
    this.#place(index, 'the result of ');
    if (result === undefined) writer.null();
    else this.#value(result);
    this.#place(index, '');
    this.#text(name, 'name');
    writer.sequence(outer);
  }

  #imageFrame(image: ImageFrameValue<Uint8Array, bigint | number>): void {
    this.#object(image, 'an object with width, height, channels, timestampNs, data');
    const { width, height, channels, timestampNs, data } = image;
    const { index } = this.#refusals;
    const outer = this.#writer.size;
    this.#place(index, 'data of ');
    this.#octets(data);
    this.#place(index, 'timestampNs of ');
    if (typeof timestampNs !== 'bigint' && typeof timestampNs !== 'number') {
      throw this.#refusals.wrong(timestampNs, 'a bigint or a whole number');
    }
    if (typeof timestampNs === 'number' && !Number.isInteger(timestampNs)) {
      throw this.#refusals.notWhole(timestampNs);
    }
    const timestamp = BigInt(timestampNs);
    if (timestamp !== BigInt.asUintN(64, timestamp)) throw this.#refusals.out(timestamp, 2n ** 64n - 1n);
    // C++ has it unsigned and writes it signed.
    this.#writer.bigint(BigInt.asIntN(64, timestamp));
    this.#extent(channels, index, 'channels of ');
    this.#extent(height, index, 'height of ');
    this.#extent(width, index, 'width of ');
    this.#writer.sequence(outer);
  }

  #extent(value: number, index: number, part: string): void {
    this.#place(index, part);
    if (typeof value !== 'number') throw this.#refusals.wrong(value, 'a number');
    if (value !== value >>> 0) throw this.#refusals.out(value, 2 ** 32 - 1);
    this.#writer.integer(value);
  }

  #unknown({ type, bytes }: UnknownItem): void {
    if (!Number.isSafeInteger(type)) throw this.#refusals.unknownType(type);
    if (!isUint8Array(bytes)) {
      throw this.#refusals.wrong(bytes, 'a Uint8Array as its bytes, because its type is a number');
    }
    const size = elementSize(bytes);
    if (size === 0 || size !== bytes.length) throw this.#refusals.notOneValue(bytes.length, size);
    this.#writer.raw(bytes);
  }

  #place(index: number, part: string): void {
    this.#refusals.index = index;
    this.#refusals.part = part;
  }

  #object(value: object, expected: string): void {
    if (typeof value !== 'object' || value === null) throw this.#refusals.wrong(value, expected);
  }

  #list(values: readonly unknown[], part: string, expected: string): void {
    if (Array.isArray(values)) return;
    this.#refusals.part = part;
    throw this.#refusals.wrong(values, expected);
  }

  #text(value: string, name: string): void {
    if (typeof value === 'string') this.#writer.text(value);
    else {
      this.#refusals.part = `the ${name} of ${this.#refusals.part}`;
      throw this.#refusals.wrong(value, 'a string');
    }
  }
}
