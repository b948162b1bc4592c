import { layoutFor, messagesIn, type SegmentLayout } from '../../layout/index.js';

/** Where `sequence` is in {@link ChannelViews.words}. */
export const SEQUENCE = 0;

/** Where `dataSize` is in {@link ChannelViews.words}. */
export const DATA_SIZE = 1;

/**
 * A channel's fields, each as an array of its own that starts at the field: the hot path needs no offsets, only the
 * index 0, and no index can leave its field.
 */
export interface ChannelViews {
  /** `sequence`, the word of the seqlock; `dataSize`; the whole words of the slot. */
  readonly words: Int32Array;
  /** The slot. */
  readonly data: Uint8Array;
  /** `writeCount`: low half at 0, high half at 1. */
  readonly writeCount: Int32Array;
  /** What the reader writes: `readCount`, low half at 0, high half at 1, and the receipt behind it; see receipt.ts. */
  readonly reads: Int32Array;
}

/** Lays the views over the channel that begins `offset` bytes into the mapped segment. */
export function viewChannel(segment: Buffer, layout: SegmentLayout, offset: number): ChannelViews {
  const { buffer } = segment;
  const start = segment.byteOffset + offset;
  const { channel } = layout;
  return {
    words: new Int32Array(buffer, start + channel.sequence, 2 + (layout.maxDataSize >>> 2)),
    data: new Uint8Array(buffer, start + channel.data, layout.maxDataSize),
    writeCount: new Int32Array(buffer, start + channel.writeCount, 2),
    reads: new Int32Array(buffer, start + channel.readCount, 5),
  };
}

/** Looks at a channel whose count moves all the time before the last one must do. */
const MAX_LOOKS = 8;

/** How far a channel had come at one moment. */
export interface ChannelPlace {
  /** `sequence`, as a signed word. */
  readonly sequence: number;
  /** `writeCount`, exact up to 2^53. */
  readonly writes: number;
}

/** Where a channel is now: `sequence` at a moment at which `writeCount` was that, unless the writer never pauses. */
export function placeOf({ words, writeCount }: Pick<ChannelViews, 'words' | 'writeCount'>): ChannelPlace {
  // The count first: what is written between the two makes `sequence` larger, as a write under way does.
  let low = Atomics.load(writeCount, 0);
  let sequence = Atomics.load(words, SEQUENCE);
  for (let looks = 1; looks < MAX_LOOKS; looks++) {
    const again = Atomics.load(writeCount, 0);
    if (again === low) break;
    low = again;
    sequence = Atomics.load(words, SEQUENCE);
  }
  // Two loads, which may fall on both sides of a carry: the high half is for people.
  const count = (BigInt(writeCount[1]! >>> 0) << 32n) | BigInt(low >>> 0);
  return { sequence, writes: Number(messagesIn(count)) };
}

/** What both ends of a channel have counted; no moment at which both were so is promised. */
export interface Counters {
  /** Messages written. */
  readonly writes: bigint;
  /** Messages read. */
  readonly reads: bigint;
}

/** The counters of a channel as they stand. */
export function countersOf({ writeCount, reads }: Pick<ChannelViews, 'writeCount' | 'reads'>): Counters {
  return { writes: asUnsigned(writeCount), reads: asUnsigned(reads) };
}

function asUnsigned(halves: Int32Array): bigint {
  return messagesIn(BigInt.asUintN(64, wholeOf(halves)[0]!));
}

/** The 64-bit counter of which the first two words are the halves. */
export function wholeOf(halves: Int32Array): BigInt64Array {
  return new BigInt64Array(halves.buffer, halves.byteOffset, 1);
}

/** Adds 1 to the 64-bit counter of which the first two words are the halves, in one store, so that nobody sees half of a carry. */
export function addAtCarry(halves: Int32Array): void {
  const whole = wholeOf(halves);
  whole[0] = whole[0]! + 1n;
}

/** A channel that is nobody's, in memory of this process: gives fields of the hot path their kinds before they are set. */
export const NOBODYS = (() => {
  const layout = layoutFor(1);
  const segment = Buffer.alloc(layout.segmentSize);
  return { segment, channel: viewChannel(segment, layout, layout.masterToSlave) };
})();
