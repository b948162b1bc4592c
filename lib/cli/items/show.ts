import { type Item, items, type SimpleValue } from '../../items/index.js';
import { type Column, renderTable } from '../printing/table.js';
import { printable } from '../printing/text.js';
import { valueToJson } from './json.js';

/** Bytes of a value that are shown. */
const SHOWN_BYTES = 16;

const codec = items();

/** A message as items; `undefined` where it is none. */
export function itemsIn(message: Uint8Array): readonly Item[] | undefined {
  try {
    return codec.decode(message);
  } catch {
    return undefined;
  }
}

/** A message of items, a text for each, as `stat` and `top` show it; `undefined` where it is none. */
export function itemFields(message: Uint8Array): readonly string[] | undefined {
  const list = itemsIn(message);
  if (list === undefined) return undefined;
  if (list.length === 0) return ['(no items)'];
  return list.map((item) => `${safe(item.key)}=${showValue(item)}`);
}

const COLUMNS: readonly Column<Item>[] = [
  { title: 'KEY', show: ({ key }) => safe(key) },
  { title: 'TYPE', show: ({ type }) => `${type}` },
  { title: 'VALUE', show: showValue },
];

/** Items as a table. */
export function itemTable(list: readonly Item[], width: number): string[] {
  return renderTable(COLUMNS, list, width);
}

/** A value as a text that is safe on a terminal. */
export function showValue(item: Item): string {
  if (!('value' in item)) return showBytes(item.bytes);
  switch (item.type) {
    case 'event': {
      const { name, parameters } = item.value;
      const shown = parameters.map((one) => `${safe(one.key)}=${showSimple(one.value)}`);
      return `${safe(name)}(${shown.join(', ')})`;
    }
    case 'functionCall': {
      const { name, arguments: values, result } = item.value;
      const answer = result === undefined ? '' : ` -> ${showSimple(result)}`;
      return `${safe(name)}(${values.map(showSimple).join(', ')})${answer}`;
    }
    case 'imageFrame': {
      const { width, height, channels, timestampNs, data } = item.value;
      return `${width}x${height}x${channels} at ${timestampNs} ns, ${data.length} bytes`;
    }
    default:
      return showSimple(item.value);
  }
}

/** As {@link showValue}, of a value without an item. */
export function showSimple(value: SimpleValue): string {
  if (value instanceof Uint8Array) return showBytes(value);
  // A whole real is shown with its point, so that it can be told from an integer.
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(1) : `${value}`;
  return typeof value === 'bigint' ? `${value}` : safe(valueToJson(value));
}

function showBytes(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex');
  return bytes.length > SHOWN_BYTES ? `${hex}... (${bytes.length} bytes)` : hex === '' ? '(no bytes)' : hex;
}

/** Keys and texts are another program's. */
function safe(text: string): string {
  return printable(Buffer.from(text));
}
