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
export declare const Header: import("typed-struct").StructConstructor<{
    magic: number;
    masterAlive: number;
    masterGeneration: number;
    masterHeartbeat: bigint;
    masterPid: number;
    slaveAlive: number;
    slaveHeartbeat: bigint;
    slavePid: number;
    staleThreshold: number;
    version: number;
}, "Header">;
/**
 * Says what is wrong with the first two words of a segment, for the end of a message that begins with the
 * action that failed.
 *
 * @returns for example `magic is 0x00000000, expected 0x4553484D` or `version is 3, expected 2`; `undefined`
 * when both are right
 */
export declare function checkHeader(header: Pick<DecodedHeader, 'magic' | 'version'>): string | undefined;
