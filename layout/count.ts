import { EPOCH_FROM } from './constants.js';

/**
 * How many messages a 64-bit count in a channel tells of: the count itself, or its low half where the high half is the time
 * that a master of this package has put there (see `EPOCH_FROM`).
 *
 * @param count - `writeCount` or `readCount`, as it stands in the channel
 */
export function messagesIn(count: bigint): bigint {
  return count >> 32n < BigInt(EPOCH_FROM) ? count : BigInt.asUintN(32, count);
}
