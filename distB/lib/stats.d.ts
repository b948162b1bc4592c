import type { Link } from './link.js';
/** A look at both ends of the channel: the C API's `ESHMStats` in camelCase, and what only this endpoint knows. */
export interface EshmStats {
    /** Beats of the master since it started; one a millisecond. */
    readonly masterHeartbeat: bigint;
    /** Beats of the slave since it started. */
    readonly slaveHeartbeat: bigint;
    /** Process id of the last master to start, as seen from its own pid namespace. */
    readonly masterPid: number;
    /** Process id of the last slave to start. */
    readonly slavePid: number;
    /** The master's flag, which stays set when it is killed; `remoteAlive` tells life. */
    readonly masterAlive: boolean;
    /** The slave's flag, which stays set when it is killed. */
    readonly slaveAlive: boolean;
    /** The segment's stale threshold in ms. */
    readonly staleThreshold: number;
    /** Beats of the master since the last call of `stats()` on this endpoint. */
    readonly masterHeartbeatDelta: bigint;
    /** Beats of the slave since the last call of `stats()` on this endpoint. */
    readonly slaveHeartbeatDelta: bigint;
    /** Messages the master has written. */
    readonly m2sWriteCount: bigint;
    /** Messages the slave has read. */
    readonly m2sReadCount: bigint;
    /** Messages the slave has written. */
    readonly s2mWriteCount: bigint;
    /** Messages the master has read. */
    readonly s2mReadCount: bigint;
    /** Starts of a master in this segment. */
    readonly masterGeneration: number;
    /** Messages that were overwritten before this endpoint read them, in all. */
    readonly missed: number;
    /** Copies this endpoint threw away because the writer was at work meanwhile. */
    readonly retries: number;
}
/** Takes the counters of a link; remembers the heartbeats for the deltas. Belongs to its endpoint's thread. */
export declare class StatsTaker {
    #private;
    constructor(link: Link, segment: Buffer, maxDataSize: number);
    /** The counters as they stand. */
    take(): EshmStats;
}
