import { Struct } from 'typed-struct';
import { MAGIC, VERSION } from './constants.js';
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
 * @returns for example `magic is 0x00000000, expected 0x4553484D` or `version is 3, expected 2`; `undefined`
 * when both are right
 */
export function checkHeader(header) {
    if (header.magic !== MAGIC)
        return `magic is ${asHex(header.magic)}, expected ${asHex(MAGIC)}`;
    if (header.version !== VERSION)
        return `version is ${header.version}, expected ${VERSION}`;
    return undefined;
}
function asHex(word) {
    return `0x${word.toString(16).toUpperCase().padStart(8, '0')}`;
}
//# sourceMappingURL=header.js.map