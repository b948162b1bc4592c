import assert from 'node:assert/strict';
import { type Peers, requirePeers } from '../peers/build.js';
import { cleanUp, uniqueName, until } from '../peers/helpers.js';
import { PeerProcess } from '../peers/peer-process.js';
import { onQuietMachine } from '../support/quiet.js';
import { size } from '../support/sizes.js';

/** How long the event loop is kept busy: many times the default stale threshold. */
const BLOCK_MS = size({ short: 1000, long: 2000 });

/** A shorter block than the threshold proves nothing. */
const DEFAULT_THRESHOLD_MS = 100;

const heartbeatOf = (role: 'master' | 'slave') => `${role}_heartbeat` as const;

describe('a blocked event loop', () => {
  let peers: Peers;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });

  afterEach(() => cleanUp());

  for (const role of ['master', 'slave'] as const) {
    const other = role === 'master' ? 'slave' : 'master';

    it(`of a TypeScript ${role} for ${BLOCK_MS} ms is no stale for a C++ ${other} with the default threshold`, async function () {
      await onQuietMachine(this, DEFAULT_THRESHOLD_MS, async (waits) => {
        const { typescript, cxx, stales } = await pair(role);
        for (const { pid } of [typescript, cxx]) waits.watch(pid);
        const heartbeat = heartbeatOf(role);
        const before = (await cxx.values('stats'))[heartbeat]!;
        const startedAt = performance.now();
        await typescript.command(`block ${BLOCK_MS}`);
        assert.ok(performance.now() - startedAt >= BLOCK_MS, 'the event loop was blocked');

        assert.equal(await cxx.staleCount(), stales);
        assert.ok(await cxx.isRemoteAlive());
        const stats = await cxx.values('stats');
        assert.equal(stats.stale_threshold, DEFAULT_THRESHOLD_MS);
        const beats = stats[heartbeat]! - before;
        assert.ok(beats >= BLOCK_MS / DEFAULT_THRESHOLD_MS, `${beats} beats in ${BLOCK_MS} ms`);
      });
    });

    it(`the C++ ${other} would have seen a TypeScript ${role} that stopped`, async () => {
      const { typescript, cxx, stales } = await pair(role);
      typescript.signal('SIGSTOP');
      await until('a stale', async () => (await cxx.staleCount()) > stales);
      typescript.signal('SIGCONT');
    });
  }

  /**
   * A pair in which both sides beat. `stales` is what the C++ side has counted until then: a master takes a slave that
   * has not come within the threshold for stale, and it recovers with its first beat.
   */
  async function pair(
    role: 'master' | 'slave',
  ): Promise<{ typescript: PeerProcess; cxx: PeerProcess; stales: number }> {
    const name = uniqueName('blocked');
    const typescript = PeerProcess.start(peers, 'typescript');
    const cxx = PeerProcess.start(peers, 'c++');
    const [master, slave] = role === 'master' ? [typescript, cxx] : [cxx, typescript];
    await master.open('master', name);
    await slave.open('slave', name);
    await until('a beat', async () => (await cxx.values('stats'))[heartbeatOf(role)]! > 0);
    await until('a live peer', () => cxx.isRemoteAlive());
    return { typescript, cxx, stales: await cxx.staleCount() };
  }
});
