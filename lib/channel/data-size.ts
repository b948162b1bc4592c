import { DEFAULT_MAX_DATA_SIZE, decodeSegment, layoutFor } from '../../layout/index.js';
import { aheadOf, candidateSizes } from './slot-size.js';

/** How sure a data size is: given by the user, read off the segment, or taken for lack of anything better. */
export type SizeBasis = 'given' | 'counters' | 'assumed';

/** The bytes in one slot of a segment, and where that number comes from. */
export interface DataSize {
  readonly maxDataSize: number;
  readonly basis: SizeBasis;
}

/**
 * Finds the slot size of a segment, which does not say it: the default where it fits and the counters do not speak
 * against it, else the one whose counters go with the sequence words, else the largest.
 *
 * @param bytes - a copy of the segment
 * @param given - what the user said; taken as it is
 * @throws {RangeError} when `given` makes another size
 */
export function findDataSize(bytes: Uint8Array, given?: number): DataSize {
  if (given !== undefined) {
    const expected = layoutFor(given).segmentSize;
    if (expected !== bytes.length) {
      throw new RangeError(
        `Cannot decode segment: its size is ${bytes.length} bytes, expected ${expected} for --max-data-size ${given}`,
      );
    }
    return { maxDataSize: given, basis: 'given' };
  }
  const candidates = candidateSizes(bytes.length);
  const hasDefault = candidates.includes(DEFAULT_MAX_DATA_SIZE);
  const preferred = hasDefault ? DEFAULT_MAX_DATA_SIZE : candidates.at(-1)!;
  const looks = candidates.map((maxDataSize) => ({ maxDataSize, fit: fitOf(bytes, maxDataSize) }));
  // A write may be under way, so an inexact fit counts where none is exact.
  for (const wanted of ['exact', 'near'] as const) {
    const fitting = looks.filter(({ fit }) => fit === wanted).map(({ maxDataSize }) => maxDataSize);
    if (hasDefault && fitting.includes(preferred)) break;
    // A larger one may have found the read counts, which stand behind the write counts.
    if (fitting[0] !== undefined) return { maxDataSize: fitting[0], basis: 'counters' };
  }
  return { maxDataSize: preferred, basis: 'assumed' };
}

/**
 * How large the slots of a segment are, in words: the size that is known, or those that its own size leaves open.
 *
 * @param bytes - a copy of the segment
 */
export function slotSizeIn(bytes: Uint8Array): {
  readonly words: string;
  readonly known: number | undefined;
} {
  const { maxDataSize, basis } = findDataSize(bytes);
  if (basis === 'counters') return { words: `${maxDataSize} bytes (or up to 7 less)`, known: maxDataSize };
  if (maxDataSize === DEFAULT_MAX_DATA_SIZE) return { words: `${maxDataSize} bytes`, known: maxDataSize };
  const least = Math.max(1, candidateSizes(bytes.length)[0]! - 7);
  return {
    words: `${least} to ${maxDataSize} bytes, which nothing that was written tells`,
    known: undefined,
  };
}

/** How counters and sequence words go together; `undefined` when nothing was ever written. */
function fitOf(bytes: Uint8Array, maxDataSize: number): 'exact' | 'near' | 'none' | undefined {
  const { masterToSlave, slaveToMaster } = decodeSegment(bytes, maxDataSize);
  const written = [masterToSlave, slaveToMaster].filter(({ sequence }) => sequence !== 0);
  if (written.length === 0) return undefined;
  if (written.some(({ dataSize, data }) => dataSize !== data.length)) return 'none';
  const ahead = written.map(({ sequence, writeCount }) => {
    return aheadOf(sequence, Number(BigInt.asUintN(32, writeCount)));
  });
  if (ahead.every((distance) => distance === 0)) return 'exact';
  return ahead.every((distance) => distance >= 0 && distance <= 2) ? 'near' : 'none';
}
