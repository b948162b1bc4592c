import type { Item } from '../../items/index.js';
import type { AnyRecord } from '../../record/index.js';
import { itemsIn, showValue } from '../items/show.js';
import { escapeText } from '../printing/text.js';
import { toJsonLine } from '../records/json.js';

/** A field of a message: its value as text, and as a number where it is one. */
export interface Field {
  readonly name: string;
  readonly text: string;
  readonly value?: number;
}

/** A message that was understood. */
export interface Decoded {
  /** What it was read as: the record's name, `items`, `JSON`. */
  readonly as: string;
  readonly fields: readonly Field[];
}

/** Reads a message as fields; `undefined` for one that is bytes to it. */
export type Decode = (message: Uint8Array) => Decoded | undefined;

/** Fields shown of one message: as many as somebody may scroll through. */
const MAX_FIELDS = 256;
/** Characters of one value. */
const MAX_TEXT = 200;
/** How deep values in values are looked into. */
const MAX_DEPTH = 8;

/**
 * Reads messages as what they are likeliest to be: the record of their size, items, a JSON text.
 *
 * @param records - those that the user named
 * @param itemsOnly - whether the user says that they are items: a text that looks like something else is bytes then
 */
export function decoder(records: readonly AnyRecord[], itemsOnly = false): Decode {
  const bySize = new Map(records.toReversed().map((record) => [record.size, record]));
  return (message) => {
    const record = bySize.get(message.length);
    return (
      (record === undefined ? undefined : asRecord(record, message)) ??
      asItems(message) ??
      (itemsOnly ? undefined : asJson(message))
    );
  };
}

function asRecord(record: AnyRecord, message: Uint8Array): Decoded | undefined {
  try {
    return { as: escapeText(record.name), fields: fieldsIn(record.decode(message)) };
  } catch {
    return undefined;
  }
}

function asItems(message: Uint8Array): Decoded | undefined {
  const list = itemsIn(message);
  if (list === undefined) return undefined;
  return { as: 'items', fields: list.slice(0, MAX_FIELDS).flatMap(fieldsOfItem) };
}

function fieldsOfItem(item: Item): Field[] {
  const name = escapeText(item.key);
  const field = { name, text: clip(showValue(item)) };
  if (!('value' in item)) return [field];
  const { value } = item;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return [{ ...field, value: Number(value) }];
  }
  if (item.type === 'event') return [field, ...item.value.parameters.flatMap((one) => within(name, one))];
  return [field];
}

function within(outer: string, item: Item): Field[] {
  return fieldsOfItem(item).map((field) => ({ ...field, name: `${outer}.${field.name}` }));
}

/** Numbers, lists and objects; a text or a word alone says no more than the bytes. */
function asJson(message: Uint8Array): Decoded | undefined {
  const end = message.at(-1) === 0 ? message.length - 1 : message.length;
  // What begins as no JSON is not tried: a failed parse is dear.
  if (end === 0 || !/[-{[\d\s]/.test(String.fromCharCode(message[0]!))) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(message.buffer, message.byteOffset, end).toString());
    return value === null || typeof value === 'string' ? undefined : { as: 'JSON', fields: fieldsIn(value) };
  } catch {
    return undefined;
  }
}

/** The leaves of a value, named by the way to them: `pose.x`, `joints[2]`. */
export function fieldsIn(value: unknown): Field[] {
  const fields: Field[] = [];
  collect(fields, '', value, 0);
  return fields;
}

function collect(fields: Field[], name: string, value: unknown, depth: number): void {
  if (fields.length >= MAX_FIELDS) return;
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && depth < MAX_DEPTH) {
    const isList = Array.isArray(value);
    for (const [key, one] of Object.entries(value)) {
      const safe = isList ? `[${key}]` : escapeText(key);
      collect(fields, isList || name === '' ? `${name}${safe}` : `${name}.${safe}`, one, depth + 1);
      if (fields.length >= MAX_FIELDS) return;
    }
    return;
  }
  fields.push(leaf(name === '' ? 'value' : name, value));
}

function leaf(name: string, value: unknown): Field {
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value.subarray(0, MAX_TEXT)).toString('hex');
    return { name, text: clip(hex === '' ? '(no bytes)' : hex) };
  }
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return { name, text: Object.is(value, -0) ? '-0' : `${value}`, value: Number(value) };
    case 'boolean':
      return { name, text: `${value}`, value: Number(value) };
    case 'string':
      return { name, text: clip(escapeText(value)) };
    default:
      return { name, text: clip(escapeText(value === undefined ? '-' : toJsonLine(value))) };
  }
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
}
