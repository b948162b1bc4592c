import { Struct } from 'typed-struct';
import { type DecodedChannel, declareChannel } from './channel.js';
import { DEFAULT_MAX_DATA_SIZE, MAX_DATA_SIZE_LIMIT } from './constants.js';
import { describeNumber } from './describe.js';
import { type DecodedHeader, Header } from './header.js';

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

/**
 * Declares the whole segment for slots of N bytes. 8576 bytes for N = 4096.
 *
 * ```
 *       0       1       2       3       4       5       6       7
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                       header, 128 bytes                      ...  0
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |               masterToSlave, one channel (4224)              ...  128
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |               slaveToMaster, one channel (4224)              ...  128 + one channel (4352)
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 * ```
 */
function declareSegment(maxDataSize: number) {
  const Channel = declareChannel(maxDataSize);
  const Segment = new Struct('Segment')
    .Struct('header', Header)
    .Struct('masterToSlave', Channel)
    .Struct('slaveToMaster', Channel)
    .compile();
  const layout: SegmentLayout = Object.freeze({
    maxDataSize,
    segmentSize: Segment.baseSize,
    headerSize: Header.baseSize,
    channelSize: Channel.baseSize,
    header: Object.freeze(Header.getOffsets()),
    channel: Object.freeze(Channel.getOffsets()),
    masterToSlave: Segment.getOffsetOf('masterToSlave'),
    slaveToMaster: Segment.getOffsetOf('slaveToMaster'),
  });
  return { Segment, layout };
}

/** Declarations by `maxDataSize`; a process uses one or a few sizes, so nothing is ever dropped. */
const declared = new Map<number, ReturnType<typeof declareSegment>>();

/** The declaration of a segment and the layout that follows from it, made once for each size. */
export function segmentFor(maxDataSize: number): ReturnType<typeof declareSegment> {
  let segment = declared.get(maxDataSize);
  if (segment === undefined) {
    checkMaxDataSize(maxDataSize);
    segment = declareSegment(maxDataSize);
    declared.set(maxDataSize, segment);
  }
  return segment;
}

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
  return segmentFor(maxDataSize).layout;
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
