/** What the original does beside its protocol, by our stand-in for it: PROTOCOL.md section 11. */
import assert from 'node:assert/strict';
import { type PeerKind, type Peers, requirePeers } from './build.js';
import { cleanUp, pass, refusal, sleep, uniqueName, until } from './helpers.js';
import { PeerProcess } from './peer-process.js';

describe('the stand-in is as unkind as the original', () => {
  let peers: Peers;
  let name: string;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python'], { library: 'plain' });
  });

  beforeEach(() => {
    name = uniqueName('original');
  });

  afterEach(() => cleanUp());

  async function start(role: 'master' | 'slave', options = '', kind: PeerKind = 'c++'): Promise<PeerProcess> {
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
    it(`a read of ${kind} that does not wait never sees anything`, async () => {
      const master = await start('master', '', kind);
      const slave = await start('slave', '', kind);
      for (let i = 0; i < 20; i++) {
        await master.command('write 01');
        assert.equal(await refusal(slave.command('read 0')), -9);
      }
    });
  }

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
    const next = await start('master');
    await until('the new master', () => slave.isRemoteAlive());
    await slave.quit();
    await next.quit();

    const threads = ['Heartbeat thread started', 'Monitor thread started'];
    const ends = ['Heartbeat thread ended', 'Monitor thread ended'];
    const stale = 'Remote endpoint detected as STALE! (counter: 100 ms)';
    const begins = 'Master starting with generation 1';
    const noSegment = 'shmget failed: No such file or directory';
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
