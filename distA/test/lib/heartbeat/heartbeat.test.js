/** The heartbeat worker at work, in real segments and against real peers. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIELDS_OF } from '../../../lib/header.js';
import { Eshm } from '../../../lib/index.js';
import { requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { assertNothingLeft, removeLeftovers, uniqueName, until } from '../../support/channels.js';
import { builtUrl, evaluate } from '../../support/run-node.js';
/** A machine that gives this process no core for 100 ms makes the original stale too; it does not do so every time. */
const RETRIES = 4;
/** Keeps this thread and its event loop busy; no timer and no callback runs meanwhile. */
function block(ms) {
    const end = performance.now() + ms;
    while (performance.now() < end)
        ;
}
describe('the heartbeat worker', () => {
    let name;
    let peers;
    const open = [];
    const endpoint = (role, options = {}, of = name) => {
        const one = Eshm.open(of, { role, ...options });
        open.push(one);
        return one;
    };
    before(async function () {
        peers = await requirePeers(this, ['c++']);
    });
    beforeEach(() => {
        name = uniqueName('heartbeat');
    });
    afterEach(async () => {
        for (const one of open.splice(0).reverse())
            one.close();
        await PeerProcess.killAll();
        removeLeftovers();
        assertNothingLeft();
    });
    it('beats through an event loop that is blocked for two seconds: a C++ slave sees no stale', async function () {
        this.retries(RETRIES);
        endpoint('master');
        const slave = PeerProcess.start(peers);
        await slave.open('slave', name);
        await until('the master', () => slave.isRemoteAlive());
        const before = await slave.values('stats');
        block(2000);
        const after = await slave.values('stats');
        assert.equal(await slave.staleCount(), 0);
        assert.ok(await slave.isRemoteAlive());
        assert.ok(after.master_heartbeat - before.master_heartbeat > 200, 'it went on beating');
    });
    it('beats through an event loop that is blocked for two seconds: a C++ master sees no stale', async function () {
        this.retries(RETRIES);
        const master = PeerProcess.start(peers);
        await master.open('master', name);
        endpoint('slave');
        // Until the slave beats for the first time the master may take its place for stale: it waited for it so long.
        await until('the slave', async () => (await master.values('stats')).slave_heartbeat > 50);
        await until('the slave', () => master.isRemoteAlive());
        const before = await master.staleCount();
        block(2000);
        assert.equal(await master.staleCount(), before);
        assert.ok(await master.isRemoteAlive());
    });
    for (const role of ['master', 'slave']) {
        it(`runs before the first ${role} of a thread is marked alive`, async () => {
            if (role === 'slave')
                endpoint('master', { useThreads: false });
            const passes = await evaluate(`
        import { Eshm } from '${builtUrl('lib/index.js')}';
        import { heartbeat } from '${builtUrl('lib/heartbeat/index.js')}';
        const { store } = Atomics;
        let passes;
        Atomics.store = (array, index, value) => {
          // The flag in the segment, and not a word of the worker's table.
          if (index === ${FIELDS_OF[role].alive >>> 2} && array !== heartbeat.table) passes ??= heartbeat.table[0];
          return store(array, index, value);
        };
        Eshm.open('${name}', { role: '${role}' });
        console.log(passes);`);
            assert.ok(passes >= 2, `${passes} passes`);
        });
    }
    it('beats for every endpoint of the thread, and stops for the one that closes', async () => {
        const names = [name, uniqueName('heartbeat'), uniqueName('heartbeat')];
        const masters = names.map((one) => endpoint('master', {}, one));
        const beats = () => masters.map((master) => master.stats().masterHeartbeat);
        const [first] = [beats()];
        await until('beats of all', () => beats().every((beat, i) => beat > first[i] + 10n));
        const slave = endpoint('slave');
        await until('the slave', () => masters[0].remoteAlive);
        slave.close();
        const last = masters[0].stats().slaveHeartbeat;
        await sleep(50);
        assert.equal(masters[0].stats().slaveHeartbeat, last);
        assert.ok(!masters[0].remoteAlive);
    });
    it('uses the places of closed endpoints again, and beats in the right segment', async () => {
        const witness = endpoint('master', {}, uniqueName('heartbeat'));
        for (let i = 0; i < 100; i++) {
            const one = endpoint('master');
            const other = endpoint('slave');
            if (i % 2 === 0)
                other.close();
            one.close();
            other.close();
            open.length = 1;
        }
        const master = endpoint('master');
        endpoint('slave');
        await until('both', () => master.remoteAlive && master.stats().masterHeartbeat > 5n);
        assert.equal(witness.stats().slaveHeartbeat, 0n);
        assert.equal(witness.remoteAlive, false);
    });
    it('beats about each millisecond, also after thousands of endpoints have come and gone', async () => {
        const master = endpoint('master');
        for (let i = 0; i < 2000; i++)
            Eshm.open(`${name}-passing`).close();
        const before = master.stats().masterHeartbeat;
        const start = performance.now();
        await sleep(500);
        const beats = Number(master.stats().masterHeartbeat - before);
        const ms = performance.now() - start;
        assert.ok(beats > ms / 10 && beats < ms * 1.1, `${beats} beats in ${ms} ms`);
    });
    it('without useThreads nobody beats, and nobody is found stale', async () => {
        const master = endpoint('master', { useThreads: false });
        const slave = endpoint('slave', { useThreads: false });
        await sleep(150);
        const { masterHeartbeat, slaveHeartbeat } = slave.stats();
        assert.deepEqual([masterHeartbeat, slaveHeartbeat], [0n, 0n]);
        assert.ok(master.remoteAlive && slave.remoteAlive);
        slave.close();
        assert.ok(!master.remoteAlive, 'the flag says so');
    });
});
//# sourceMappingURL=heartbeat.test.js.map