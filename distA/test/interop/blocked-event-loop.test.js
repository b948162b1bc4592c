import assert from 'node:assert/strict';
import { requirePeers } from '../peers/build.js';
import { cleanUp, uniqueName, until } from '../peers/helpers.js';
import { PeerProcess } from '../peers/peer-process.js';
/** How long the event loop is kept busy: twenty times the default stale threshold. */
const BLOCK_MS = 2000;
/** A shorter block than the threshold proves nothing. */
const DEFAULT_THRESHOLD_MS = 100;
describe('a blocked event loop', () => {
    let peers;
    before(async function () {
        peers = await requirePeers(this, ['c++']);
    });
    afterEach(() => cleanUp(peers));
    for (const role of ['master', 'slave']) {
        const other = role === 'master' ? 'slave' : 'master';
        it(`of a TypeScript ${role} for two seconds is no stale for a C++ ${other} with the default threshold`, async () => {
            const { typescript, cxx } = await pair(role);
            const heartbeat = `${role}_heartbeat`;
            const before = (await cxx.values('stats'))[heartbeat];
            const startedAt = performance.now();
            await typescript.command(`block ${BLOCK_MS}`);
            assert.ok(performance.now() - startedAt >= BLOCK_MS, 'the event loop was blocked');
            assert.equal(await cxx.staleCount(), 0);
            assert.ok(await cxx.isRemoteAlive());
            const stats = await cxx.values('stats');
            assert.equal(stats.stale_threshold, DEFAULT_THRESHOLD_MS);
            const beats = stats[heartbeat] - before;
            assert.ok(beats >= BLOCK_MS / DEFAULT_THRESHOLD_MS, `${beats} beats in ${BLOCK_MS} ms`);
        });
        it(`the C++ ${other} would have seen a TypeScript ${role} that stopped`, async () => {
            const { typescript, cxx } = await pair(role);
            typescript.signal('SIGSTOP');
            await until('a stale', async () => (await cxx.staleCount()) > 0);
            typescript.signal('SIGCONT');
        });
    }
    async function pair(role) {
        const name = uniqueName('blocked');
        const typescript = PeerProcess.start(peers, 'typescript');
        const cxx = PeerProcess.start(peers, 'c++');
        const [master, slave] = role === 'master' ? [typescript, cxx] : [cxx, typescript];
        await master.open('master', name);
        await slave.open('slave', name);
        await until('a live peer', () => cxx.isRemoteAlive());
        return { typescript, cxx };
    }
});
//# sourceMappingURL=blocked-event-loop.test.js.map