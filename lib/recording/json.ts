import type { Item, SimpleValue } from '../items/index.js';
import type { AnyRecord, ArrayKind, Kind } from '../record/index.js';

/** A JSON Schema, of the words that viewers of recordings know. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of a record's values as {@link recordJson} writes them. */
export function recordSchema(record: AnyRecord): JsonSchema {
  return {
    type: 'object',
    title: record.name,
    properties: Object.fromEntries(record.fields.map(({ name, kind }) => [name, kindSchema(kind)])),
  };
}

function kindSchema(kind: Kind): JsonSchema {
  switch (kind.type) {
    case 'record':
      return recordSchema(kind as AnyRecord);
    case 'array':
      return { type: 'array', items: kindSchema((kind as ArrayKind).of) };
    case 'flags':
      return { type: 'array', items: { type: 'string' } };
    case 'enumeration':
    case 'text':
      return { type: 'string' };
    case 'bytes':
      return { type: 'string', contentEncoding: 'base64' };
    case 'bool':
      return { type: 'boolean' };
    case 'f32':
    case 'f64':
      return { type: 'number' };
    default:
      return { type: 'integer' };
  }
}

/** A snapshot of a record as JSON of its {@link recordSchema}. */
export function recordJson(record: AnyRecord, snapshot: unknown): string {
  const values = snapshot as Readonly<Record<string, unknown>>;
  const fields = record.fields.map(
    ({ name, kind }) => `${JSON.stringify(name)}:${kindJson(kind, values[name])}`,
  );
  return `{${fields.join(',')}}`;
}

function kindJson(kind: Kind, value: unknown): string {
  switch (kind.type) {
    case 'record':
      return recordJson(kind as AnyRecord, value);
    case 'array':
      return `[${(value as unknown[]).map((one) => kindJson((kind as ArrayKind).of, one)).join(',')}]`;
    case 'flags':
      // A bit without a name is its number.
      return `[${(value as unknown[]).map((one) => JSON.stringify(`${one}`)).join(',')}]`;
    case 'enumeration':
      return JSON.stringify(`${value}`);
    case 'text':
      return JSON.stringify(value instanceof Uint8Array ? Buffer.from(value).toString() : value);
    default:
      return valueJson(value);
  }
}

/**
 * A plain value as JSON: an integer of any size as its digits, what is no number as null, bytes in Base64. The exact bytes
 * of the message are in the topic beside.
 */
function valueJson(value: unknown): string {
  if (typeof value === 'bigint') return `${value}`;
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  // Also NaN and the infinities, which become null.
  return JSON.stringify(value);
}

/** The schema of items as {@link itemsJson} writes them, by what is in one message: later ones may have more. */
export function itemsSchema(list: readonly Item[]): JsonSchema {
  return {
    type: 'object',
    title: 'items',
    properties: Object.fromEntries(list.map((item) => [item.key, itemSchema(item)])),
    additionalProperties: true,
  };
}

function itemSchema(item: Item): JsonSchema {
  switch (item.type) {
    case 'integer':
      return { type: 'integer' };
    case 'real':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      return { type: 'string' };
    case 'binary':
      return { type: 'string', contentEncoding: 'base64' };
    default:
      return { type: 'object', properties: {}, additionalProperties: true };
  }
}

/** Items as one JSON object, by their keys; of two with one key the last counts. Pixels of pictures are left out. */
export function itemsJson(list: readonly Item[]): string {
  const fields = new Map(list.map((item) => [item.key, itemJson(item)]));
  return `{${[...fields].map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}

function itemJson(item: Item): string {
  if (!('value' in item)) {
    return `{"type":${item.type},"bytes":${valueJson(item.bytes)}}`;
  }
  switch (item.type) {
    case 'event': {
      const { name, parameters } = item.value;
      return `{"event":${JSON.stringify(name)},"parameters":${itemsJson(parameters)}}`;
    }
    case 'functionCall': {
      const { name, arguments: values, result } = item.value;
      const answer = result === undefined ? '' : `,"result":${valueJson(result)}`;
      return `{"function":${JSON.stringify(name)},"arguments":${listJson(values)}${answer}}`;
    }
    case 'imageFrame': {
      const { width, height, channels, timestampNs, data } = item.value;
      return `{"width":${width},"height":${height},"channels":${channels},"timestampNs":${timestampNs},"bytes":${data.length}}`;
    }
    default:
      return valueJson(item.value);
  }
}

function listJson(values: readonly SimpleValue[]): string {
  return `[${values.map(valueJson).join(',')}]`;
}
