import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../layout/index.js';
import { Segment } from '../syscalls/index.js';
import { EshmError, translate } from './errors.js';
import { Header } from './header.js';
import { checkTimeoutMs, resolveOptions } from './options.js';
import { checkOwner, faultOf } from './start.js';
/** Time between two looks, in ms. A live master's heartbeat has moved by then. */
const LOOK_INTERVAL_MS = 5;
/** Waits for a living master under `name`, then opens the slave's end with `open`. */
export async function connect(name, connectOptions, open) {
    if (typeof connectOptions !== 'object' || connectOptions === null) {
        throw new TypeError(`Cannot connect: options is ${String(connectOptions)}, expected an object`);
    }
    const { timeoutMs = 5000, signal, ...options } = connectOptions;
    const resolved = resolveOptions({ ...options, role: options.role ?? 'slave' });
    if (resolved.role !== 'slave') {
        throw new RangeError(`Cannot connect: role is '${resolved.role}', expected 'slave'; a master opens`);
    }
    const key = deriveKey(name);
    const deadline = performance.now() + checkTimeoutMs(timeoutMs);
    const search = new MasterSearch(name, key, resolved);
    for (;;) {
        signal?.throwIfAborted();
        const obstacle = search.look() ?? tryOpen(open, resolved);
        if (!(obstacle instanceof Obstacle))
            return obstacle;
        if (performance.now() >= deadline) {
            throw new EshmError('ESHM_TIMEOUT', `Cannot connect to '${name}': no live master within ${timeoutMs} ms; ${obstacle.reason.message}`, { cause: obstacle.reason });
        }
        try {
            await sleep(LOOK_INTERVAL_MS, undefined, signal === undefined ? {} : { signal });
        }
        catch {
            signal?.throwIfAborted();
        }
    }
}
/** Why it is not time yet. */
class Obstacle {
    reason;
    constructor(reason) {
        this.reason = reason;
    }
}
/** Looks for a segment whose master's heartbeat moves between two looks. */
class MasterSearch {
    #name;
    #key;
    #options;
    #last;
    constructor(name, key, options) {
        this.#name = name;
        this.#key = key;
        this.#options = options;
    }
    /** What stands in the way, or `undefined`. Throws what waiting cannot mend. */
    look() {
        let segment;
        try {
            segment = Segment.attach(Segment.find(this.#key));
        }
        catch (error) {
            const reason = translate(error, 'ESHM_SHM_ATTACH', `connect to '${this.#name}'`);
            if (!(reason instanceof EshmError) ||
                reason.code === 'ESHM_UNSUPPORTED' ||
                reason.errnoName === 'EACCES') {
                throw reason;
            }
            return new Obstacle(reason);
        }
        try {
            checkOwner(this.#name, segment, this.#options);
            const beats = this.#beats(segment);
            const fault = faultOf(segment, this.#options);
            if (fault !== undefined) {
                const reason = new EshmError('ESHM_SHM_ATTACH', `Cannot connect to '${this.#name}': ${fault}`);
                // A live master with another idea of the segment will not change its mind.
                if (beats)
                    throw reason;
                return new Obstacle(reason);
            }
            if (beats || !this.#options.useThreads)
                return undefined;
            return new Obstacle(new EshmError('ESHM_MASTER_STALE', 'there is a segment, but its master does not beat'));
        }
        finally {
            segment.detach();
        }
    }
    #beats(segment) {
        if (segment.size < 128)
            return false;
        const beat = new Header(segment.bytes).heartbeat('master');
        const last = this.#last;
        this.#last = { id: segment.id, beat };
        return last !== undefined && last.id === segment.id && last.beat !== beat;
    }
}
/** Opens, unless the segment has gone again meanwhile or another slave is just leaving. */
function tryOpen(open, options) {
    try {
        return open(options);
    }
    catch (error) {
        if (error instanceof EshmError && error.code === 'ESHM_SHM_ATTACH')
            return new Obstacle(error);
        throw error;
    }
}
//# sourceMappingURL=connect.js.map