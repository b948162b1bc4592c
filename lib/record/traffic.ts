import type { MailboxReader, MailboxWriter } from '../channel/index.js';
import { Incoming } from './incoming.js';
import type { Life } from './memory.js';
import type { RecordPair } from './option.js';
import { Outgoing } from './outgoing.js';

/** What an endpoint has for its records, each way. Belongs to its thread. */
export interface RecordTraffic {
  readonly outgoing: Outgoing | undefined;
  readonly incoming: Incoming | undefined;
}

/** What records need of their endpoint. */
export interface RecordEnds {
  readonly reader: MailboxReader;
  readonly writer: MailboxWriter;
  /** Told of a message that is not the record, before that is thrown by a view. */
  readonly onCorrupt: (error: never) => void;
  /** Whether a callback of the endpoint is under way: set by its records. */
  readonly busy: Life;
  /** Told when a fill has failed and is over. */
  readonly onFailed: () => void;
}

/** Lays accessors over both ways of an endpoint. */
export function recordTraffic(records: RecordPair, ends: RecordEnds): RecordTraffic {
  const { busy } = ends;
  const outgoing = records.out && new Outgoing(records.out, ends.writer, busy, ends.onFailed);
  const onCorrupt = ends.onCorrupt as (error: unknown) => void;
  const incoming = records.in && new Incoming(records.in, ends.reader.slotBytes, busy, onCorrupt);
  return { outgoing, incoming };
}

/** The error for `update` or `view` on an endpoint that was not told of a record. */
export function noRecord(action: 'update' | 'view'): TypeError {
  const way = action === 'update' ? 'out' : 'in';
  return new TypeError(
    `Cannot ${action}: the endpoint has no record for that way, expected the option record or record.${way}`,
  );
}
