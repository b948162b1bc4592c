import { layoutFor, WATCH_INTERVAL_MS } from '../layout/index.js';
import { formatKey, isGone, Segment, SyscallError } from '../syscalls/index.js';
import { EshmError, translate } from './errors.js';
import { Header } from './header.js';
import { heartbeat } from './heartbeat/index.js';
import { sleepSync } from './idle/index.js';
/** A flagged peer that claims a longer threshold is given no more time than this to show a beat, in ms. */
const LONGEST_GRACE_MS = 2000;
/**
 * It is given no less than this, in ms, whatever the segment says: as much as the heartbeat worker gives. A beat comes
 * every 1.1 ms on an idle machine.
 */
const SHORTEST_GRACE_MS = 2 * WATCH_INTERVAL_MS;
/** A segment without a header is given this long to get one: its creator is between two instructions, or dead. */
const SETUP_GRACE_MS = 100;
/** Rounds of looking before a start gives up because others create and remove the segment all the time. */
const MAX_ROUNDS = 16;
/**
 * Finds or creates the segment for a start in `options.role` (ESHM protocol version 2, section 4).
 * May block this thread for the stale threshold, to see whether a flagged peer lives.
 *
 * @throws {EshmError} with the reason; nothing is left attached or created then
 */
export function findPlace(name, key, options) {
    try {
        switch (options.role) {
            case 'master':
                return masterPlace(name, key, options);
            case 'slave':
                return slavePlace(name, key, options);
            case 'auto':
                return autoPlace(name, key, options);
        }
    }
    catch (error) {
        const creating = error instanceof SyscallError && error.syscall === 'shmget' && error.code !== 'ENOENT';
        throw translate(error, creating ? 'ESHM_SHM_CREATE' : 'ESHM_SHM_ATTACH', `open '${name}' as ${options.role}`);
    }
}
function masterPlace(name, key, options) {
    for (let round = 0; round < MAX_ROUNDS; round++) {
        const id = findId(key);
        if (id === undefined) {
            const place = tryCreate(key, options);
            if (place !== undefined)
                return place;
            continue;
        }
        const segment = tryAttach(id);
        if (segment === undefined)
            continue;
        try {
            const seen = masterToFollow(name, segment, options);
            if (seen === undefined)
                segment.remove();
            else if (claim(segment, 'master', seen, options))
                return { role: 'master', segment, created: false };
        }
        catch (error) {
            segment.detach();
            throw error;
        }
        segment.detach();
    }
    throw new EshmError('ESHM_SHM_CREATE', `Cannot open '${name}' as master: the segment under key ${formatKey(key)} appears and vanishes all the time`);
}
/**
 * The identity of the dead master after which another may go on in `segment`; `undefined` means that the segment is to
 * be replaced.
 *
 * @throws {EshmError} ESHM_ROLE_MISMATCH when a live master has it, ESHM_SHM_CREATE when it is somebody else's
 */
function masterToFollow(name, segment, options) {
    checkOwner(name, segment, options);
    const fault = faultOf(segment, options);
    if (fault !== undefined) {
        // Our own attachment counts.
        const users = segment.stat().attachments - 1;
        if (users > 0 && !options.force) {
            throw new EshmError('ESHM_SHM_CREATE', `Cannot open '${name}' as master: segment ${segment.id} under its key ${formatKey(segment.stat().key)} is not this channel's (${fault}) and ${users} attachment(s) use it; choose another name, or replace it with force: true`);
        }
        return undefined;
    }
    const header = new Header(segment.bytes);
    const seen = header.identity('master');
    if (lives(header, 'master')) {
        if (options.force)
            return seen;
        throw new EshmError('ESHM_ROLE_MISMATCH', `Cannot open '${name}' as master: a live master has it (pid ${header.pid('master')}, generation ${header.generation}), expected none; stop it, or take over with force: true`);
    }
    return header.flagged('slave') ? seen : undefined;
}
function slavePlace(name, key, options) {
    for (let round = 0; round < MAX_ROUNDS; round++) {
        const place = trySlavePlace(name, key, options);
        if (place !== undefined)
            return place;
    }
    throw new EshmError('ESHM_ROLE_MISMATCH', `Cannot open '${name}' as slave: other slaves start and leave all the time, expected one; try again`);
}
/** `undefined` when another slave came in between. */
function trySlavePlace(name, key, options) {
    const segment = Segment.attach(Segment.find(key));
    try {
        checkOwner(name, segment, options);
        const fault = faultOf(segment, options);
        if (fault !== undefined) {
            throw new EshmError('ESHM_SHM_ATTACH', `Cannot open '${name}' as slave: ${fault}`);
        }
        const header = new Header(segment.bytes);
        const seen = header.identity('slave');
        if (!options.force && lives(header, 'slave')) {
            throw new EshmError('ESHM_ROLE_MISMATCH', `Cannot open '${name}' as slave: a live slave has it (pid ${header.pid('slave')}), expected none; stop it, or take its place with force: true`);
        }
        if (claim(segment, 'slave', seen, options))
            return { role: 'slave', segment, created: false };
    }
    catch (error) {
        segment.detach();
        throw error;
    }
    segment.detach();
    return undefined;
}
/** Marks `role` as this process's, unless another has been started in it since its identity was `seen`. */
function claim(segment, role, seen, { useThreads }) {
    if (useThreads)
        heartbeat.prepare();
    return new Header(segment.bytes).claim(role, seen);
}
function autoPlace(name, key, options) {
    for (let round = 0; round < MAX_ROUNDS; round++) {
        if (findId(key) === undefined) {
            const place = tryCreate(key, options);
            if (place !== undefined)
                return place;
        }
        try {
            return slavePlace(name, key, options);
        }
        catch (error) {
            // It went between the look and the attachment.
            if (!isGone(error))
                throw error;
        }
    }
    return slavePlace(name, key, options);
}
/**
 * Why `segment` cannot be this channel's, or `undefined`. A segment without any header gets a moment: its creator may
 * be about to fill it in.
 */
export function faultOf(segment, { maxDataSize }) {
    const expected = layoutFor(maxDataSize).segmentSize;
    if (segment.size !== expected) {
        return `its size is ${segment.size} bytes, expected ${expected} for a maxDataSize of ${maxDataSize}; give both ends the same maxDataSize`;
    }
    const header = new Header(segment.bytes);
    const deadline = performance.now() + SETUP_GRACE_MS;
    while (header.blank && performance.now() < deadline && segment.stat().attachments > 1)
        sleepSync(1);
    return header.fault();
}
/**
 * Whether `role` shows a beat within the stale threshold. Only a flagged role is given the time; a live one is seen
 * within a millisecond or two, a dead one blocks this thread for the threshold.
 */
export function lives(header, role) {
    if (!header.flagged(role))
        return false;
    const before = header.heartbeat(role);
    const deadline = performance.now() + graceMs(header);
    do {
        sleepSync(1);
        if (header.heartbeat(role) !== before)
            return true;
    } while (performance.now() < deadline);
    return false;
}
function graceMs({ staleThresholdMs }) {
    return Math.max(SHORTEST_GRACE_MS, Math.min(staleThresholdMs, LONGEST_GRACE_MS));
}
/** @throws {EshmError} when `ownerOnly` is set and another user made or owns the segment */
export function checkOwner(name, segment, { ownerOnly }) {
    if (!ownerOnly)
        return;
    const { uid, creatorUid, id } = segment.stat();
    const own = process.geteuid?.();
    if (uid === own && creatorUid === own)
        return;
    throw new EshmError('ESHM_SHM_ATTACH', `Cannot open '${name}': segment ${id} belongs to uid ${uid} and was created by uid ${creatorUid}, expected ${own} (ownerOnly)`);
}
function findId(key) {
    try {
        return Segment.find(key);
    }
    catch (error) {
        if (error instanceof SyscallError && error.code === 'ENOENT')
            return undefined;
        throw error;
    }
}
function tryAttach(id) {
    try {
        return Segment.attach(id);
    }
    catch (error) {
        if (isGone(error))
            return undefined;
        throw error;
    }
}
/** A new segment with a started master, or `undefined` when somebody else was quicker. */
function tryCreate(key, options) {
    const size = layoutFor(options.maxDataSize).segmentSize;
    if (options.useThreads)
        heartbeat.prepare();
    let segment;
    try {
        segment = Segment.create(key, size, options.mode);
    }
    catch (error) {
        if (error instanceof SyscallError && error.code === 'EEXIST')
            return undefined;
        throw error;
    }
    let kept = false;
    try {
        new Header(segment.bytes).create(options.staleThresholdMs);
        // Another master may have taken our unfinished segment for an abandoned one and removed it.
        kept = findId(key) === segment.id;
        return kept ? { role: 'master', segment, created: true } : undefined;
    }
    finally {
        if (!kept) {
            segment.remove();
            segment.detach();
        }
    }
}
//# sourceMappingURL=start.js.map