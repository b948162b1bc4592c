/** Stale detection, reconnecting and taking over, as PROTOCOL.md sections 4 and 5 have them. */
import assert from 'node:assert/strict';
import { size } from '../support/sizes.js';
import { type Peers, requirePeers } from './build.js';
import { cleanUp, lyingUnder, pass, refusal, sleep, uniqueName, unseenBy, until } from './helpers.js';
import { PeerProcess } from './peer-process.js';
import { SHM_KINDS, USUAL_KINDS } from './shm-kind.js';

for (const shm of size({ short: USUAL_KINDS, long: SHM_KINDS })) {
  describe(`life and death of C++ peers (${shm})`, () => {
    let peers: Peers;
    let master: PeerProcess;
    let slave: PeerProcess;
    let name: string;

    before(async function () {
      peers = await requirePeers(this, ['c++'], { shm });
    });

    beforeEach(() => {
      name = uniqueName('lifecycle');
      master = PeerProcess.start(peers);
      slave = PeerProcess.start(peers);
    });

    afterEach(async () => {
      await cleanUp();
      assert.equal(lyingUnder(name, peers), undefined, 'nothing is left behind');
    });

    async function open(slaveOptions = ''): Promise<void> {
      await master.open('master', name);
      await slave.open('slave', name, slaveOptions);
      await until('both alive', async () => (await master.isRemoteAlive()) && (await slave.isRemoteAlive()));
      // A slave is taken for alive before it has beaten.
      await until('a beat', async () => (await master.values('stats')).slave_heartbeat! > 0);
    }

    /** Whether `slave` is attached to the segment of `next`. While it is detached, its writes are refused with -10. */
    const follows = async (slave: PeerProcess, next: PeerProcess) =>
      (await slave.ask('stats')).includes(` master_pid=${next.pid} `);

    const isGone = async (peer: PeerProcess) => !(await peer.isRemoteAlive());

    it('both sides beat, and neither sees the other go stale', async () => {
      await open('threshold=1000');
      const first = await master.values('stats');
      let last = first;
      await until('fifty beats of each', async () => {
        const now = await master.values('stats');
        assert.equal(now.master_heartbeat_delta, now.master_heartbeat! - last.master_heartbeat!);
        last = now;
        const beats = (['master_heartbeat', 'slave_heartbeat'] as const).map((of) => now[of]! - first[of]!);
        return beats.every((count) => count > 50);
      });
      assert.equal(first.master_pid, master.pid);
      assert.equal(first.slave_pid, slave.pid);
    });

    it('without threads there is no heartbeat', async () => {
      await master.open('master', name, 'threads=0');
      await slave.open('slave', name, 'threads=0');
      await sleep(300);
      const { master_heartbeat, slave_heartbeat } = await master.values('stats');
      assert.deepEqual([master_heartbeat, slave_heartbeat], [0, 0]);
      assert.ok(await master.isRemoteAlive(), 'nobody watches, so nobody is stale');
    });

    it('a master sees a stopped slave go stale, and recover', async () => {
      await open('attempts=0 wait=0');
      let before = await master.staleCount();
      // One that is stale already, because it had no core, does not go stale.
      while (await isGone(master)) before = await master.staleCount();
      slave.signal('SIGSTOP');
      await until('a stale slave', async () => (await master.staleCount()) > before);
      slave.signal('SIGCONT');
      await until('the slave again', () => master.isRemoteAlive());
    });

    it('a slave with behaviour IMMEDIATELY stops when its master dies', async () => {
      await open('behavior=0');
      await master.kill();
      await until('a stale master', () => isGone(slave));
      assert.equal(await refusal(slave.command('read 100')), -11);
      await until('it beats no more', async () => {
        await slave.values('stats');
        await sleep(50);
        return (await slave.values('stats')).slave_heartbeat_delta === 0;
      });
    });

    for (const behavior of [1, 2]) {
      it(`a slave with behaviour ${behavior} follows a master that takes its segment over`, async () => {
        await open(`behavior=${behavior} attempts=0 wait=0 retry=20`);
        await master.kill();
        await until('a detached slave', async () => (await refusal(slave.command('stats'))) === -14);
        assert.equal(await refusal(slave.command('write 00')), -10, 'detached, the peer known stale');
        assert.equal(await refusal(slave.command('read 1000')), -10);
        const next = PeerProcess.start(peers);
        await next.open('master', name);
        await until('the new master', () => slave.isRemoteAlive());
        const stats = await slave.values('stats');
        assert.deepEqual([stats.master_pid, stats.slave_pid], [next.pid, slave.pid]);
        assert.equal((await next.dump()).readUInt32LE(44), 2, 'master_generation');
        assert.deepEqual(await pass(next, slave, Buffer.from('again')), Buffer.from('again'));
        await next.quit();
        assert.ok(lyingUnder(name, peers), 'who took over does not remove it');
      });
    }

    it('a slave follows a master into a new segment under the same key', async () => {
      await open('attempts=0 wait=0 retry=20');
      await master.quit();
      assert.equal(lyingUnder(name, peers), undefined, 'the creator removed it');
      const next = PeerProcess.start(peers);
      await unseenBy(slave, () => next.open('master', name));
      await until('the slave in the new segment', () => follows(slave, next));
      assert.equal((await next.dump()).readUInt32LE(44), 1, 'master_generation');
      assert.deepEqual(await pass(slave, next, Buffer.from('hello')), Buffer.from('hello'));
      assert.deepEqual(await pass(next, slave, Buffer.from('hello')), Buffer.from('hello'));
    });

    it('a slave gives up after its attempts, and stays detached', async () => {
      await open('attempts=3 retry=10');
      await master.kill();
      await until('a detached slave', async () => (await refusal(slave.command('stats'))) === -14);
      await sleep(500);
      const next = PeerProcess.start(peers);
      await next.open('master', name);
      await sleep(300);
      assert.equal(await refusal(slave.command('read 1000')), -10);
      assert.equal(
        (await next.values('stats')).slave_heartbeat_delta! > 0,
        true,
        'the old count is still there',
      );
      assert.equal(await slave.isRemoteAlive(), false);
    });

    it('a slave gives up after its total wait too', async () => {
      await open('attempts=0 wait=100 retry=10');
      await master.kill();
      await until('a detached slave', async () => (await refusal(slave.command('stats'))) === -14);
      await sleep(600);
      const next = PeerProcess.start(peers);
      await next.open('master', name);
      await sleep(300);
      assert.equal(await slave.isRemoteAlive(), false);
    });

    it('a master replaces a segment without a live slave by a fresh one', async () => {
      await master.open('master', name, 'cleanup=0');
      await master.command('write 6f6c6400');
      await master.command('close');
      await slave.open('master', name);
      const image = await slave.dump();
      assert.equal(image.readUInt32LE(44), 1, 'master_generation');
      assert.equal(image.readUInt32LE(128), 0, 'sequence');
    });

    it('a death in mid-write leaves the parity inverted for the next master', async () => {
      await open('attempts=0 wait=0 retry=20');
      await master.command('steps-write 01020304 2');
      await master.kill();
      const next = PeerProcess.start(peers);
      await next.open('master', name);
      await next.command('write 0a');
      assert.equal((await next.dump()).readUInt32LE(128), 3, 'sequence is odd after a whole write');
    });

    it('a detached slave can be closed while it still looks for a master', async () => {
      await open('attempts=0 wait=0');
      await master.kill();
      await until('a detached slave', async () => (await refusal(slave.command('stats'))) === -14);
      assert.equal(await slave.command('close'), 'ok');
      await slave.quit();
    });
  });
}
