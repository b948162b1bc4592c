import { InvalidArgumentError } from 'commander';
import { MAX_DATA_SIZE_LIMIT } from '../../layout/index.js';

/** The value of `--key`: decimal, signed or not, or hexadecimal as `ipcs` prints it; gives the signed key. */
export function parseKey(text: string): number {
  const match = /^(-?)(\d+|0x[0-9a-f]+)$/i.exec(text.trim());
  const value = match === null ? Number.NaN : Number(match[2]) * (match[1] === '-' ? -1 : 1);
  if (!(value >= -(2 ** 31) && value < 2 ** 32)) {
    throw new InvalidArgumentError(
      'Expected 32 bits in decimal or hexadecimal, for example -845880800 or 0xcd94e220.',
    );
  }
  if (value === 0) throw new InvalidArgumentError('Key 0 is IPC_PRIVATE, which names no segment.');
  return value | 0;
}

/** The value of `--id`: the kernel's number of a segment. */
export function parseId(text: string): number {
  return integer(text, 0, 2 ** 31 - 1, 'a segment id as `eshm ls` and `ipcs -m` show it');
}

/** The value of `--max-data-size`: bytes. */
export function parseDataSize(text: string): number {
  return integer(text, 1, MAX_DATA_SIZE_LIMIT, `bytes, from 1 to ${MAX_DATA_SIZE_LIMIT}`);
}

/** The value of `--count`. */
export function parseCount(text: string): number {
  return integer(text, 1, Number.MAX_SAFE_INTEGER, 'a number from 1');
}

/** The value of `--timeout` and `--reconnect-wait`: milliseconds. */
export function parseMs(text: string): number {
  return integer(text, 0, 2 ** 31 - 1, 'milliseconds, 0 or more');
}

/** The value of `--resend`: milliseconds. */
export function parsePeriod(text: string): number {
  return integer(text, 1, 2 ** 31 - 1, 'milliseconds, 1 or more');
}

/** The value of `--stale-threshold`: milliseconds, as many as the wire can say. */
export function parseThreshold(text: string): number {
  return integer(text, 1, 2 ** 32 - 1, `milliseconds, from 1 to ${2 ** 32 - 1}`);
}

/** The value of `--mode`: permission bits in octal, as chmod takes them. */
export function parseMode(text: string): number {
  const mode = /^0?[0-7]{3}$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
  if (Number.isNaN(mode)) throw new InvalidArgumentError('Expected three octal digits, for example 0660.');
  return mode;
}

/** The value of `--interval`: milliseconds between two looks. */
export function parseInterval(text: string): number {
  return integer(text, 10, 3_600_000, 'milliseconds, from 10 to 3600000');
}

/** The value of `--port`. */
export function parsePort(text: string): number {
  return integer(text, 0, 65_535, 'a port, from 1 to 65535, or 0 for any that is free');
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  '': 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The value of `--duration` and the like: `90`, `90s`, `1.5m`, `500ms`, `12h`, `7d`; seconds where no unit is given. Gives ms. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|)$/.exec(text.trim());
  const value = match === null ? 0 : Number(match[1]) * UNITS_MS[match[2]!]!;
  if (value >= 1 && value <= 1e15) return value;
  throw new InvalidArgumentError('Expected a time, for example 90, 90s, 1.5m, 12h or 500ms.');
}

/** The value of `--split-size`: bytes, or with k, M or G of 1024. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmg]?)(?:i?b)?$/i.exec(text.trim());
  const power = match === null ? 0 : ['', 'k', 'm', 'g'].indexOf(match[2]!.toLowerCase());
  const value = match === null ? 0 : Math.floor(Number(match[1]) * 1024 ** power);
  if (value >= 2 ** 16 && value <= Number.MAX_SAFE_INTEGER) return value;
  throw new InvalidArgumentError('Expected a size of 64k or more, for example 512k, 100M or 2G.');
}

/** The value of `--speed`: a factor, or max. */
export function parseSpeed(text: string): number {
  const value = text === 'max' ? Number.POSITIVE_INFINITY : /^\d*\.?\d+$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('Expected a factor above 0, for example 0.5 or 10, or max for no pauses.');
}

/** The value of `--from` and `--to`: a time since the beginning, as {@link parseDuration}, in ms; or a date, in ns. */
export function parseMoment(text: string): number | bigint {
  if (/^0+(\.0*)?(ms|s|m|h|d|)$/.test(text)) return 0;
  if (/^\d{4}-\d\d-\d\d/.test(text)) {
    const ms = Date.parse(text);
    if (!Number.isNaN(ms)) return BigInt(ms) * 1_000_000n;
  }
  try {
    return parseDuration(text);
  } catch {
    throw new InvalidArgumentError(
      'Expected a time since the beginning, for example 12.5 or 2m, or a date such as 2026-11-29T08:00:00Z.',
    );
  }
}

function integer(text: string, least: number, most: number, expected: string): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new InvalidArgumentError(`Expected ${expected}.`);
  return value;
}
