import type { Codec } from '../encoding.js';
import type { Outgoing } from './outgoing.js';
import type { AnyRecord } from './record.js';

/**
 * Messages as records, each way; a direction without one is `others`, or bytes as they are.
 *
 * @param others - how the direction without a record is written and read
 */
export function recordCodec(
  outgoing: Outgoing | undefined,
  incoming: AnyRecord | undefined,
  others: Codec,
): Codec {
  return {
    encode(data) {
      if (outgoing === undefined) return others.encode(data);
      outgoing.set(data);
      return outgoing.bytes;
    },
    decode: (message) => (incoming === undefined ? others.decode(message) : incoming.decode(message)),
  };
}
