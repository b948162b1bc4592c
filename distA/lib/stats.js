import { layoutFor } from '../layout/index.js';
/** Takes the counters of a link; remembers the heartbeats for the deltas. Belongs to its endpoint's thread. */
export class StatsTaker {
    #link;
    #counts;
    #at;
    #master;
    #slave;
    constructor(link, segment, maxDataSize) {
        const { masterToSlave, slaveToMaster, channel } = layoutFor(maxDataSize);
        this.#link = link;
        this.#counts = new BigUint64Array(segment.buffer, segment.byteOffset, segment.length >>> 3);
        this.#at = {
            m2sWrite: (masterToSlave + channel.writeCount) >>> 3,
            m2sRead: (masterToSlave + channel.readCount) >>> 3,
            s2mWrite: (slaveToMaster + channel.writeCount) >>> 3,
            s2mRead: (slaveToMaster + channel.readCount) >>> 3,
        };
        this.#master = link.header.heartbeat('master');
        this.#slave = link.header.heartbeat('slave');
    }
    /** The counters as they stand. */
    take() {
        const { header, reader } = this.#link;
        const masterHeartbeat = header.heartbeat('master');
        const slaveHeartbeat = header.heartbeat('slave');
        const stats = {
            masterHeartbeat,
            slaveHeartbeat,
            masterPid: header.pid('master'),
            slavePid: header.pid('slave'),
            masterAlive: header.flagged('master'),
            slaveAlive: header.flagged('slave'),
            staleThreshold: header.staleThresholdMs,
            masterHeartbeatDelta: beatsSince(this.#master, masterHeartbeat),
            slaveHeartbeatDelta: beatsSince(this.#slave, slaveHeartbeat),
            m2sWriteCount: this.#counts[this.#at.m2sWrite],
            m2sReadCount: this.#counts[this.#at.m2sRead],
            s2mWriteCount: this.#counts[this.#at.s2mWrite],
            s2mReadCount: this.#counts[this.#at.s2mRead],
            masterGeneration: header.generation,
            missed: reader.totalMissed,
            retries: reader.retries,
        };
        this.#master = masterHeartbeat;
        this.#slave = slaveHeartbeat;
        return stats;
    }
}
/** A heart that was started anew counts from 0. */
function beatsSince(last, now) {
    return now >= last ? now - last : now;
}
//# sourceMappingURL=stats.js.map