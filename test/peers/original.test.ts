/** What the original does beside its protocol, by our stand-in for it: PROTOCOL.md section 11. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { fileOf } from '../support/channels.js';
import { type PeerKind, type Peers, requirePeers } from './build.js';
import { cleanUp, pass, refusal, sleep, uniqueName, unseenBy, until } from './helpers.js';
import { PeerProcess } from './peer-process.js';
import { SHM_KINDS } from './shm-kind.js';

for (const shm of SHM_KINDS) {
  describe(`the stand-in is as unkind as the original (${shm})`, () => {
    let peers: Peers;
    let name: string;

    before(async function () {
      peers = await requirePeers(this, ['c++', 'python'], { library: 'plain', shm });
    });

    beforeEach(() => {
      name = uniqueName('original');
    });

    afterEach(() => cleanUp());

    async function start(
      role: 'master' | 'slave',
      options = '',
      kind: PeerKind = 'c++',
    ): Promise<PeerProcess> {
      const peer = PeerProcess.start(peers, kind);
      await peer.open(role, name, options);
      return peer;
    }

    it('a null pointer is refused, of an empty message too; an empty message with a pointer is one', async () => {
      const master = await start('master', 'threshold=5000');
      const slave = await start('slave');
      for (const size of [0, 5]) assert.equal(await refusal(master.command(`write-null ${size}`)), -1);
      assert.equal((await master.values('stats')).m2s_write_count, 0, 'nothing was touched');
      assert.deepEqual(await pass(master, slave, new Uint8Array()), Buffer.alloc(0));
    });

    for (const kind of ['c++', 'python'] as const) {
      const sees = shm === 'posix-remembers' ? 'sees all but the first message' : 'never sees anything';
      it(`a read of ${kind} that does not wait ${sees}`, async () => {
        const master = await start('master', '', kind);
        const slave = await start('slave', '', kind);
        for (let i = 0; i < 20; i++) {
          await master.command('write 01');
          const expected = shm === 'posix-remembers' && i > 0 ? undefined : -9;
          assert.equal(await refusal(slave.command('read 0')), expected);
        }
      });
    }

    const after = shm === 'posix-remembers' ? 'deaf until it passes what it had' : 'not deaf';
    it(`a slave whose master starts again in a new segment, with its count at 0, is ${after}`, async () => {
      const master = await start('master');
      const slave = await start('slave', 'attempts=0 wait=0 retry=10');
      for (const text of ['a', 'b', 'c']) await pass(master, slave, Buffer.from(text));
      const had = (await master.values('stats')).m2s_write_count!;
      await master.quit();
      await until('a detached slave', async () => (await refusal(slave.command('stats'))) === -14);
      const next = await unseenBy(slave, () => start('master'));
      await until('the new master', async () =>
        (await slave.ask('stats')).includes(` master_pid=${next.pid} `),
      );
      if (shm !== 'posix-remembers') {
        assert.deepEqual(await pass(next, slave, Buffer.from('d')), Buffer.from('d'));
        return;
      }
      for (let count = 1; count <= had; count++) {
        const reading = refusal(slave.command('read 300'));
        await sleep(50);
        await next.command('write 01');
        assert.equal(await reading, -10, `message ${count} of ${had}`);
      }
      await next.command('write 02');
      assert.deepEqual(await slave.read(0), Buffer.from([2]));
    });

    it('a master whose slave has not come takes it for alive, then for stale, and sees it recover', async () => {
      const master = await start('master', 'threshold=400');
      assert.equal(await master.isRemoteAlive(), true, 'not stale at once');
      await until('a stale', async () => (await master.staleCount()) === 1);
      assert.equal(await master.isRemoteAlive(), false);
      await start('slave', 'threads=0');
      await sleep(100);
      assert.equal(await master.isRemoteAlive(), false, 'one that does not beat is none');
      const slave = await start('slave');
      await until('a beat', () => master.isRemoteAlive());
      await slave.quit();
    });

    it('a slave that looks for its master refuses all, and leaves a segment alone in which nobody beats', async () => {
      const master = await start('master');
      const slave = await start('slave', 'attempts=0 wait=0 retry=10');
      await master.kill();
      await until('a detached slave', async () => (await refusal(slave.command('stats'))) === -14);
      for (let i = 0; i < 10; i++) {
        assert.equal(await refusal(slave.command('write 00')), -10);
        assert.equal(await refusal(slave.command('read 1000')), -10);
        assert.equal(await slave.isRemoteAlive(), false);
        assert.equal(await refusal(slave.command('stats')), -14);
        await sleep(10);
      }
    });

    it('every start, end, stale, recovery and attempt and every failed call is a line on stderr, and none on stdout', async () => {
      const refused = PeerProcess.start(peers);
      assert.equal(await refusal(refused.open('slave', name)), -14);
      const master = await start('master');
      await until('a stale', async () => (await master.staleCount()) === 1);
      const slave = await start('slave', 'attempts=0 wait=0 retry=10');
      await until('a recovery', () => master.isRemoteAlive());
      await master.quit();
      await until('a detached slave', async () => (await refusal(slave.command('stats'))) === -14);
      await sleep(100);
      const next = await unseenBy(slave, () => start('master'));
      await until('the new master', () => slave.isRemoteAlive());
      await slave.quit();
      await next.quit();

      const threads = ['Heartbeat thread started', 'Monitor thread started'];
      const ends = ['Heartbeat thread ended', 'Monitor thread ended'];
      const stale = 'Remote endpoint detected as STALE! (counter: 100 ms)';
      const begins = 'Master starting with generation 1';
      const call = shm === 'system-v' ? 'shmget' : 'shm_open';
      const noSegment = `${call} failed: No such file or directory`;
      await refused.quit();
      for (const [peer, expected] of [
        [refused, [noSegment]],
        [master, [begins, ...threads, stale, 'Remote endpoint recovered', ...ends]],
        [next, [begins, ...threads, ...ends]],
        [
          slave,
          [
            ...threads,
            stale,
            'Reattaching, attempt 1',
            'Reattaching, attempt 2',
            noSegment,
            'Reattached',
            ...ends,
          ],
        ],
      ] as const) {
        const lines = linesOf(peer);
        for (const line of expected) assert.ok(lines.includes(line), `${line} in:\n${lines.join('\n')}`);
      }
    });

    /** What the library in a peer has said on stderr, line by line; it has said nothing else. */
    function linesOf(peer: PeerProcess): string[] {
      assert.equal(peer.printed.stdout, '');
      return peer.printed.stderr
        .trimEnd()
        .split('\n')
        .map((line) => {
          assert.ok(line.startsWith('[ESHM] '), line);
          return line.slice('[ESHM] '.length);
        });
    }
  });
}

for (const shm of ['posix', 'posix-remembers'] as const) {
  describe(`files of the stand-in (${shm})`, () => {
    let peers: Peers;
    let name: string;

    before(async function () {
      peers = await requirePeers(this, ['c++'], { library: 'plain', shm });
    });

    beforeEach(() => {
      name = uniqueName('files');
    });

    afterEach(() => cleanUp());

    it('bear the name of the channel, its slashes as underscores, cut at 254 bytes', async () => {
      for (const channel of [`${name}/a/../b`, name.padEnd(300, 'ü')]) {
        const master = PeerProcess.start(peers);
        await master.open('master', channel);
        const file = Buffer.from(`eshm_${channel.replaceAll('/', '_')}`).subarray(0, 254);
        const files = readdirSync('/dev/shm', { encoding: 'buffer' });
        assert.ok(
          files.some((found) => found.equals(file)),
          `${file} in ${files.join(', ')}`,
        );
        await master.quit();
        assert.ok(!readdirSync('/dev/shm', { encoding: 'buffer' }).some((found) => found.equals(file)));
      }
    });

    it('have mode 0666 less the umask', async () => {
      const before = process.umask(0o027);
      try {
        const master = PeerProcess.start(peers);
        await master.open('master', name);
        assert.equal(statSync(fileOf(name)).mode & 0o777, 0o640);
        await master.quit();
      } finally {
        process.umask(before);
      }
    });

    for (const role of ['master', 'slave'] as const) {
      it(`that are empty end a ${role} by SIGBUS`, async () => {
        writeFileSync(fileOf(name), '');
        const peer = PeerProcess.start(peers);
        await assert.rejects(peer.open(role, name), /signal SIGBUS/);
      });
    }

    it('of zeros are none to a slave, and are replaced by a master', async () => {
      writeFileSync(fileOf(name), Buffer.alloc(8576));
      const { ino } = statSync(fileOf(name));
      const [master, slave] = [PeerProcess.start(peers), PeerProcess.start(peers)];
      assert.equal(await refusal(slave.open('slave', name)), -14);
      await master.open('master', name);
      assert.notEqual(statSync(fileOf(name)).ino, ino);
      assert.equal(await slave.open('slave', name), 'ok role=1');
      await slave.quit();
      await master.quit();
    });

    it('are removed by name, whoever they belong to by then', async () => {
      const [first, second] = [PeerProcess.start(peers), PeerProcess.start(peers)];
      await first.open('master', name);
      await second.open('master', name);
      await first.quit();
      assert.equal(existsSync(fileOf(name)), false, 'the file of the second');
      assert.equal(await second.command('write 01'), 'ok');
      await second.quit();
    });
  });
}
