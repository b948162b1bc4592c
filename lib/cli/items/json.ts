import { randomBytes } from 'node:crypto';
import {
  type EventValue,
  type FunctionCallValue,
  fromObject,
  type GivenItem,
  type GivenSimpleItem,
  type GivenSimpleValue,
  type ImageFrameValue,
  type Item,
  type SimpleValue,
} from '../../items/index.js';
import { toJsonLine } from '../records/json.js';

/** Stands before an integer while its text goes through JSON.parse, which would make a double of it. */
const INTEGER = `integer ${randomBytes(8).toString('hex')} `;

/** Strings, which are left alone, and numbers. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * JSON in which an integer is told from a real by how it is written: `42` becomes a bigint, `42.0` and `4.2e1` numbers.
 *
 * @throws {TypeError} for what is no JSON
 */
function parse(json: string): unknown {
  try {
    JSON.parse(json);
  } catch (cause) {
    throw new TypeError(`Cannot read items: ${(cause as Error).message}, expected JSON`, { cause });
  }
  const marked = json.replace(TOKENS, (token) => (/^-?\d+$/.test(token) ? `"${INTEGER}${token}"` : token));
  return JSON.parse(marked, (_key, value) =>
    typeof value === 'string' && value.startsWith(INTEGER) ? BigInt(value.slice(INTEGER.length)) : value,
  );
}

/**
 * Items from JSON: an object with a property for each, or a list of items as {@link toJson} writes it.
 *
 * @throws {TypeError} for what is no JSON, or neither of them; the encoder judges what is in a list
 */
export function fromJson(json: string): readonly GivenItem[] {
  const value = parse(json);
  if (Array.isArray(value)) return value.map(itemOf);
  if (typeof value !== 'object' || value === null) {
    throw new TypeError('Cannot read items: expected an object, or a list of items with type, key, value');
  }
  return fromObject(value as Readonly<Record<string, GivenSimpleValue>>);
}

type Fields = Readonly<Record<string, unknown>>;

function itemOf(given: unknown): GivenItem {
  if (typeof given !== 'object' || given === null) return given as GivenItem;
  const { type, key, value, bytes } = given as Fields;
  // Judged by the encoder.
  if (type !== 'binary' && (value === null || (typeof value !== 'object' && isCompound(type))))
    return given as GivenItem;
  if (typeof type === 'bigint') return { type: Number(type), key, bytes: bytesOf(bytes) } as GivenItem;
  switch (type) {
    case 'event': {
      const { name, parameters } = value as Fields;
      const list = Array.isArray(parameters) ? parameters.map(itemOf) : parameters;
      return { type, key, value: { name, parameters: list } } as GivenItem;
    }
    case 'functionCall': {
      const { name, arguments: values, result } = value as Fields;
      const list = Array.isArray(values) ? values.map(argumentOf) : values;
      return { type, key, value: { name, arguments: list, result: argumentOf(result) } } as GivenItem;
    }
    case 'imageFrame': {
      const { width, height, channels, timestampNs, data } = value as Fields;
      const frame = { width: numberOf(width), height: numberOf(height), channels: numberOf(channels) };
      return {
        type,
        key,
        value: { ...frame, timestampNs: wholeOf(timestampNs), data: bytesOf(data) },
      } as GivenItem;
    }
    default:
      return { type, key, value: simpleOf(type, value) } as GivenItem;
  }
}

function isCompound(type: unknown): boolean {
  return type === 'event' || type === 'functionCall' || type === 'imageFrame';
}

/** An argument has its type beside it, or is a value as in an object. */
function argumentOf(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !('type' in given)) return given ?? undefined;
  const { type, value } = given as Fields;
  return simpleOf(type, value);
}

function simpleOf(type: unknown, value: unknown): unknown {
  if (type === 'integer') return wholeOf(value);
  if (type === 'real') return numberOf(value);
  return type === 'binary' ? bytesOf(value) : value;
}

/** Large integers may be text, which every reader of JSON keeps as it is. */
function wholeOf(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : value;
}

function numberOf(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return ['NaN', 'Infinity', '-Infinity'].includes(value as string) ? Number(value) : value;
}

function bytesOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const isByte = (one: unknown) => typeof one === 'bigint' && one >= 0n && one <= 255n;
  return value.every(isByte) ? Buffer.from(value.map(Number)) : value;
}

/** Items as a line of JSON that {@link fromJson} reads: large integers and what is no number as text, bytes as numbers. */
export function toJson(items: readonly Item[]): string {
  return toJsonLine(items.map(plainItem));
}

/** A value as JSON, without its type. */
export function valueToJson(value: SimpleValue): string {
  return toJsonLine(plain(value));
}

function plainItem(item: Item): object {
  if (!('value' in item)) return { ...item, bytes: [...item.bytes] };
  const { type, key, value } = item;
  switch (type) {
    case 'event':
      return { type, key, value: plainEvent(value) };
    case 'functionCall':
      return { type, key, value: plainCall(value) };
    case 'imageFrame':
      return { type, key, value: plainFrame(value) };
    default:
      return { type, key, value: plain(value) };
  }
}

const plainEvent = ({ name, parameters }: EventValue) => ({ name, parameters: parameters.map(plainItem) });

const plainCall = ({ name, arguments: values, result }: FunctionCallValue) => ({
  name,
  arguments: values.map(typed),
  ...(result === undefined ? {} : { result: typed(result) }),
});

const plainFrame = (frame: ImageFrameValue) => ({ ...frame, data: [...frame.data] });

function typed(value: SimpleValue): object {
  return { type: typeOf(value), value: plain(value) };
}

/** A Buffer has a JSON of its own, which is none of ours. */
function plain(value: SimpleValue): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

/** The type of a value that has none beside it. */
export function typeOf(value: SimpleValue): GivenSimpleItem['type'] {
  switch (typeof value) {
    case 'bigint':
      return 'integer';
    case 'number':
      return 'real';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    default:
      return 'binary';
  }
}
