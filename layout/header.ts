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
