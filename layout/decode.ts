import type { DecodedChannel } from './channel.js';
import { DEFAULT_MAX_DATA_SIZE } from './constants.js';
import { describe } from './describe.js';
import type { DecodedHeader } from './header.js';
import { layoutFor, type SegmentLayout } from './segment.js';

/** A whole segment as found in memory, copied out of it. */
export interface DecodedSegment {
  /** The first 128 bytes. */
  header: DecodedHeader;
  /** The channel that the master writes and the slave reads. */
  masterToSlave: DecodedChannel;
  /** The channel that the slave writes and the master reads. */
  slaveToMaster: DecodedChannel;
}

/**
 * Reads every field of a segment image (ESHM protocol version 2, section 2).
 *
 * It is for dumps and tests: it takes each field as it stands, judges neither magic nor version (that is
 * `checkHeader`) and knows nothing of a write under way, so a live segment can give a torn `data`. The input
 * is never modified and the result shares no memory with it.
 *
 * @param bytes the image, from the first byte of the header; bytes beyond the segment are ignored
 * @param maxDataSize bytes in one slot, an integer from 1 to `MAX_DATA_SIZE_LIMIT`; 4096 when left out
 * @returns plain objects; 64-bit fields are bigints, the `alive` flags raw numbers, and `data` holds `dataSize`
 * bytes, or the whole slot when a damaged `dataSize` claims more
 * @throws {TypeError} when `bytes` is not a Uint8Array
 * @throws {RangeError} when `bytes` is shorter than the segment, or `maxDataSize` is out of range
 *
 * @example
 * const { header, masterToSlave } = decodeSegment(readFileSync('segment.bin'));
 * header.masterHeartbeat; // 108n
 * masterToSlave.dataSize; // 21
 */
export function decodeSegment(
  bytes: Uint8Array,
  maxDataSize: number = DEFAULT_MAX_DATA_SIZE,
): DecodedSegment {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot decode segment: bytes is ${describe(bytes)}, expected Uint8Array`);
  }
  const layout = layoutFor(maxDataSize);
  if (bytes.length < layout.segmentSize) {
    throw new RangeError(
      `Cannot decode segment: size is ${bytes.length}, expected ${layout.segmentSize} ` +
        `for a maxDataSize of ${maxDataSize}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, layout.segmentSize);
  return {
    header: decodeHeader(view, layout.header),
    masterToSlave: decodeChannel(view, layout.masterToSlave, layout),
    slaveToMaster: decodeChannel(view, layout.slaveToMaster, layout),
  };
}

function decodeHeader(view: DataView, at: SegmentLayout['header']): DecodedHeader {
  return {
    magic: view.getUint32(at.magic, true),
    version: view.getUint32(at.version, true),
    masterHeartbeat: view.getBigUint64(at.masterHeartbeat, true),
    slaveHeartbeat: view.getBigUint64(at.slaveHeartbeat, true),
    masterPid: view.getInt32(at.masterPid, true),
    slavePid: view.getInt32(at.slavePid, true),
    masterAlive: view.getUint32(at.masterAlive, true),
    slaveAlive: view.getUint32(at.slaveAlive, true),
    staleThreshold: view.getUint32(at.staleThreshold, true),
    masterGeneration: view.getUint32(at.masterGeneration, true),
  };
}

function decodeChannel(
  view: DataView,
  start: number,
  { channel, maxDataSize }: SegmentLayout,
): DecodedChannel {
  const dataSize = view.getUint32(start + channel.dataSize, true);
  const length = Math.min(dataSize, maxDataSize);
  return {
    sequence: view.getUint32(start + channel.sequence, true),
    dataSize,
    // The outer constructor copies.
    data: new Uint8Array(new Uint8Array(view.buffer, view.byteOffset + start + channel.data, length)),
    writeCount: view.getBigUint64(start + channel.writeCount, true),
    readCount: view.getBigUint64(start + channel.readCount, true),
    receiptSequence: view.getUint32(start + channel.receiptSequence, true),
    receiptCount: view.getUint32(start + channel.receiptCount, true),
    receiptReader: view.getUint32(start + channel.receiptReader, true),
  };
}
