import { checkHeader, layoutFor, MAGIC, VERSION } from '../layout/index.js';
/** Offsets of the header's fields in bytes; the same for every data size. */
const at = layoutFor().header;
/** Byte offsets of the fields that each role has of its own. */
export const FIELDS_OF = {
    master: {
        heartbeat: at.masterHeartbeat,
        pid: at.masterPid,
        alive: at.masterAlive,
        identity: at.masterGeneration,
    },
    slave: { heartbeat: at.slaveHeartbeat, pid: at.slavePid, alive: at.slaveAlive, identity: at.slavePid },
};
/** Byte offset of the segment's stale threshold. */
export const STALE_THRESHOLD_AT = at.staleThreshold;
/** The other end. */
export function otherRole(role) {
    return role === 'master' ? 'slave' : 'master';
}
/**
 * The header of a mapped segment, live. Not for the hot path; belongs to the thread that maps the segment.
 * Shows whatever segment is mapped there, also after another was put in its place.
 */
export class Header {
    #words;
    #longs;
    /** @param segment - the mapped bytes, at least the 128 of the header */
    constructor(segment) {
        this.#words = new Int32Array(segment.buffer, segment.byteOffset, segment.length >>> 2);
        this.#longs = new BigInt64Array(segment.buffer, segment.byteOffset, segment.length >>> 3);
    }
    /** What is wrong with magic or version, or `undefined`. */
    fault() {
        return checkHeader({ magic: this.#load(at.magic) >>> 0, version: this.#load(at.version) >>> 0 });
    }
    /** Whether nothing was ever written here: a segment whose creator has not come to setting it up. */
    get blank() {
        return this.#load(at.magic) === 0 && this.#load(at.version) === 0;
    }
    /** Beats of a role, as u64. */
    heartbeat(role) {
        return BigInt.asUintN(64, Atomics.load(this.#longs, FIELDS_OF[role].heartbeat >>> 3));
    }
    /** Process id of the last start of a role. */
    pid(role) {
        return this.#load(FIELDS_OF[role].pid);
    }
    /** Whether a role's `alive` flag is set; says nothing about life. */
    flagged(role) {
        return this.#load(FIELDS_OF[role].alive) !== 0;
    }
    get staleThresholdMs() {
        return this.#load(at.staleThreshold) >>> 0;
    }
    get generation() {
        return this.#load(at.masterGeneration) >>> 0;
    }
    /** Fills in the header of a new segment, all zero, and starts its first master. */
    create(staleThresholdMs) {
        this.#store(at.version, VERSION);
        this.#store(at.staleThreshold, staleThresholdMs);
        this.enter('master');
        // ORDER(create): the magic is last, so whoever sees it sees a complete header.
        // Pairs with: the check of the magic in every slave's start.
        // Else: a slave attaches to a segment without threshold or generation.
        // Not covered: nothing.
        this.#store(at.magic, MAGIC);
    }
    /** Marks this process as `role`. The role's channel must be in order before: readers go by these marks. */
    enter(role) {
        if (role === 'master')
            Atomics.add(this.#words, at.masterGeneration >>> 2, 1);
        Atomics.store(this.#longs, FIELDS_OF[role].heartbeat >>> 3, 0n);
        this.#store(FIELDS_OF[role].pid, process.pid);
        this.#store(FIELDS_OF[role].alive, 1);
    }
    /** Tells one start of a role from the next: the word at `FIELDS_OF[role].identity`. */
    identity(role) {
        return this.#load(FIELDS_OF[role].identity);
    }
    /**
     * As {@link enter}, unless the role was started anew since its {@link identity} was `seen`: of several that start at
     * one moment, one enters.
     *
     * @returns whether this process is the role now
     */
    claim(role, seen) {
        // ORDER(claim): flagged before the identity moves, so that whoever comes too late finds a flagged role and gives it
        // the time to show a beat.
        // Pairs with: lives() in a start, which looks at the identity first, then at the flag and the heartbeat.
        // Else: two that found the same dead peer both enter, and both write one channel.
        // Not covered: the original's starts, which look at nothing; two slaves with one pid (threads, containers).
        this.#store(FIELDS_OF[role].alive, 1);
        const next = role === 'master' ? (seen + 1) | 0 : process.pid;
        const found = Atomics.compareExchange(this.#words, FIELDS_OF[role].identity >>> 2, seen, next);
        if (found !== seen)
            return false;
        Atomics.store(this.#longs, FIELDS_OF[role].heartbeat >>> 3, 0n);
        this.#store(FIELDS_OF[role].pid, process.pid);
        return true;
    }
    /** Clears the `alive` flag of `role`. */
    leave(role) {
        this.#store(FIELDS_OF[role].alive, 0);
    }
    #load(offset) {
        return Atomics.load(this.#words, offset >>> 2);
    }
    #store(offset, value) {
        Atomics.store(this.#words, offset >>> 2, value);
    }
}
//# sourceMappingURL=header.js.map