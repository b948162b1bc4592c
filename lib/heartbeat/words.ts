import { layoutFor } from '../../layout/index.js';
import { channelsOf, FIELDS_OF, otherRole, type Role, STALE_THRESHOLD_AT } from '../header/header.js';
import { Row } from './table.js';

/** Byte offsets of what the worker looks at, and changes, in the memory of an endpoint's channel. */
export interface Offsets {
  /** Fields of the own role, which an observer leaves alone, and of the other side's. */
  readonly own: (typeof FIELDS_OF)[Role];
  readonly peer: (typeof FIELDS_OF)[Role];
  readonly staleThreshold: number;
  /** Of the channel that is read. */
  readonly sequence: number;
  readonly writeCount: number;
  /** Of the channel that is written. */
  readonly readCount: number;
  /** Bytes of the header, and of the whole. */
  readonly headerSize: number;
  readonly size: number;
}

/** The offsets for the endpoint whose words in the table begin at `at`. */
export function offsetsOf(table: Int32Array, at: number): Offsets {
  const role: Role = table[at + Row.isMaster] === 1 ? 'master' : 'slave';
  const layout = layoutFor(table[at + Row.maxDataSize]!);
  const { outgoing, incoming } = channelsOf(role, layout);
  const { channel, headerSize, segmentSize } = layout;
  return {
    own: FIELDS_OF[role],
    peer: FIELDS_OF[otherRole(role)],
    staleThreshold: STALE_THRESHOLD_AT,
    sequence: incoming + channel.sequence,
    writeCount: incoming + channel.writeCount,
    readCount: outgoing + channel.readCount,
    headerSize,
    size: segmentSize,
  };
}
