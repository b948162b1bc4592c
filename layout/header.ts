import { Struct } from 'typed-struct';
import { MAGIC, VERSION } from './constants.js';

/** The header's fields as found in memory (ESHM protocol version 2, section 2). */
export interface DecodedHeader {
  /** 0x4553484D in a segment that a master has set up; u32. */
  magic: number;
  /** Version of the layout, 2; u32. */
  version: number;
  /** +1 by the master every millisecond; u64. */
  masterHeartbeat: bigint;
  /** +1 by the slave every millisecond; u64. */
  slaveHeartbeat: bigint;
  /** Process id of the last master to start; i32. */
  masterPid: number;
  /** Process id of the last slave to start; i32. */
  slavePid: number;
  /** 1 from start to close, and still 1 after a kill; u32, raw. */
  masterAlive: number;
  /** 1 from start to close, and still 1 after a kill; u32, raw. */
  slaveAlive: number;
  /** Milliseconds, written by whoever created the segment; u32. */
  staleThreshold: number;
  /** +1 at every start of a master; u32. */
  masterGeneration: number;
}

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
 * Says what is wrong with the first two words of a segment, for the end of a message that begins with the
 * action that failed.
 *
 * @param header - the two words as they were found
 * @returns for example `magic is 0x00000000, expected 0x4553484D` or `version is 3, expected 2`; `undefined`
 * when both are right
 */
export function checkHeader(header: Pick<DecodedHeader, 'magic' | 'version'>): string | undefined {
  if (header.magic !== MAGIC) return `magic is ${asHex(header.magic)}, expected ${asHex(MAGIC)}`;
  if (header.version !== VERSION) return `version is ${header.version}, expected ${VERSION}`;
  return undefined;
}

function asHex(word: number): string {
  return `0x${word.toString(16).toUpperCase().padStart(8, '0')}`;
}
