import type { DecodedChannel } from './channel.js';
import { ALIGNMENT, COUNTERS_PADDING, DEFAULT_MAX_DATA_SIZE, MAX_DATA_SIZE_LIMIT } from './constants.js';
import { describeNumber } from './describe.js';
import type { DecodedHeader } from './header.js';
import { CHANNEL_START, COUNTERS, COUNTERS_SIZE, HEADER, HEADER_SIZE } from './offsets.js';

/** Where everything lies in a segment; sizes and offsets in bytes (ESHM protocol version 2, section 2). */
export interface SegmentLayout {
  /** Bytes in the slot of one channel. Both ends must be told the same: the segment does not say. */
  readonly maxDataSize: number;
  /** Size of the whole segment. Several values of `maxDataSize` share one. */
  readonly segmentSize: number;
  /** Size of the header with its padding. */
  readonly headerSize: number;
  /** Size of one channel with its padding. */
  readonly channelSize: number;
  /** Offsets of the header's fields from the start of the segment, where the header lies. */
  readonly header: Readonly<Record<keyof DecodedHeader, number>>;
  /** Offsets of a channel's fields from the start of the channel. */
  readonly channel: Readonly<Record<keyof DecodedChannel, number>>;
  /** Offset of the channel that the master writes, from the start of the segment. */
  readonly masterToSlave: number;
  /** Offset of the channel that the slave writes, from the start of the segment. */
  readonly slaveToMaster: number;
}

/** Layouts by `maxDataSize`; a process uses one or a few sizes, so nothing is ever dropped. */
const layouts = new Map<number, SegmentLayout>();

/**
 * Says where everything lies in a segment whose channels have slots of `maxDataSize` bytes. The numbers are
 * read off the declarations of header, channel and segment, which follow ESHM protocol version 2, section 2.
 *
 * @param maxDataSize bytes in one slot, an integer from 1 to {@link MAX_DATA_SIZE_LIMIT}; 4096 when left out
 * @returns sizes and offsets in bytes; frozen, and the same object at every call with the same size
 * @throws {RangeError} when `maxDataSize` is not such an integer
 *
 * @example
 * const { segmentSize, slaveToMaster, channel } = layoutFor();
 * segmentSize; // 8576
 * slaveToMaster + channel.writeCount; // 8456, where the slave counts its writes
 */
export function layoutFor(maxDataSize: number = DEFAULT_MAX_DATA_SIZE): SegmentLayout {
  let layout = layouts.get(maxDataSize);
  if (layout === undefined) {
    checkMaxDataSize(maxDataSize);
    layout = layOut(maxDataSize);
    layouts.set(maxDataSize, layout);
  }
  return layout;
}

/** What `declareSegment` in declaration.ts comes to, without declaring anything: a test compares the two. */
function layOut(maxDataSize: number): SegmentLayout {
  const counters = roundUp(CHANNEL_START.data + maxDataSize, 8);
  const channelSize = roundUp(counters + COUNTERS_SIZE + COUNTERS_PADDING, ALIGNMENT);
  return Object.freeze({
    maxDataSize,
    segmentSize: HEADER_SIZE + 2 * channelSize,
    headerSize: HEADER_SIZE,
    channelSize,
    header: HEADER,
    channel: Object.freeze({
      ...CHANNEL_START,
      writeCount: counters + COUNTERS.writeCount,
      readCount: counters + COUNTERS.readCount,
      receiptSequence: counters + COUNTERS.receiptSequence,
      receiptCount: counters + COUNTERS.receiptCount,
      receiptReader: counters + COUNTERS.receiptReader,
    }),
    masterToSlave: HEADER_SIZE,
    slaveToMaster: HEADER_SIZE + channelSize,
  });
}

function roundUp(bytes: number, multiple: number): number {
  return Math.ceil(bytes / multiple) * multiple;
}

function checkMaxDataSize(maxDataSize: unknown): void {
  if (
    Number.isInteger(maxDataSize) &&
    Number(maxDataSize) >= 1 &&
    Number(maxDataSize) <= MAX_DATA_SIZE_LIMIT
  ) {
    return;
  }
  throw new RangeError(
    `Cannot lay out segment: maxDataSize is ${describeNumber(maxDataSize)}, ` +
      `expected an integer from 1 to ${MAX_DATA_SIZE_LIMIT}`,
  );
}
