import type { DecodedChannel } from './channel.js';
import type { DecodedHeader } from './header.js';

/*
 * What `declaration.ts` comes to, in bytes. `scripts/offsets.mjs` makes the module at build time.
 */

/** Offsets of the header's fields from the start of the segment. */
export const HEADER: Readonly<Record<keyof DecodedHeader, number>>;

/** Size of the header with its padding. */
export const HEADER_SIZE: number;

/** Offsets of the fields before and at the start of the slot, from the start of a channel: they are so for any size. */
export const CHANNEL_START: Readonly<Record<'sequence' | 'dataSize' | 'data', number>>;

/** Offsets of the counters behind the slot and of the receipt behind them, from the first of them. */
export const COUNTERS: Readonly<
  Record<Exclude<keyof DecodedChannel, 'sequence' | 'dataSize' | 'data'>, number>
>;

/** Size of the counters together, without the receipt. */
export const COUNTERS_SIZE: number;
