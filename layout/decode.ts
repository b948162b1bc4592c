import type { DecodedChannel } from './channel.js';
import { DEFAULT_MAX_DATA_SIZE } from './constants.js';
import { describe } from './describe.js';
import type { DecodedHeader } from './header.js';
import { segmentFor } from './segment.js';

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
  const { Segment, layout } = segmentFor(maxDataSize);
  if (bytes.length < layout.segmentSize) {
    throw new RangeError(
      `Cannot decode segment: size is ${bytes.length}, expected ${layout.segmentSize} ` +
        `for a maxDataSize of ${maxDataSize}`,
    );
  }
  const segment = new Segment(Buffer.from(bytes.buffer, bytes.byteOffset, layout.segmentSize));
  return {
    header: copyHeader(segment.header),
    masterToSlave: copyChannel(segment.masterToSlave),
    slaveToMaster: copyChannel(segment.slaveToMaster),
  };
}

function copyHeader(header: DecodedHeader): DecodedHeader {
  return {
    magic: header.magic,
    version: header.version,
    masterHeartbeat: header.masterHeartbeat,
    slaveHeartbeat: header.slaveHeartbeat,
    masterPid: header.masterPid,
    slavePid: header.slavePid,
    masterAlive: header.masterAlive,
    slaveAlive: header.slaveAlive,
    staleThreshold: header.staleThreshold,
    masterGeneration: header.masterGeneration,
  };
}

function copyChannel(channel: DecodedChannel): DecodedChannel {
  const dataSize = channel.dataSize;
  return {
    sequence: channel.sequence,
    dataSize,
    // `subarray` stops at the end of the slot, and the constructor copies.
    data: new Uint8Array(channel.data.subarray(0, dataSize)),
    writeCount: channel.writeCount,
    readCount: channel.readCount,
  };
}
