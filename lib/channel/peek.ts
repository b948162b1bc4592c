import type { Cursor } from './cursor.js';
import { corrupt } from './message-bytes.js';
import { beginRead, retryRead } from './seqlock.js';
import type { Slot } from './slot.js';
import { DATA_SIZE } from './views.js';

/** Copies tried in one call before it reports no data: a writer that never pauses must not hold the caller. */
export const MAX_COPIES = 8;

/**
 * A copy of the slot as it stands, read or not; counts nothing and moves no cursor but for what {@link Cursor.atRest}
 * finds out. `undefined` while nothing was ever written, a write is under way, or what is there is left of a writer that
 * died. For the thread of the channel's reader.
 *
 * @throws {EshmError} ESHM_CORRUPT
 */
export function peek(words: Int32Array, cursor: Cursor, slot: Slot, maxDataSize: number): Buffer | undefined {
  for (let copies = 0; copies < MAX_COPIES; copies++) {
    const sequence = beginRead(words);
    if (!cursor.atRest(sequence)) continue;
    if (sequence === cursor.hollow || cursor.neverWritten(sequence)) return undefined;
    const size = words[DATA_SIZE]! >>> 0;
    const target = Buffer.allocUnsafe(Math.min(size, maxDataSize));
    if (size <= maxDataSize) slot.copyTo(target, size);
    if (retryRead(words, sequence)) continue;
    if (size > maxDataSize) throw corrupt(size, maxDataSize);
    return target;
  }
  return undefined;
}
