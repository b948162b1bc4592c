import { items } from '../../items/index.js';
import { toJson } from '../items/json.js';
import { itemTable } from '../items/show.js';
import { WAYS } from '../printing/format.js';
import { terminalWidth } from '../printing/report.js';
import { showMessage } from '../printing/text.js';
import type { Declared } from '../records/by-size.js';
import { toJsonLine } from '../records/json.js';

/** How messages are put out. */
export interface ShowFlags {
  readonly raw?: boolean;
  readonly items?: boolean;
  readonly json?: boolean;
}

const codec = items();

/**
 * A message as it is put out.
 *
 * @param as - what it is, of `--as`
 * @param way - which way it went, where both are put out; not with `raw`
 * @throws {EshmError} ESHM_CORRUPT for what is no such record, and no items
 */
export function show(
  message: Buffer,
  { raw, items, json }: ShowFlags,
  as: Declared | undefined,
  way?: 'm2s' | 's2m',
): Uint8Array | string {
  if (as !== undefined) return jsonLine(toJsonLine(as.decode(message)), way);
  const label = way === undefined ? '' : `${WAYS[way]} `;
  if (items) {
    const list = codec.decode(message);
    if (json) return jsonLine(toJson(list), way);
    const title = way === undefined ? '' : `${WAYS[way]}\n`;
    return `${title}${itemTable(list, terminalWidth()).join('\n')}\n\n`;
  }
  return raw ? message : asLine(message, label);
}

function jsonLine(json: string, way: 'm2s' | 's2m' | undefined): string {
  return way === undefined ? `${json}\n` : `{"direction":"${way}","message":${json}}\n`;
}

/** A message as a line of output: as it is for a program, safe to show on a terminal. */
function asLine(message: Buffer, label: string): Uint8Array | string {
  const text = message.at(-1) === 0 ? message.subarray(0, -1) : message;
  if (process.stdout.isTTY) return `${label}${showMessage(text)}\n`;
  return Buffer.concat([Buffer.from(label), text, Buffer.of(0x0a)]);
}
