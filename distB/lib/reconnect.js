import { Segment } from '../syscalls/index.js';
import { Header } from './header.js';
import { checkOwner, faultOf } from './start.js';
/** Longest delay of a timer, in ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/**
 * A slave's search for a new segment after its master went stale (ESHM protocol version 2, section 5).
 *
 * One search, from `begin` to success or giving up; belongs to the slave's thread. It is driven by whoever calls
 * {@link tick}: a timer, or a wait that blocks the event loop.
 */
export class Reconnector {
    #name;
    #key;
    #link;
    #options;
    #sinceMs;
    #lastMasterBeat;
    #attempts = 0;
    #nextMs;
    /** A flagged slave seen in a candidate: it is alive if it has beaten by the next attempt. */
    #rival;
    constructor(name, key, link, options, nowMs) {
        this.#name = name;
        this.#key = key;
        this.#link = link;
        this.#options = options;
        this.#sinceMs = nowMs;
        this.#nextMs = nowMs;
        this.#lastMasterBeat = link.header.heartbeat('master');
    }
    /** When the search began, in ms. */
    get sinceMs() {
        return this.#sinceMs;
    }
    /** Makes an attempt if one is due. */
    tick(nowMs) {
        const { maxReconnectAttempts, reconnectWaitMs, reconnectRetryIntervalMs } = this.#options;
        if (reconnectWaitMs !== 0 && nowMs - this.#sinceMs >= reconnectWaitMs)
            return 'gave-up';
        if (nowMs < this.#nextMs)
            return 'again';
        if (maxReconnectAttempts !== 0 && this.#attempts >= maxReconnectAttempts)
            return 'gave-up';
        this.#attempts++;
        this.#nextMs = nowMs + reconnectRetryIntervalMs;
        return this.#attempt() ? 'reconnected' : 'again';
    }
    /** Milliseconds until {@link tick} has something to do: an attempt, or to give up. No longer than a timer can wait. */
    dueInMs(nowMs) {
        const { reconnectWaitMs } = this.#options;
        const endMs = reconnectWaitMs === 0 ? Number.POSITIVE_INFINITY : this.#sinceMs + reconnectWaitMs;
        return Math.max(0, Math.min(this.#nextMs - nowMs, Math.ceil(endMs - nowMs), LONGEST_TIMER_MS));
    }
    /** Looks for a segment under the key, and moves to it if it is another one with a living master. */
    #attempt() {
        let candidate;
        try {
            const id = Segment.find(this.#key);
            // A master that takes over our own segment is seen by its heartbeat.
            if (id === this.#link.segmentId)
                return false;
            candidate = Segment.attach(id);
            if (!this.#isGood(candidate))
                return false;
            this.#link.moveTo(id);
            return true;
        }
        catch {
            // Nobody has created one yet, it went again, or it is not for us: the next attempt may do better.
            return false;
        }
        finally {
            candidate?.detach();
        }
    }
    #isGood(candidate) {
        checkOwner(this.#name, candidate, this.#options);
        if (faultOf(candidate, this.#options) !== undefined)
            return false;
        const header = new Header(candidate.bytes);
        if (!header.flagged('master') || header.heartbeat('master') === this.#lastMasterBeat)
            return false;
        return !this.#hasRival(candidate.id, header);
    }
    /** Whether another slave lives in the candidate; known only at the second look. */
    #hasRival(id, header) {
        if (!header.flagged('slave'))
            return false;
        const beat = header.heartbeat('slave');
        const last = this.#rival;
        this.#rival = { id, beat };
        return last?.id !== id || last.beat !== beat;
    }
}
//# sourceMappingURL=reconnect.js.map