/** An end with another slot size than its peer, where the whole has one size: found out by the counts, before it does harm. */
import assert from 'node:assert/strict';
import { Eshm, type EshmError, type EshmOptions } from '../../../lib/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { cleanUp, lyingUnder, pass, until } from '../../peers/helpers.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { placeOf } from '../../peers/shm-kind.js';
import { uniqueName } from '../../support/channels.js';
import { thrownBy } from '../../support/thrown.js';

for (const shm of ['system-v', 'posix-remembers'] as const) {
  describe(`a maxDataSize that is not the peer's, and makes the same size of the whole: ${shm}`, () => {
    let peers: Peers;
    let name: string;
    const endpoints: Eshm[] = [];

    before(async function () {
      peers = await requirePeers(this, ['c++'], { shm });
    });
    beforeEach(() => {
      name = uniqueName('slot');
    });
    afterEach(async () => {
      for (const endpoint of endpoints.splice(0)) endpoint.close();
      await cleanUp();
    });

    const other = { maxDataSize: 4104, shm: placeOf(shm) };

    function open(options: EshmOptions): Eshm {
      const endpoint = Eshm.open(name, options);
      endpoints.push(endpoint);
      return endpoint;
    }
    const refused = (options: EshmOptions) => thrownBy<EshmError>(() => open(options));

    /** A C++ master that has written. */
    async function writingMaster(): Promise<PeerProcess> {
      const master = PeerProcess.start(peers);
      await master.open('master', name, 'threshold=10000 cleanup=0');
      for (let count = 0; count < 3; count++) await master.write(Buffer.from('message'));
      return master;
    }

    const ofMaster =
      /: the master's messages are of a maxDataSize of 4096 \(or up to 7 less\) by their counts, expected 4104; give both ends the same maxDataSize, or join all the same with force: true$/;

    it('a slave is refused, has changed nothing, and joins with the right one', async () => {
      const master = await writingMaster();
      const before = await master.values('stats');
      for (const role of ['slave', 'auto'] as const) {
        const error = refused({ ...other, role });
        assert.equal(error.code, 'ESHM_SHM_ATTACH');
        assert.match(error.message, ofMaster);
      }
      // A live master does not change its mind: nobody waits for the time to be up.
      await assert.rejects(Eshm.connect(name, { ...other, timeoutMs: Number.POSITIVE_INFINITY }), (error) => {
        assert.equal((error as EshmError).code, 'ESHM_SHM_ATTACH');
        assert.match((error as EshmError).message, ofMaster);
        return true;
      });
      const { slave_alive, slave_pid, m2s_read_count, s2m_write_count } = await master.values('stats');
      assert.deepEqual([slave_alive, slave_pid, m2s_read_count, s2m_write_count], [0, 0, 0, 0]);
      assert.equal(before.m2s_write_count, 3);

      const slave = await Eshm.connect(name, { shm: other.shm, timeoutMs: Number.POSITIVE_INFINITY });
      endpoints.push(slave);
      await master.write(Buffer.from('one more'));
      assert.equal(`${await slave.read({ timeoutMs: 120_000 })}`, 'one more');
      // What was read since does not hide it.
      slave.close();
      assert.match(refused({ ...other, role: 'slave' }).message, ofMaster);
    });

    it('a slave joins by force, and where nothing was written that tells', async () => {
      const master = await writingMaster();
      assert.equal(open({ ...other, role: 'slave', force: true }).state, 'connected');
      endpoints.pop()!.close();
      await master.kill();

      const silent = PeerProcess.start(peers);
      name = uniqueName('slot');
      await silent.open('master', name, 'threshold=10000');
      assert.equal(open({ ...other, role: 'slave' }).state, 'connected');
      await silent.quit();
    });

    it('a master is refused beside a slave that lives, and replaces what a dead one has left', async () => {
      const [first, slave] = [await writingMaster(), PeerProcess.start(peers)];
      await slave.open('slave', name);
      await pass(slave, first, Buffer.from('a'));
      for (const text of ['b', 'c', 'd']) await slave.write(Buffer.from(text));
      await first.ask('close');
      const error = refused({ ...other, role: 'master' });
      assert.equal(error.code, 'ESHM_SHM_CREATE');
      assert.match(
        error.message,
        /the slave's messages are of a maxDataSize of 4096 \(or up to 7 less\) by their counts, expected 4104; give both ends the same maxDataSize\) and .* use it; choose another name, or replace it with force: true$/,
      );
      assert.notEqual(lyingUnder(name, peers), undefined);

      await slave.kill();
      let master: Eshm | undefined;
      await until('the dead slave is told from a live one', () => {
        try {
          master = open({ ...other, role: 'master' });
        } catch {
          // Its heart has stood still for too short a time.
        }
        return master !== undefined;
      });
      assert.equal(master!.stats().masterGeneration, 1, 'a new one');
    });

    it('a master asks nothing of a slave that has left, also where somebody still looks on', async () => {
      const [first, slave] = [await writingMaster(), PeerProcess.start(peers)];
      await slave.open('slave', name);
      for (const text of ['b', 'c', 'd']) await slave.write(Buffer.from(text));
      await slave.ask('close');
      await first.ask('close');
      using observer = Eshm.observe(name, { shm: other.shm });
      assert.equal(observer.state()?.s2m.sequence, 6);
      assert.equal(open({ ...other, role: 'master' }).stats().masterGeneration, 1);
    });

    it('a master replaces it by force', async () => {
      const [first, slave] = [await writingMaster(), PeerProcess.start(peers)];
      await slave.open('slave', name);
      for (const text of ['b', 'c', 'd']) await slave.write(Buffer.from(text));
      await first.ask('close');
      assert.equal(open({ ...other, role: 'master', force: true }).stats().masterGeneration, 1);
    });
  });
}

describe('a maxDataSize that is not that of a master in both kinds of memory', () => {
  it('is refused too: the slave does not go to where nothing is written yet', async () => {
    const name = uniqueName('slot');
    using master = Eshm.open(name, { role: 'master', staleThresholdMs: 10_000 });
    for (let count = 0; count < 3; count++) master.write('message');
    const other = { maxDataSize: 4104 };
    const refusal = {
      code: 'ESHM_SHM_ATTACH',
      message: /the master's messages are of a maxDataSize of 4096 /,
    };
    assert.throws(() => Eshm.open(name, { ...other, role: 'slave' }), refusal);
    await assert.rejects(Eshm.connect(name, { ...other, timeoutMs: Number.POSITIVE_INFINITY }), refusal);
    using slave = await Eshm.connect(name);
    assert.equal(slave.state, 'connected');
  });
});
