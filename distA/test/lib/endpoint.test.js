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
import { setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { layoutFor } from '../../layout/index.js';
import { Eshm, EshmError } from '../../lib/index.js';
import { Segment } from '../../syscalls/index.js';
import { assertNothingLeft, segmentOf, thrownBy, uniqueName, until } from '../support/channels.js';
describe('Eshm', () => {
    let name;
    const open = [];
    const endpoint = (role, options = {}) => {
        const one = Eshm.open(name, { role, ...options });
        open.push(one);
        return one;
    };
    const pair = (options = {}) => ({
        master: endpoint('master', options),
        slave: endpoint('slave', options),
    });
    const codeOf = (act) => {
        const error = thrownBy(act);
        assert.ok(error instanceof EshmError, `${error.stack}`);
        return error.code;
    };
    beforeEach(() => {
        name = uniqueName('endpoint');
    });
    afterEach(() => {
        // Slaves first, so that no master leaves a segment to a slave that beats.
        for (const one of open.splice(0).reverse())
            one.close();
        assertNothingLeft();
    });
    it('both ends exchange text and bytes in every way to read', () => {
        const { master, slave } = pair();
        master.write('grüße');
        assert.equal(`${slave.tryRead()}`, 'grüße');
        assert.equal(slave.tryRead(), undefined);
        slave.write(Uint8Array.of(1, 2, 3));
        const target = Buffer.alloc(10);
        assert.equal(master.tryReadInto(target), 3);
        assert.deepEqual([...target.subarray(0, 4)], [1, 2, 3, 0]);
        assert.equal(master.tryReadInto(target), -1);
        master.write('');
        assert.equal(slave.readSync().length, 0, 'no bytes are a message too');
        master.write('a');
        master.write('b');
        assert.equal(`${slave.peek()}`, 'b');
        assert.equal(`${slave.readSync({ timeoutMs: 0 })}`, 'b');
        assert.equal(slave.missed, 1);
    });
    it('takes bytes of another realm, and every kind of Uint8Array', () => {
        const { master, slave } = pair();
        const foreign = runInNewContext('Uint8Array.of(7, 8)');
        assert.ok(!(foreign instanceof Uint8Array));
        master.write(foreign);
        assert.deepEqual([...slave.readSync()], [7, 8]);
        master.write(new Uint8Array(new SharedArrayBuffer(3)));
        assert.deepEqual([...slave.readSync()], [0, 0, 0]);
        master.write('xy');
        const target = runInNewContext('new Uint8Array(2)');
        assert.equal(slave.tryReadInto(target), 2);
        assert.deepEqual([...target], [120, 121]);
    });
    for (const bad of [
        undefined,
        null,
        5,
        {},
        [1],
        true,
        new Uint16Array(2),
        new ArrayBuffer(2),
        new DataView(new ArrayBuffer(1)),
    ]) {
        it(`${Object.prototype.toString.call(bad)} is a TypeError to write and to read into, and touches nothing`, () => {
            const { master, slave } = pair({ useThreads: false });
            const before = Segment.read(segmentOf(name).id);
            assert.throws(() => master.write(bad), TypeError);
            assert.throws(() => slave.tryReadInto(bad), TypeError);
            assert.deepEqual(Segment.read(segmentOf(name).id), before);
        });
    }
    it('data over maxDataSize is ESHM_BUFFER_TOO_SMALL before anything is touched', () => {
        const { master, slave } = pair({ useThreads: false, maxDataSize: 100 });
        const before = Segment.read(segmentOf(name).id);
        const error = thrownBy(() => master.write(Buffer.alloc(101)));
        assert.deepEqual([error.code, error.status], ['ESHM_BUFFER_TOO_SMALL', -13]);
        assert.match(error.message, /101 bytes, expected 100/);
        assert.equal(codeOf(() => master.write('ü'.repeat(51))), 'ESHM_BUFFER_TOO_SMALL');
        assert.deepEqual(Segment.read(segmentOf(name).id), before);
        master.write(Buffer.alloc(100, 1));
        assert.equal(slave.readSync().length, 100);
    });
    it('a target under the message is ESHM_BUFFER_TOO_SMALL, and the message is still there', () => {
        const { master, slave } = pair();
        master.write('hello');
        assert.equal(codeOf(() => slave.tryReadInto(Buffer.alloc(4))), 'ESHM_BUFFER_TOO_SMALL');
        assert.equal(`${slave.readSync()}`, 'hello');
    });
    it('a dataSize beyond the slot is ESHM_CORRUPT, and the next message is read as usual', () => {
        const { master, slave } = pair();
        master.write('hello');
        const { id } = segmentOf(name);
        const raw = Segment.attach(id);
        const { masterToSlave, channel } = layoutFor();
        raw.bytes.writeUInt32LE(4097, masterToSlave + channel.dataSize);
        raw.detach();
        assert.equal(codeOf(() => slave.peek()), 'ESHM_CORRUPT');
        assert.equal(codeOf(() => slave.readSync()), 'ESHM_CORRUPT');
        assert.equal(slave.tryRead(), undefined);
        master.write('again');
        assert.equal(`${slave.readSync()}`, 'again');
    });
    for (const timeoutMs of [
        -1,
        Number.NaN,
        '5',
        null,
        -0.1,
        Number.NEGATIVE_INFINITY,
    ]) {
        it(`a timeout of ${typeof timeoutMs} ${timeoutMs} is a RangeError`, () => {
            const { slave } = pair({ useThreads: false });
            assert.throws(() => slave.readSync({ timeoutMs }), { name: 'RangeError', message: /timeoutMs/ });
        });
    }
    it('readSync() waits at least its timeout, and says why nothing came', async () => {
        const master = endpoint('master');
        assert.equal(codeOf(() => master.readSync({ timeoutMs: 0 })), 'ESHM_NO_DATA');
        const before = performance.now();
        const error = thrownBy(() => master.readSync({ timeoutMs: 30 }));
        assert.ok(performance.now() - before >= 30);
        assert.deepEqual([error.code, error.status], ['ESHM_TIMEOUT', -10]);
        assert.match(error.message, /within 30 ms; there is no live slave/);
        endpoint('slave');
        await until('the slave', () => master.remoteAlive);
        assert.match(thrownBy(() => master.readSync({ timeoutMs: 5 })).message, /alive and wrote nothing/);
    });
    it('stats() has the counters of both ends, and deltas since the last call', async () => {
        const { master, slave } = pair();
        master.write('1');
        master.write('2');
        slave.readSync();
        slave.write('3');
        master.stats();
        const first = slave.stats();
        assert.deepEqual([first.m2sWriteCount, first.m2sReadCount, first.s2mWriteCount, first.s2mReadCount], [2n, 1n, 1n, 0n]);
        assert.deepEqual([first.masterPid, first.slavePid], [process.pid, process.pid]);
        assert.deepEqual([first.masterAlive, first.slaveAlive, first.staleThreshold], [true, true, 100]);
        assert.deepEqual([first.masterGeneration, first.missed, first.retries], [1, 1, 0]);
        await sleep(50);
        const second = slave.stats();
        assert.ok(second.masterHeartbeatDelta > 0n && second.slaveHeartbeatDelta > 0n);
        assert.equal(second.masterHeartbeatDelta, second.masterHeartbeat - first.masterHeartbeat);
    });
    it('two ends of one process and many channels do not disturb each other', async () => {
        const names = Array.from({ length: 50 }, () => uniqueName('many'));
        const masters = names.map((one) => Eshm.open(one, { role: 'master' }));
        const slaves = names.map((one) => Eshm.open(one, { role: 'slave' }));
        open.push(...masters, ...slaves);
        for (const [i, master] of masters.entries())
            master.write(`message ${i}`);
        for (const [i, slave] of slaves.entries())
            assert.equal(`${slave.readSync()}`, `message ${i}`);
        for (const [i, slave] of slaves.entries())
            slave.write(`answer ${i}`);
        for (const [i, master] of masters.entries())
            assert.equal(`${master.readSync()}`, `answer ${i}`);
        await until('every slave', () => masters.every((master) => master.remoteAlive));
    });
    it('names that share a key share a channel, and say so', () => {
        const master = Eshm.open(`${name}Aa`, { role: 'master' });
        open.push(master, Eshm.open(`${name}B@`, { role: 'slave' }));
        assert.equal(master.key, open[1].key);
        assert.deepEqual([master.name, open[1].name], [`${name}Aa`, `${name}B@`]);
    });
    it('after close everything is ESHM_CLOSED and nothing crashes', () => {
        const { master, slave } = pair();
        slave.close();
        master.close();
        for (const one of [master, slave]) {
            for (const use of [
                () => one.write('x'),
                () => one.tryRead(),
                () => one.tryReadInto(Buffer.alloc(1)),
                () => one.readSync(),
                () => one.readSync({ timeoutMs: 0 }),
                () => one.peek(),
                () => one.stats(),
            ]) {
                assert.equal(codeOf(use), 'ESHM_CLOSED');
            }
            assert.deepEqual([one.state, one.remoteAlive], ['closed', false]);
            assert.equal(typeof one.missed, 'number');
            one.close();
            one[Symbol.dispose]();
        }
    });
    it('`using` closes at the end of the block, also when it throws', () => {
        assert.throws(() => {
            const env_1 = { stack: [], error: void 0, hasError: false };
            try {
                const master = __addDisposableResource(env_1, Eshm.open(name, { role: 'master' }), false);
                master.write('x');
                throw new Error('mine');
            }
            catch (e_1) {
                env_1.error = e_1;
                env_1.hasError = true;
            }
            finally {
                __disposeResources(env_1);
            }
        }, /mine/);
        assert.equal(segmentOf(name), undefined);
    });
    it("'closed' is told once, on a later tick", async () => {
        const master = endpoint('master');
        let told = 0;
        master.on('closed', () => told++);
        master.close();
        master.close();
        assert.equal(told, 0);
        await sleep(5);
        assert.equal(told, 1);
    });
    describe('close', () => {
        const flags = () => {
            const image = Buffer.from(Segment.read(segmentOf(name).id));
            const { masterAlive, slaveAlive } = layoutFor().header;
            return [image.readUInt32LE(masterAlive), image.readUInt32LE(slaveAlive)];
        };
        it('of the creator removes the segment, while the slave stays safe to use', () => {
            const { master, slave } = pair();
            master.write('last');
            master.close();
            assert.equal(segmentOf(name), undefined);
            assert.equal(`${slave.tryRead()}`, 'last');
            slave.peek();
            slave.stats();
        });
        it('of the creator without autoCleanup clears its flag and leaves the segment', () => {
            const { master } = pair({ autoCleanup: false });
            master.close();
            assert.deepEqual(flags(), [0, 1]);
            open.pop()?.close();
            assert.deepEqual(flags(), [0, 0]);
            Segment.remove(segmentOf(name).id);
        });
        it('of a slave clears its flag and leaves the segment', () => {
            const { slave } = pair();
            slave.close();
            assert.deepEqual(flags(), [1, 0]);
        });
        it('of a master that was taken over by force leaves all to its successor', () => {
            const first = endpoint('master');
            const second = endpoint('master', { force: true });
            first.close();
            assert.deepEqual(flags(), [1, 0]);
            second.close();
            assert.equal(segmentOf(name), undefined);
        });
        it('of a master that took over leaves the segment to a slave that lives', () => {
            const first = endpoint('master', { autoCleanup: false });
            const slave = endpoint('slave');
            first.close();
            const second = endpoint('master');
            second.close();
            assert.deepEqual(flags(), [0, 1]);
            slave.close();
            Segment.remove(segmentOf(name).id);
        });
        it('of a master that took over removes the segment where no slave lives', () => {
            const first = endpoint('master', { autoCleanup: false });
            const slave = endpoint('slave');
            first.close();
            const second = endpoint('master');
            slave.close();
            second.close();
            assert.equal(segmentOf(name), undefined);
        });
        it('where somebody has removed the segment already is no error', () => {
            const master = endpoint('master');
            Segment.remove(segmentOf(name).id);
            master.close();
        });
    });
});
//# sourceMappingURL=endpoint.test.js.map