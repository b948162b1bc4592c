import { EshmError } from '../index.js';
import { Pause } from './pause.js';
/**
 * Writes `data` and waits until the other side has read it. A reader that starts anew meanwhile is given it again.
 * Does not block the event loop.
 *
 * @throws {EshmError} ESHM_TIMEOUT, and what `write` throws
 */
export async function deliver(endpoint, data, { timeoutMs, resendMs = Number.POSITIVE_INFINITY }) {
    const pause = new Pause();
    let sent;
    let sentAtMs = 0;
    for (;;) {
        const now = readerOf(endpoint);
        const sameReader = sent !== undefined && now.identity === sent.identity;
        // Also when it has left since: it may have come for this one message.
        if (sameReader && now.reads > sent.reads)
            return;
        // Nobody is there: what was written would count as read for the next one who comes.
        if (!now.alive)
            sent = undefined;
        else if (!sameReader || performance.now() - sentAtMs >= resendMs) {
            if (tryWrite(endpoint, data)) {
                sent = now;
                sentAtMs = performance.now();
            }
        }
        if (pause.silentMs >= timeoutMs) {
            throw new EshmError('ESHM_TIMEOUT', `Cannot send to '${endpoint.name}': not read within ${timeoutMs} ms; ${now.alive ? 'the other side is alive and does not read' : 'nobody is there to read it'}`);
        }
        await pause.rest();
    }
}
/** Waits until what was written last has been read, or nobody is there to read it, or the time is up. */
export async function linger(endpoint, timeoutMs) {
    const { reads } = readerOf(endpoint);
    const pause = new Pause();
    while (pause.silentMs < timeoutMs) {
        const now = readerOf(endpoint);
        if (!now.alive || now.reads !== reads || now.reads >= now.writes)
            return;
        await pause.rest();
    }
}
function readerOf(endpoint) {
    const stats = endpoint.stats();
    const alive = endpoint.remoteAlive;
    return endpoint.role === 'master'
        ? { identity: `${stats.slavePid}`, alive, reads: stats.m2sReadCount, writes: stats.m2sWriteCount }
        : {
            identity: `${stats.masterPid} ${stats.masterGeneration}`,
            alive,
            reads: stats.s2mReadCount,
            writes: stats.s2mWriteCount,
        };
}
/** Writes, unless a new master is being looked for. */
function tryWrite(endpoint, data) {
    try {
        endpoint.write(data);
        return true;
    }
    catch (error) {
        if (error instanceof EshmError && error.code === 'ESHM_TIMEOUT')
            return false;
        throw error;
    }
}
//# sourceMappingURL=delivery.js.map