import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf } from '../support/channels.js';
import { size } from '../support/sizes.js';
import { findRepoRoot, type Peers, requirePeers } from './build.js';
import {
  cleanUp,
  listSegments,
  lyingUnder,
  pass,
  pattern,
  permsOf,
  reads,
  refusal,
  sleep,
  uniqueName,
} from './helpers.js';
import { type PeerLanguage, PeerProcess } from './peer-process.js';
import { kindOfLibrary, SHM_KINDS, USUAL_KINDS } from './shm-kind.js';

const keys: { name: string; key: number }[] = JSON.parse(
  readFileSync(join(findRepoRoot(), 'test/vectors/keys.json'), 'utf8'),
);

for (const shm of size({ short: USUAL_KINDS, long: SHM_KINDS })) {
  describe(`C++ and Python peers (${shm})`, () => {
    let peers: Peers;

    before(async function () {
      peers = await requirePeers(this, ['c++', 'python'], { shm });
    });

    afterEach(() => cleanUp());

    async function pair(masterLanguage: PeerLanguage, slaveLanguage: PeerLanguage, name = uniqueName()) {
      const master = PeerProcess.start(peers, masterLanguage);
      const slave = PeerProcess.start(peers, slaveLanguage);
      await master.open('master', name);
      await slave.open('slave', name);
      return { master, slave, name };
    }

    const pairings: [PeerLanguage, PeerLanguage][] = [
      ['c++', 'c++'],
      ['c++', 'python'],
      ['python', 'c++'],
      ['python', 'python'],
    ];

    for (const [masterLanguage, slaveLanguage] of pairings) {
      it(`a ${masterLanguage} master and a ${slaveLanguage} slave exchange messages both ways`, async () => {
        const { master, slave } = await pair(masterLanguage, slaveLanguage);
        for (const size of [0, 1, 7, 8, 9, 21, 4095, 4096]) {
          const [down, up] = [pattern(size, 7, size), pattern(size, 11, size)];
          assert.deepEqual(await pass(master, slave, down), Buffer.from(down));
          assert.deepEqual(await pass(slave, master, up), Buffer.from(up));
        }
        await slave.quit();
        await master.quit();
      });

      // Of the library's own, whatever the language.
      if (shm === 'system-v' || (masterLanguage === 'c++' && slaveLanguage === 'python'))
        it(`a ${slaveLanguage} slave finds every message of a ${masterLanguage} burst intact`, async () => {
          const { master, slave } = await pair(masterLanguage, slaveLanguage);
          let drained: Record<string, number>;
          do {
            const draining = slave.values('drain 300');
            await reads(slave);
            await master.command('burst 200 300 1000');
            drained = await draining;
            assert.equal(drained.bad, 0);
            // A busy machine may have begun to read when all had been written.
          } while (drained.messages === 0);
          const { messages, last } = drained;
          assert.ok(messages! > 0 && messages! <= 200, `${messages} messages`);
          assert.ok(last! > 0 && last! < 200, `last number ${last}`);
        });
    }

    it(`what a running master has lies in its place, of 8576 bytes, and is gone with it`, async () => {
      const { master, slave, name } = await pair('python', 'c++');
      const key = Number((await slave.command(`key ${name}`)).split(' ')[1]);
      const live = listSegments().filter((segment) => segment.key === key);
      assert.deepEqual(live, shm === 'system-v' ? [{ key, perms: '666', size: 8576, attached: 2 }] : []);
      assert.equal(existsSync(fileOf(name)), shm !== 'system-v');
      assert.deepEqual(lyingUnder(name, peers), { perms: permsOf(peers), size: 8576 });
      await slave.quit();
      await master.quit();
      assert.equal(lyingUnder(name, peers), undefined, 'the creator removes it');
    });

    it('a library is found out to be of its kind by trying it', async () => {
      assert.equal(await kindOfLibrary(peers.peer, peers.env, peers.lib), shm);
    });

    for (const language of ['c++', 'python'] as const) {
      it(`a ${language} peer refuses with the codes of the original`, async () => {
        const { master, slave } = await pair(language, 'c++');
        assert.equal(await refusal(master.write(new Uint8Array(4097))), -13, 'a write over the slot');
        assert.equal((await master.values('stats')).m2s_write_count, 0, 'nothing was touched');
        assert.equal(await refusal(master.command('read 0')), -9, 'no data at once');
        assert.equal(await refusal(master.command('read 20')), -10, 'no data in time');
        const short = refusal(master.command('read 120000 3'));
        await reads(master);
        await slave.command('write 01020304');
        assert.equal(await short, -13, 'a buffer under the message');
        await master.command('close');
        assert.equal(await refusal(master.command('write 00')), -14, 'after close');
      });
    }

    it('a slave without a master is refused at once', async () => {
      for (const language of ['c++', 'python'] as const) {
        const slave = PeerProcess.start(peers, language);
        assert.equal(await refusal(slave.open('slave', uniqueName())), -14, language);
      }
    });

    it('auto is the master where there is no segment, and the slave where there is one', async () => {
      const name = uniqueName();
      const first = PeerProcess.start(peers);
      const second = PeerProcess.start(peers, 'python');
      assert.equal(await first.open('auto', name), 'ok role=0');
      assert.equal(await second.open('auto', name), 'ok role=1');
      await second.quit();
      await first.quit();
    });

    it("what was written before the first read is not seen by the original's next read", async () => {
      const { master, slave } = await pair('c++', 'c++');
      await master.command('write 61');
      assert.equal(await refusal(slave.command('read 50')), -10);
    });

    it('an echoing peer gives back what it was sent', async () => {
      const { master, slave } = await pair('c++', 'python');
      let echoed: string | undefined;
      const echoing = slave.command('echo 3 120000').then((answer) => {
        echoed = answer;
      });
      // Of those that come while it has no core it sees the last.
      while (echoed === undefined) await Promise.race([master.command('burst 3 64 20000'), echoing]);
      assert.equal(echoed, 'ok echoed=3');
      assert.equal((await master.values('stats')).s2m_write_count, 3);
    });
  });
}

describe('C++ peers of whatever kind', () => {
  let peers: Peers;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });

  afterEach(() => cleanUp());

  it('every recorded name has its recorded key', async () => {
    const peer = PeerProcess.start(peers);
    for (const { name, key } of keys) {
      assert.equal(await peer.command(`key ${encodeURIComponent(name)}`), `key ${key}`, name);
    }
  });

  it('error codes have the texts of the original', async () => {
    const line = await PeerProcess.start(peers).command('errors');
    for (const text of [
      '0=Success',
      '-1=Invalid parameter',
      '-2=Failed to create shared memory',
      '-9=No data available',
      '-10=Operation timed out',
      '-11=Master is stale',
      '-13=Buffer too small',
      '-14=Not initialized',
      '-15=Role mismatch',
    ]) {
      assert.ok(`${line.slice('errors '.length)};`.includes(`${text};`), text);
    }
  });

  it('a torture reader sees no torn message at full speed, and would notice one', async () => {
    const name = uniqueName();
    const [master, slave] = [PeerProcess.start(peers), PeerProcess.start(peers)];
    await master.open('master', name);
    await slave.open('slave', name);
    const [read] = await Promise.all([
      slave.values('torture-read 1'),
      master.command('torture-write 1.2 mixed'),
    ]);
    assert.ok(read.messages! > 0);
    assert.equal(read.torn, 0);
    const second = slave.values('torture-read 0.5');
    for (let i = 0; i < 60; i++) {
      await master.command('write 000102');
      await sleep(10);
    }
    assert.ok((await second).torn! > 0);
  });
});
