var __addDisposableResource = (this && this.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (this && this.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});
/** One pairing of two languages: real processes, messages both ways, and the segment as the kernel shows it. */
import assert from 'node:assert/strict';
import { listSegments, pass, pattern, sleep, uniqueName } from '../peers/helpers.js';
import { PeerProcess } from '../peers/peer-process.js';
import { keyOf } from './key.js';
const LANGUAGES = ['c++', 'python', 'typescript'];
/** All nine. */
export const pairings = LANGUAGES.flatMap((master) => LANGUAGES.map((slave) => ({ master, slave })));
/** Messages each way that one pairing exchanges. */
export const MESSAGE_COUNT = 24;
/**
 * Not the default 100: on a loaded machine a heartbeat thread may wait its turn for longer than that, and a slave that
 * looks for a new master refuses to write. blocked-event-loop.test.ts has the default.
 */
const STALE_THRESHOLD_MS = 5000;
/** Sizes at the edges of the copy loops and of the slot; the other messages are text, as programs send it. */
const EDGE_SIZES = [0, 1, 7, 8, 9, 4095, 4096];
/**
 * Runs one pairing from the start of its processes to their end.
 *
 * @throws {AssertionError} when anything is not as the protocol has it
 */
export async function runPairing(peers, { master, slave }) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const name = uniqueName('interop');
        const key = keyOf(name);
        const mine = () => listSegments().filter((segment) => segment.key === key);
        assert.deepEqual(mine(), [], 'there is no segment before the master');
        const a = __addDisposableResource(env_1, PeerProcess.start(peers, master), true);
        const b = __addDisposableResource(env_1, PeerProcess.start(peers, slave), true);
        assert.equal(await a.open('master', name, `threshold=${STALE_THRESHOLD_MS}`), 'ok role=0');
        assert.equal(await b.open('slave', name), 'ok role=1');
        assert.deepEqual(mine(), [{ key, perms: '666', size: 8576, attached: 2 }]);
        await seesAlive(a, b);
        const [down, up] = [new Line(a, b), new Line(b, a)];
        for (let number = 0; number < MESSAGE_COUNT; number++) {
            await down.deliver(message(`Hello from ${master} master`, number));
            await up.deliver(message(`ACK from ${slave} slave`, number));
        }
        const [segment] = mine();
        assert.ok(segment, 'the segment is there as long as the master is');
        await checkCounters(a, b);
        await b.quit();
        await a.quit();
        assert.deepEqual(mine(), [], 'the creator removes the segment');
        return { key, perms: segment.perms, size: segment.size, down: down.delivered, up: up.delivered };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = __disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
/** One direction of a pair. */
class Line {
    #from;
    #to;
    #last;
    /** Messages that arrived as they were sent. */
    delivered = 0;
    constructor(from, to) {
        this.#from = from;
        this.#to = to;
    }
    /**
     * Writes until the other side has read it. A reader of ours remembers what it has counted, so it may be given the
     * last repetition of the message before first; nothing else.
     */
    async deliver(data) {
        let received = await pass(this.#from, this.#to, data);
        if (this.#last?.equals(received))
            received = await pass(this.#from, this.#to, data);
        assert.deepEqual(received, data, `message ${this.delivered}`);
        this.#last = data;
        this.delivered += 1;
    }
}
function message(text, number) {
    const size = EDGE_SIZES[number];
    if (size !== undefined)
        return Buffer.from(pattern(size, 7, size + text.length));
    // Every other one with the NUL that C programs send.
    return Buffer.from(`${text} #${number}${number % 2 === 0 ? '\0' : ''}`);
}
/** Each side sees the other's heartbeat. */
async function seesAlive(...peers) {
    const watchdog = Date.now() + 20_000;
    for (const peer of peers) {
        while (!(await peer.isRemoteAlive())) {
            assert.ok(Date.now() < watchdog, 'each side sees the other alive');
            await sleep(5);
        }
    }
}
/** Both sides look at the same counters, in whatever language they do it. */
async function checkCounters(master, slave) {
    const counts = ['m2s_write_count', 'm2s_read_count', 's2m_write_count', 's2m_read_count'];
    const [here, there] = [await master.values('stats'), await slave.values('stats')];
    for (const count of counts) {
        assert.equal(here[count], there[count], count);
        assert.ok((here[count] ?? 0) >= MESSAGE_COUNT, `${count} is ${here[count]}`);
    }
    assert.equal(here.master_pid, master.pid);
    assert.equal(here.slave_pid, slave.pid);
}
//# sourceMappingURL=pairing.js.map