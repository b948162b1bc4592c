import { layoutFor, MAX_DATA_SIZE_LIMIT } from '../../layout/index.js';
import type { Words } from '../store/index.js';
import { isWhole } from './cycle.js';

/*
 * What the counts behind a slot tell of its size, which no segment says: several sizes make one size of the whole, and
 * each has its counts at a place of its own.
 */

/** Header, and the least and the most that a channel takes. */
const HEADER_SIZE = layoutFor().headerSize;
const LEAST_CHANNEL_SIZE = layoutFor(1).channelSize;
const LARGEST_CHANNEL_SIZE = layoutFor(MAX_DATA_SIZE_LIMIT).channelSize;
/** What a channel has beside its slot, before it is rounded up. */
const BESIDE_SLOT = 72;

/** So many writers, and some more, may have died between publishing a message and counting it. */
const MOST_DEATHS = 64;

/** Looks tried until no write falls into one. */
const MAX_LOOKS = 3;

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
 * How far `sequence` is ahead of the count: `2 * writeCount` at rest, 1 more during a write, 2 more between publishing and
 * counting.
 *
 * @param writes - at least the low half of `writeCount`
 */
export function aheadOf(sequence: number, writes: number): number {
  return (sequence - 2 * writes) | 0;
}

/**
 * The size that the messages in a channel are of, where they cannot be of `maxDataSize`: that size does not go with the
 * counts, and the other does, to the bit. `undefined` where nothing was written, or nothing can be told.
 *
 * It is never told by counts that only do not fit: writers that died in mid-write leave such ones. Nor is it told by what
 * can be there anyhow: a reader counts what its writer did not come to counting, or counts a message twice, and a receipt
 * has numbers of any kind.
 *
 * @param at - where the channel begins
 * @param size - bytes of the whole segment or file, which `maxDataSize` makes
 */
export function otherSlotSize(
  words: Words,
  at: number,
  size: number,
  maxDataSize: number,
): number | undefined {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const sequence = words.load(at);
    const found = otherSizeBy(words, at, sequence, size, maxDataSize);
    // What was loaded in between belongs together where nobody has written meanwhile.
    if (words.load(at) === sequence) return found;
  }
  return undefined;
}

function otherSizeBy(
  words: Words,
  at: number,
  sequence: number,
  size: number,
  maxDataSize: number,
): number | undefined {
  // Nothing is exact while a write is under way.
  if (sequence === 0 || sequence % 2 !== 0) return undefined;
  const length = words.load(at + layoutFor().channel.dataSize) >>> 0;
  const own = layoutFor(maxDataSize).channel;
  const writes = words.load(at + own.writeCount);
  const reads = words.load(at + own.readCount);
  const ahead = aheadOf(sequence, writes);
  const fits = length <= maxDataSize && (isWhole(ahead) || ahead === 2);
  return candidateSizes(size).find((slot) => {
    const { writeCount, readCount, receiptSequence } = layoutFor(slot).channel;
    if (writeCount === own.writeCount || length > slot) return false;
    // What would be in its place is part of a receipt, or what nobody uses.
    if (writeCount > own.readCount) return false;
    if (aheadOf(sequence, words.load(at + writeCount)) !== 0) return false;
    // What would be in its place is the count of reads: as many of the writes are missing there as writers died.
    if (writeCount === own.readCount) return !fits && (reads - writes) >>> 0 > MOST_DEATHS;
    // With this size the count of reads would be the receipt of the newest message.
    if (fits) return receiptSequence === own.readCount && reads === sequence;
    // Bytes of a message go with the sequence by chance, and seldom are followed by a second number that could be a count.
    return (((sequence >>> 1) - words.load(at + readCount)) | 0) >= -MOST_DEATHS;
  });
}
