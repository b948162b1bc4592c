import { DEFAULT_MAX_DATA_SIZE, decodeSegment, layoutFor, MAX_DATA_SIZE_LIMIT } from '../../layout/index.js';

/** How sure a data size is: given by the user, read off the segment, or taken for lack of anything better. */
export type SizeBasis = 'given' | 'counters' | 'assumed';

/** The bytes in one slot of a segment, and where that number comes from. */
export interface DataSize {
  readonly maxDataSize: number;
  readonly basis: SizeBasis;
}

/** Header, and the least and the most that a channel takes. */
const HEADER_SIZE = layoutFor().headerSize;
const LEAST_CHANNEL_SIZE = layoutFor(1).channelSize;
const LARGEST_CHANNEL_SIZE = layoutFor(MAX_DATA_SIZE_LIMIT).channelSize;
/** What a channel has beside its slot, before it is rounded up. */
const BESIDE_SLOT = 72;

/** Whether a segment of `size` bytes can be ESHM's: the header and two equal channels of whole cache lines. */
export function fitsLayout(size: number): boolean {
  const channel = (size - HEADER_SIZE) / 2;
  return channel >= LEAST_CHANNEL_SIZE && channel <= LARGEST_CHANNEL_SIZE && channel % 64 === 0;
}

/**
 * Every slot size that makes a segment of `size` bytes and has a place of its own for the counters; ascending. Slots
 * that differ by less than 8 bytes share one place; the largest of them stands for all.
 */
export function candidateSizes(size: number): number[] {
  if (!fitsLayout(size)) return [];
  const largest = (size - HEADER_SIZE) / 2 - BESIDE_SLOT;
  const candidates: number[] = [];
  for (let slot = largest - 56; slot <= largest; slot += 8) {
    if (slot > 0 && slot <= MAX_DATA_SIZE_LIMIT) candidates.push(slot);
  }
  return candidates;
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

/** How counters and sequence words go together; `undefined` when nothing was ever written. */
function fitOf(bytes: Uint8Array, maxDataSize: number): 'exact' | 'near' | 'none' | undefined {
  const { masterToSlave, slaveToMaster } = decodeSegment(bytes, maxDataSize);
  const written = [masterToSlave, slaveToMaster].filter(({ sequence }) => sequence !== 0);
  if (written.length === 0) return undefined;
  if (written.some(({ dataSize, data }) => dataSize !== data.length)) return 'none';
  // `sequence = 2 * writeCount` at rest, 1 more during a write, 2 more between publishing and counting.
  const ahead = written.map(({ sequence, writeCount }) => {
    return (sequence - Number(BigInt.asUintN(32, 2n * writeCount))) | 0;
  });
  if (ahead.every((distance) => distance === 0)) return 'exact';
  return ahead.every((distance) => distance >= 0 && distance <= 2) ? 'near' : 'none';
}
