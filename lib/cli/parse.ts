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

function integer(text: string, least: number, most: number, expected: string): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new InvalidArgumentError(`Expected ${expected}.`);
  return value;
}
