import { setTimeout as sleep } from 'node:timers/promises';
import { checkHeader, decodeSegment, layoutFor } from '../../layout/index.js';
import { isGone, Segment, SyscallError } from '../../syscalls/index.js';
import { findDataSize, fitsLayout } from './data-size.js';
import { processName } from './system.js';
/** Time between two looks at a heartbeat, which moves every millisecond. */
const LOOK_INTERVAL_MS = 10;
/** A segment that claims a longer threshold is not waited for any longer than this. */
const LONGEST_WATCH_MS = 2000;
/** A threshold below this says nothing on a busy machine. */
const SHORTEST_WATCH_MS = 100;
const HEADER = layoutFor();
/** Whether a finding is an ESHM segment. */
export function isChannel(finding) {
    return finding.state === 'live' || finding.state === 'stale';
}
/** All segments of this IPC namespace, judged. Takes 10 ms, or the stale threshold where a flagged heart stands still. */
export function inspectAll(maxDataSize) {
    return inspect(Segment.list(), maxDataSize);
}
/**
 * Looks into segments, read-only, and judges them by two looks or more at the heartbeats. A segment that goes away
 * meanwhile is left out.
 *
 * @param maxDataSize - bytes in one slot, where the user knows
 */
export async function inspect(stats, maxDataSize) {
    const others = [];
    const watches = [];
    for (const stat of stats) {
        const result = look(stat);
        if (result instanceof Watch)
            watches.push(result);
        else if (result !== undefined)
            others.push(result);
    }
    const start = performance.now();
    do {
        if (watches.length > 0)
            await sleep(LOOK_INTERVAL_MS);
        for (const watch of watches)
            watch.look();
    } while (watches.some((watch) => watch.wants(performance.now() - start)));
    const channels = watches.map((watch) => watch.finish(maxDataSize)).filter((found) => found !== undefined);
    return [...channels, ...others].sort((a, b) => a.stat.id - b.stat.id);
}
/** One segment's heartbeats over some looks. */
class Watch {
    #stat;
    #first;
    #last;
    #gone = false;
    constructor(stat, first) {
        this.#stat = stat;
        this.#first = first;
        this.#last = first;
    }
    look() {
        try {
            this.#last = beatsOf(Segment.read(this.#stat.id, HEADER.headerSize));
        }
        catch (error) {
            if (!(error instanceof SyscallError))
                throw error;
            this.#gone = true;
        }
    }
    /** Whether a longer watch could show more: a flagged heart has not beaten within its threshold yet. */
    wants(elapsedMs) {
        if (this.#gone)
            return false;
        const patienceMs = Math.min(Math.max(this.#last.thresholdMs, SHORTEST_WATCH_MS), LONGEST_WATCH_MS);
        const silent = (role) => this.#last[role].flagged && !this.#beats(role);
        return elapsedMs < patienceMs && (silent('master') || silent('slave'));
    }
    finish(maxDataSize) {
        if (this.#gone)
            return undefined;
        const bytes = unlessGone(() => readStable(this.#stat));
        if (bytes === undefined)
            return undefined;
        const dataSize = findDataSize(bytes, maxDataSize);
        const content = decodeSegment(bytes, dataSize.maxDataSize);
        const { header } = content;
        const side = (role, pid, alive) => ({
            pid,
            process: processName(pid),
            flagged: alive !== 0,
            beating: this.#beats(role),
        });
        const master = side('master', header.masterPid, header.masterAlive);
        const slave = side('slave', header.slavePid, header.slaveAlive);
        const state = master.beating || slave.beating ? 'live' : 'stale';
        return { state, stat: this.#stat, content, dataSize, master, slave };
    }
    #beats(role) {
        return this.#first[role].beat !== this.#last[role].beat;
    }
}
function look(stat) {
    if (!fitsLayout(stat.size)) {
        return { state: 'foreign', stat, reason: `its size of ${stat.size} bytes fits no ESHM segment` };
    }
    try {
        const bytes = Segment.read(stat.id, HEADER.headerSize);
        const fault = checkHeader(wordsOf(bytes));
        return fault === undefined
            ? new Watch(stat, beatsOf(bytes))
            : { state: 'foreign', stat, reason: `its ${fault}` };
    }
    catch (error) {
        if (!(error instanceof SyscallError))
            throw error;
        if (isGone(error))
            return undefined;
        return { state: 'unreadable', stat, reason: error.message.replace(/^[^:]*: /, '') };
    }
}
function viewOf(bytes) {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
function wordsOf(bytes) {
    const view = viewOf(bytes);
    const at = HEADER.header;
    return { magic: view.getUint32(at.magic, true), version: view.getUint32(at.version, true) };
}
function beatsOf(bytes) {
    const view = viewOf(bytes);
    const at = HEADER.header;
    const side = (beat, alive) => ({
        beat: view.getBigUint64(beat, true),
        flagged: view.getUint32(alive, true) !== 0,
    });
    return {
        master: side(at.masterHeartbeat, at.masterAlive),
        slave: side(at.slaveHeartbeat, at.slaveAlive),
        thresholdMs: view.getUint32(at.staleThreshold, true),
    };
}
/** Copies tried until no write falls into one. */
const MAX_COPIES = 5;
/** A copy of a segment, taken between two writes where that is possible; else its odd sequence says so. */
function readStable(stat) {
    const sequences = [HEADER.headerSize, HEADER.headerSize + (stat.size - HEADER.headerSize) / 2];
    let before = Segment.read(stat.id);
    for (let copies = 1; copies < MAX_COPIES; copies++) {
        const after = Segment.read(stat.id);
        const [a, b] = [viewOf(before), viewOf(after)];
        // What has the same even sequence in two copies was not written to between their beginnings.
        if (sequences.every((at) => {
            const sequence = a.getUint32(at, true);
            return sequence === b.getUint32(at, true) && sequence % 2 === 0;
        })) {
            return before;
        }
        before = after;
    }
    return before;
}
/** What `read` gives, or `undefined` when the segment is gone or no longer readable. */
function unlessGone(read) {
    try {
        return read();
    }
    catch (error) {
        if (error instanceof SyscallError)
            return undefined;
        throw error;
    }
}
//# sourceMappingURL=inspect.js.map