/**
 * Turns looks at one segment into rates. A counter that runs backwards was started anew: it counts from 0 then.
 */
export class Traffic {
    #last;
    /** Takes a look; `undefined` at the first one. */
    take(channel, atMs = performance.now()) {
        const before = this.#last;
        const counts = countsOf(channel);
        this.#last = { atMs, counts };
        if (before === undefined)
            return undefined;
        const seconds = Math.max(atMs - before.atMs, 1) / 1000;
        const rate = (field) => {
            const [from, to] = [before.counts[field], counts[field]];
            return Number(to >= from ? to - from : to) / seconds;
        };
        return {
            masterBeats: rate('masterBeats'),
            slaveBeats: rate('slaveBeats'),
            m2sWrites: rate('m2sWrites'),
            m2sReads: rate('m2sReads'),
            s2mWrites: rate('s2mWrites'),
            s2mReads: rate('s2mReads'),
        };
    }
}
function countsOf({ content: { header, masterToSlave, slaveToMaster }, }) {
    return {
        masterBeats: header.masterHeartbeat,
        slaveBeats: header.slaveHeartbeat,
        m2sWrites: masterToSlave.writeCount,
        m2sReads: masterToSlave.readCount,
        s2mWrites: slaveToMaster.writeCount,
        s2mReads: slaveToMaster.readCount,
    };
}
/** Messages written and not read, over both channels: overwritten ones, and at most one each that still waits. */
export function notRead({ content: { masterToSlave, slaveToMaster } }) {
    const behind = (writes, reads) => (writes > reads ? writes - reads : 0n);
    return (behind(masterToSlave.writeCount, masterToSlave.readCount) +
        behind(slaveToMaster.writeCount, slaveToMaster.readCount));
}
//# sourceMappingURL=traffic.js.map