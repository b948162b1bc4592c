import { Struct } from 'typed-struct';
import { ALIGNMENT, COUNTERS_PADDING } from './constants.js';
import type { SegmentLayout } from './segment.js';

/*
 * The bytes of a segment, declared: what all offsets of this package come from. Nothing imports it at run time, because
 * making classes of structs takes 10 ms and more of every start: `scripts/offsets.mjs` reads off what is needed at build
 * time, and a test compares `layoutFor` with `declareSegment`.
 */

/** Size of a receipt, in bytes: three words. */
const RECEIPT_SIZE = 12;

/** Size of the header with its padding, in bytes: two cache lines. */
const PADDED_SIZE = 128;

const fields = new Struct('Header')
  .UInt32LE('magic')
  .UInt32LE('version')
  .BigUInt64LE('masterHeartbeat')
  .BigUInt64LE('slaveHeartbeat')
  .Int32LE('masterPid')
  .Int32LE('slavePid')
  .UInt32LE('masterAlive')
  .UInt32LE('slaveAlive')
  .UInt32LE('staleThreshold')
  .UInt32LE('masterGeneration');

/**
 * The header, 128 bytes, little-endian. It has no literal-valued field on purpose: typed-struct writes those
 * when it is laid over memory, and a wrong magic would be repaired unseen.
 *
 * ```
 *       0       1       2       3       4       5       6       7
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |             magic             |            version            |   0
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                        masterHeartbeat                        |   8
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                        slaveHeartbeat                         |  16
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |           masterPid           |           slavePid            |  24
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |          masterAlive          |          slaveAlive           |  32
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |        staleThreshold         |       masterGeneration        |  40
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                            padding                           ...  48
 *  ...                                                              | 120
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 * ```
 */
export const Header = fields.seek(PADDED_SIZE - fields.getSize()).compile();

/**
 * Declares a channel whose slot has N bytes: a mailbox with one writer, one reader and room for one message.
 * The counters follow the slot at the next multiple of 8, and the whole is rounded up to 64 bytes. 4224 bytes
 * for N = 4096. The receipt is ours, and lies in what is padding to the original.
 *
 * ```
 *       0       1       2       3       4       5       6       7
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |           sequence            |           dataSize            |   0
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                         data, N bytes                        ...  8
 *  ...                                        | up to a multiple of 8 |
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                          writeCount                           |   8 + N, rounded up (4104)
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |                           readCount                           |  16 + N, rounded up (4112)
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |        receiptSequence        |         receiptCount          |  24 + N, rounded up (4120)
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *   |         receiptReader         |                              ... 32 + N, rounded up (4128)
 *   +-------+-------+-------+-------+                              ...
 *  ...       36 bytes of padding, then up to a multiple of 64       |
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 * ```
 */
export function declareChannel(maxDataSize: number) {
  const fields = new Struct('Channel')
    .UInt32LE('sequence')
    .UInt32LE('dataSize')
    .Buffer('data', maxDataSize)
    .align8()
    .BigUInt64LE('writeCount')
    .BigUInt64LE('readCount')
    .UInt32LE('receiptSequence')
    .UInt32LE('receiptCount')
    .UInt32LE('receiptReader')
    .seek(COUNTERS_PADDING - RECEIPT_SIZE);
  const beyond = fields.getSize() % ALIGNMENT;
  return fields.seek(beyond === 0 ? 0 : ALIGNMENT - beyond).compile();
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
export function declareSegment(maxDataSize: number): SegmentLayout {
  const Channel = declareChannel(maxDataSize);
  const Segment = new Struct('Segment')
    .Struct('header', Header)
    .Struct('masterToSlave', Channel)
    .Struct('slaveToMaster', Channel)
    .compile();
  return {
    maxDataSize,
    segmentSize: Segment.baseSize,
    headerSize: Header.baseSize,
    channelSize: Channel.baseSize,
    header: Header.getOffsets(),
    channel: Channel.getOffsets(),
    masterToSlave: Segment.getOffsetOf('masterToSlave'),
    slaveToMaster: Segment.getOffsetOf('slaveToMaster'),
  };
}
