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
/** Endpoints that are still open when their thread or process ends. */
import assert from 'node:assert/strict';
import { layoutFor } from '../../layout/index.js';
import { Eshm } from '../../lib/index.js';
import { assertNothingLeft, imageOf, removeLeftovers, segmentOf, uniqueName } from '../support/channels.js';
import { builtUrl, runNode } from '../support/run-node.js';
const lib = builtUrl('lib/index.js');
const slaveAlive = layoutFor().header.slaveAlive;
describe('an endpoint that is open when its process ends', () => {
    let name;
    beforeEach(() => {
        name = uniqueName('exit');
    });
    afterEach(() => {
        removeLeftovers();
        assertNothingLeft();
    });
    const ends = [
        ['after its last event', '', 0],
        [
            'by process.exit() in the middle',
            'setInterval(() => {}, 10); setTimeout(() => process.exit(3), 20);',
            3,
        ],
        ['by an uncaught exception', "setTimeout(() => { throw new Error('mine'); }, 20);", 1],
        ['by an unhandled rejection', "Promise.reject(new Error('mine'));", 1],
    ];
    for (const [how, code, exitCode] of ends) {
        it(`is closed where it ends ${how}`, async () => {
            const env_1 = { stack: [], error: void 0, hasError: false };
            try {
                const asMaster = await runNode(`
        import { Eshm } from '${lib}';
        Eshm.open('${name}', { role: 'master' }).write('x');
        ${code}`);
                assert.deepEqual([asMaster.code, asMaster.signal], [exitCode, null], asMaster.stderr);
                assert.equal(segmentOf(name), undefined, 'the creator removes its segment');
                const master = __addDisposableResource(env_1, Eshm.open(name, { role: 'master' }), false);
                const asSlave = await runNode(`
        import { Eshm } from '${lib}';
        Eshm.open('${name}', { role: 'slave' }).write('x');
        ${code}`);
                assert.equal(asSlave.code, exitCode, asSlave.stderr);
                assert.equal(imageOf(name).readUInt32LE(slaveAlive), 0);
                assert.equal(`${master.readSync()}`, 'x');
            }
            catch (e_1) {
                env_1.error = e_1;
                env_1.hasError = true;
            }
            finally {
                __disposeResources(env_1);
            }
        });
    }
    it('keeps no process alive, also with both ends and the heartbeat', async () => {
        const { code, stderr } = await runNode(`
      import { Eshm } from '${lib}';
      Eshm.open('${name}', { role: 'master' });
      Eshm.open('${name}', { role: 'slave' });`);
        assert.equal(code, 0, stderr);
        assert.equal(segmentOf(name), undefined);
    });
    it('leaves no listener on the process once all are closed', () => {
        const before = process.listenerCount('exit');
        for (let i = 0; i < 20; i++)
            Eshm.open(name, { role: 'master' }).close();
        assert.equal(process.listenerCount('exit'), before);
    });
});
describe('endpoints in worker threads', () => {
    let name;
    beforeEach(() => {
        name = uniqueName('threads');
    });
    afterEach(() => {
        removeLeftovers();
        assertNothingLeft();
    });
    /** Runs `body` in a child whose main thread has `worker(code)`, which gives a Worker and its `exit` promise. */
    const withWorkers = (body) => runNode(`
      import { Worker } from 'node:worker_threads';
      import { Eshm } from '${lib}';
      const worker = (code) => {
        const one = new Worker("import('${lib}').then(async ({ Eshm }) => { const { parentPort } = await import('node:worker_threads');" + code + "});", { eval: true });
        one.ended = new Promise((resolve, reject) => one.once('exit', resolve).once('error', reject));
        one.said = () => new Promise((resolve) => one.once('message', resolve));
        return one;
      };
      const name = '${name}';
      ${body}`);
    async function passes(body) {
        const { code, signal, stderr } = await withWorkers(body);
        assert.deepEqual([code, signal], [0, null], stderr);
    }
    it('a master in one thread and a slave in another exchange messages, and clean up as they end', async () => {
        await passes(`
      const master = worker("const m = Eshm.open('" + name + "', { role: 'master' }); parentPort.postMessage('up');" +
        "let n = 0; for (let i = 0; i < 200; i++) { m.write('ping ' + i); if (m.readSync().toString() === 'pong ' + i) n++; } if (n !== 200) throw new Error('only ' + n);");
      await master.said();
      const slave = worker("const s = Eshm.open('" + name + "', { role: 'slave', idle: 'yielding' });" +
        "let last = -1; if (s.peek()) { last = 0; s.write('pong 0'); }" +
        "while (last < 199) { const i = Number(s.readSync().toString().slice(5)); last = i; s.write('pong ' + i); }");
      await Promise.all([master.ended, slave.ended]);`);
        assert.equal(segmentOf(name), undefined);
    });
    it('a worker that ends with an open endpoint closes it', async () => {
        await passes(`
      const one = worker("Eshm.open('" + name + "', { role: 'master' });");
      await one.ended;`);
        assert.equal(segmentOf(name), undefined);
    });
    it('a terminated worker takes nobody with it, and a new master takes its place', async () => {
        await passes(`
      for (let i = 0; i < 10; i++) {
        const one = worker("const m = Eshm.open('" + name + "', { role: 'master' }); parentPort.postMessage('up'); setInterval(() => m.write('x'), 1);");
        await one.said();
        await one.terminate();
      }
      const master = Eshm.open(name, { role: 'master' });
      const slave = Eshm.open(name, { role: 'slave' });
      master.write('still here');
      if (slave.readSync().toString() !== 'still here') throw new Error('lost');
      slave.close();
      master.close();`);
        assert.equal(segmentOf(name), undefined);
    });
    it('eight workers with endpoints of their own, twice, and the main thread with none', async () => {
        const { code, signal, stderr } = await runNode(`
      import { Worker } from 'node:worker_threads';
      const work = (id) => "import('${lib}').then(({ Eshm }) => {" +
        "const m = Eshm.open('${name}" + id + "', { role: 'master' }); const s = Eshm.open('${name}" + id + "', { role: 'slave' });" +
        "for (let i = 0; i < 1000; i++) { m.write('' + i); if (s.readSync().toString() !== '' + i) throw new Error('lost'); }" +
        "s.close(); m.close(); });";
      for (let round = 0; round < 2; round++) {
        await Promise.all(Array.from({ length: 8 }, (_, id) => new Promise((resolve, reject) => {
          new Worker(work(id), { eval: true }).once('error', reject).once('exit', resolve);
        })));
      }`);
        assert.deepEqual([code, signal], [0, null], stderr);
    }).timeout(60_000);
});
//# sourceMappingURL=exit.test.js.map