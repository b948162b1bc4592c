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
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../../layout/index.js';
import { Eshm } from '../../lib/index.js';
import { Segment } from '../../syscalls/index.js';
import { requirePeers } from '../peers/build.js';
import { PeerProcess } from '../peers/peer-process.js';
import { assertNothingLeft, removeLeftovers, uniqueName } from '../support/channels.js';
describe('Eshm.connect()', () => {
    let name;
    let peers;
    before(async function () {
        peers = await requirePeers(this, ['c++']);
    });
    beforeEach(() => {
        name = uniqueName('connect');
    });
    afterEach(async () => {
        await PeerProcess.killAll();
        removeLeftovers();
        assertNothingLeft();
    });
    async function rejection(connecting) {
        try {
            (await connecting).close();
        }
        catch (error) {
            return error;
        }
        throw new assert.AssertionError({ message: 'it connected' });
    }
    it('waits for a master, in any language', async () => {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const connecting = Eshm.connect(name, { timeoutMs: 20_000 });
            await sleep(50);
            const master = PeerProcess.start(peers);
            await master.open('master', name);
            const slave = __addDisposableResource(env_1, await connecting, false);
            assert.equal(slave.role, 'slave');
            slave.write('hello');
            assert.equal((await master.values('stats')).s2m_write_count, 1);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            __disposeResources(env_1);
        }
    });
    it('finds a master that is there already, with any limit', async () => {
        const env_2 = { stack: [], error: void 0, hasError: false };
        try {
            const _master = __addDisposableResource(env_2, Eshm.open(name, { role: 'master' }), false);
            for (const timeoutMs of [1000, Number.POSITIVE_INFINITY])
                (await Eshm.connect(name, { timeoutMs })).close();
        }
        catch (e_2) {
            env_2.error = e_2;
            env_2.hasError = true;
        }
        finally {
            __disposeResources(env_2);
        }
    });
    it('times out with the last obstacle as its cause', async () => {
        const before = performance.now();
        const error = await rejection(Eshm.connect(name, { timeoutMs: 40 }));
        assert.ok(performance.now() - before >= 40);
        assert.deepEqual([error.code, error.status], ['ESHM_TIMEOUT', -10]);
        assert.match(error.message, /no live master within 40 ms; .*start the master/);
        const cause = error.cause;
        assert.deepEqual([cause.code, cause.errnoName], ['ESHM_SHM_ATTACH', 'ENOENT']);
    });
    it('does not take a dead master for a live one', async () => {
        const master = PeerProcess.start(peers);
        await master.open('master', name);
        await master.kill();
        const error = await rejection(Eshm.connect(name, { timeoutMs: 100 }));
        assert.equal(error.code, 'ESHM_TIMEOUT');
        assert.match(error.message, /does not beat/);
    });
    it('waits through the dead master of before, until a new one starts', async () => {
        const env_3 = { stack: [], error: void 0, hasError: false };
        try {
            const dead = PeerProcess.start(peers);
            await dead.open('master', name);
            await dead.kill();
            const connecting = Eshm.connect(name, { timeoutMs: 20_000 });
            await sleep(30);
            const master = __addDisposableResource(env_3, Eshm.open(name, { role: 'master' }), false);
            const slave = __addDisposableResource(env_3, await connecting, false);
            master.write('new');
            assert.equal(`${slave.readSync()}`, 'new');
        }
        catch (e_3) {
            env_3.error = e_3;
            env_3.hasError = true;
        }
        finally {
            __disposeResources(env_3);
        }
    });
    it('rejects at once where a live master has another size, and waits where nobody uses it', async () => {
        const env_4 = { stack: [], error: void 0, hasError: false };
        try {
            const master = Eshm.open(name, { role: 'master', maxDataSize: 1000 });
            const error = await rejection(Eshm.connect(name, { timeoutMs: 60_000 }));
            assert.equal(error.code, 'ESHM_SHM_ATTACH');
            assert.match(error.message, /2304 bytes, expected 8576/);
            master.close();
            Segment.create(deriveKey(name), 100, 0o666).detach();
            const connecting = Eshm.connect(name, { timeoutMs: 20_000 });
            await sleep(30);
            const _master = __addDisposableResource(env_4, Eshm.open(name, { role: 'master' }), false);
            (await connecting).close();
        }
        catch (e_4) {
            env_4.error = e_4;
            env_4.hasError = true;
        }
        finally {
            __disposeResources(env_4);
        }
    });
    it('rejects where a live slave is there', async () => {
        const env_5 = { stack: [], error: void 0, hasError: false };
        try {
            const _master = __addDisposableResource(env_5, Eshm.open(name, { role: 'master' }), false);
            const _slave = __addDisposableResource(env_5, Eshm.open(name, { role: 'slave' }), false);
            assert.equal((await rejection(Eshm.connect(name, { timeoutMs: 20_000 }))).code, 'ESHM_ROLE_MISMATCH');
        }
        catch (e_5) {
            env_5.error = e_5;
            env_5.hasError = true;
        }
        finally {
            __disposeResources(env_5);
        }
    });
    it('without heartbeats a segment is enough', async () => {
        const env_6 = { stack: [], error: void 0, hasError: false };
        try {
            const _master = __addDisposableResource(env_6, Eshm.open(name, { role: 'master', useThreads: false }), false);
            (await Eshm.connect(name, { useThreads: false })).close();
        }
        catch (e_6) {
            env_6.error = e_6;
            env_6.hasError = true;
        }
        finally {
            __disposeResources(env_6);
        }
    });
    it('is aborted at once with the reason of its signal', async () => {
        const reason = new Error('mine');
        await assert.rejects(Eshm.connect(name, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
    });
    it('is aborted later too, and leaves no listener on the signal', async () => {
        const env_7 = { stack: [], error: void 0, hasError: false };
        try {
            const controller = new AbortController();
            const connecting = Eshm.connect(name, { signal: controller.signal, timeoutMs: Number.POSITIVE_INFINITY });
            await sleep(30);
            const reason = { any: 'value' };
            controller.abort(reason);
            await assert.rejects(connecting, (error) => error === reason);
            assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
            const unused = new AbortController();
            const _master = __addDisposableResource(env_7, Eshm.open(name, { role: 'master' }), false);
            (await Eshm.connect(name, { signal: unused.signal })).close();
            await rejection(Eshm.connect(uniqueName('connect'), { signal: unused.signal, timeoutMs: 20 }));
            assert.equal(getEventListeners(unused.signal, 'abort').length, 0);
        }
        catch (e_7) {
            env_7.error = e_7;
            env_7.hasError = true;
        }
        finally {
            __disposeResources(env_7);
        }
    });
    for (const [what, options, expected] of [
        ['a master', { role: 'master' }, RangeError],
        ['a negative timeout', { timeoutMs: -1 }, RangeError],
        ['a timeout that is no number', { timeoutMs: '5' }, RangeError],
        ['a NaN timeout', { timeoutMs: Number.NaN }, RangeError],
        ['a signal that is none', { signal: {} }, TypeError],
        ['options that are none', 5, TypeError],
        ['null as options', null, TypeError],
    ]) {
        it(`refuses ${what}, as a rejection`, async () => {
            const connecting = Eshm.connect(name, options);
            await assert.rejects(connecting, expected);
        });
    }
});
//# sourceMappingURL=connect.test.js.map