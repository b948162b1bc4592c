import { Struct } from 'typed-struct';
import { ALIGNMENT } from './constants.js';
/** Padding that the original declares after the counters, before it rounds up to {@link ALIGNMENT}; in bytes. */
const DECLARED_PADDING = 48;
/**
 * Declares a channel whose slot has N bytes: a mailbox with one writer, one reader and room for one message.
 * The counters follow the slot at the next multiple of 8, and the whole is rounded up to 64 bytes. 4224 bytes
 * for N = 4096.
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
 *   |        padding, 48 bytes, then up to a multiple of 64        ... 24 + N, rounded up (4120)
 *  ...                                                              |
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 * ```
 */
export function declareChannel(maxDataSize) {
    const fields = new Struct('Channel')
        .UInt32LE('sequence')
        .UInt32LE('dataSize')
        .Buffer('data', maxDataSize)
        .align8()
        .BigUInt64LE('writeCount')
        .BigUInt64LE('readCount')
        .seek(DECLARED_PADDING);
    const beyond = fields.getSize() % ALIGNMENT;
    return fields.seek(beyond === 0 ? 0 : ALIGNMENT - beyond).compile();
}
//# sourceMappingURL=channel.js.map