/** Who may start as what, against C++ peers and our own (PROTOCOL.md section 4, DESIGN.md). */
import assert from 'node:assert/strict';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import type { Header } from '../../../lib/header/header.js';
import { Eshm, EshmError, type EshmOptions } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { blockingWaitsOf } from '../../support/blocking.js';
import {
  assertNothingLeft,
  attachmentsHere,
  imageOf,
  removeLeftovers,
  segmentOf,
  thrownBy,
  uniqueName,
  until,
} from '../../support/channels.js';
import { headerOf } from '../../support/header-of.js';
import { NOBODY, needsAnotherUser } from '../../support/needs.js';
import { openRaw } from '../../support/raw-memory.js';
import { builtUrl, ended, killChildren, startNode } from '../../support/run-node.js';

/** With these nobody is taken for dead whom a busy machine leaves without a core. */
const PATIENT = { staleThresholdMs: 60_000 };

const generationOf = (name: string) => imageOf(name).readUInt32LE(layoutFor().header.masterGeneration);

describe('roles', () => {
  let peers: Peers;
  let name: string;
  const open: Eshm[] = [];
  const endpoint = (role: 'master' | 'slave' | 'auto', options: EshmOptions = {}) => {
    const one = Eshm.open(name, { role, ...options });
    open.push(one);
    return one;
  };
  /** The error of an open that fails; nothing may be attached then that was not before. */
  const refused = (role: 'master' | 'slave' | 'auto', options: EshmOptions = {}) => {
    const before = attachmentsHere();
    const error = thrownBy<EshmError>(() => endpoint(role, options));
    assert.ok(error instanceof EshmError, `${error}`);
    assert.equal(attachmentsHere(), before, 'attachments after a refusal');
    return error;
  };

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });
  beforeEach(() => {
    name = uniqueName('roles');
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.close();
    await PeerProcess.killAll();
    killChildren();
    removeLeftovers();
    assertNothingLeft();
  });

  /** A Node process with an open endpoint. */
  async function child(role: string, options: EshmOptions = {}) {
    const process = startNode(`
      import { Eshm } from '${builtUrl('lib/index.js')}';
      globalThis.eshm = Eshm.open('${name}', ${JSON.stringify({ role, ...options })});
      console.log('ready');
      setInterval(() => {}, 1000);`);
    const end = ended(process);
    await Promise.race([
      new Promise((resolve) => process.stdout?.once('data', resolve)),
      end.then(({ stderr }) => Promise.reject(new Error(stderr))),
    ]);
    return {
      pid: process.pid!,
      kill: async () => {
        process.kill('SIGKILL');
        await end;
      },
    };
  }
  const cpp = async (role: 'master' | 'slave', { staleThresholdMs }: EshmOptions = {}) => {
    const peer = PeerProcess.start(peers);
    await peer.open(role, name, staleThresholdMs === undefined ? '' : `threshold=${staleThresholdMs}`);
    return { pid: peer.pid, kill: () => peer.kill() };
  };
  const languages = { TypeScript: child, 'C++': cpp };

  it('a master creates the segment with the default size and mode', () => {
    const master = endpoint('master');
    const found = segmentOf(name);
    assert.deepEqual([found?.size, found?.mode, found?.key], [8576, 0o666, deriveKey(name)]);
    assert.deepEqual([master.role, master.state, master.remoteAlive], ['master', 'connected', false]);
  });

  it('a slave without a segment is refused, and told to start the master', () => {
    const error = refused('slave');
    assert.deepEqual(
      [error.code, error.status, error.syscall, error.errnoName],
      ['ESHM_SHM_ATTACH', -3, 'shmget', 'ENOENT'],
    );
    assert.match(error.message, /start the master first/);
  });

  it('auto is master without a segment, and slave with one', () => {
    assert.equal(endpoint('auto').role, 'master');
    assert.equal(endpoint('auto').role, 'slave');
  });

  it('a master says who has its role, also where it saw a start that had not written its process id yet', async () => {
    const master = endpoint('master', PATIENT);
    using memory = openRaw(name, 'system-v')!;
    const { masterGeneration, masterPid } = layoutFor().header;
    const word = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
    memory.write(masterGeneration, word(2));
    await until('the news', () => master.state === 'disconnected');
    memory.write(masterPid, word(4711));
    assert.match(thrownBy<EshmError>(() => master.write('late')).message, /\(pid 4711, generation 2\)/);
  });

  for (const [language, start] of Object.entries(languages)) {
    it(`a live ${language} master is not taken over, unless by force`, async () => {
      const { pid } = await start('master', PATIENT);
      const error = refused('master');
      assert.deepEqual([error.code, error.status], ['ESHM_ROLE_MISMATCH', -15]);
      assert.ok(error.message.includes(`pid ${pid}, generation 1`), error.message);
      const forced = endpoint('master', { force: true });
      assert.equal(generationOf(name), 2);
      assert.equal(forced.stats().masterPid, process.pid);
    });

    it(`a live ${language} slave is not joined by a second, unless by force`, async () => {
      endpoint('master', PATIENT);
      const { pid } = await start('slave', PATIENT);
      const error = refused('slave');
      assert.equal(error.code, 'ESHM_ROLE_MISMATCH');
      assert.ok(error.message.includes(`pid ${pid}`), error.message);
      assert.equal(refused('auto').code, 'ESHM_ROLE_MISMATCH');
      assert.equal(endpoint('slave', { force: true }).stats().slavePid, process.pid);
    });

    it(`an endpoint whose role a ${language} one has taken touches the channel no more, and says so`, async () => {
      for (const role of ['master', 'slave'] as const) {
        name = uniqueName('roles');
        const [master, slave] = [endpoint('master'), endpoint('slave')];
        const [overtaken, other] = role === 'master' ? [master, slave] : [slave, master];
        const events: string[] = [];
        overtaken.on('disconnected', () => events.push('disconnected'));
        const { pid } = language === 'C++' ? await cpp(role) : await child(role, { force: true });
        await until('the news', () => overtaken.state === 'disconnected');
        other.write('for the heir');
        const calls = {
          write: () => overtaken.write('late'),
          read: () => overtaken.tryRead(),
          readInto: () => overtaken.tryReadInto(Buffer.alloc(8)),
          readSync: () => overtaken.readSync({ timeoutMs: 5000 }),
          sendSync: () => overtaken.sendSync('late', { timeoutMs: 5000 }),
        };
        const image = imageOf(name).subarray(128).toString('hex');
        for (const [call, act] of Object.entries(calls)) {
          const error = thrownBy(act);
          assert.ok(error instanceof EshmError && error.code === 'ESHM_ROLE_MISMATCH', `${call}: ${error}`);
          assert.ok(error.message.includes(`pid ${pid}`), error.message);
        }
        await assert.rejects(overtaken.read(), { code: 'ESHM_ROLE_MISMATCH' });
        await assert.rejects(overtaken.send('late'), { code: 'ESHM_ROLE_MISMATCH' });
        assert.equal(imageOf(name).subarray(128).toString('hex'), image, 'both channels as they were');
        assert.deepEqual(events, ['disconnected']);
        overtaken.close();
        const alive = layoutFor().header[role === 'master' ? 'masterAlive' : 'slaveAlive'];
        assert.equal(imageOf(name).readUInt32LE(alive), 1, 'the flag is that of the other');
        await until('the heir', () => other.remoteAlive);
      }
    });

    it(`the segment of a killed ${language} master without a slave is replaced`, async () => {
      const { kill } = await start('master');
      const { id } = segmentOf(name)!;
      await kill();
      assert.equal(imageOf(name).readUInt32LE(layoutFor().header.masterAlive), 1, 'its flag is still up');
      endpoint('master');
      assert.notEqual(segmentOf(name)?.id, id);
      assert.equal(generationOf(name), 1);
    });

    it(`a killed ${language} master is taken over where a slave is there, channels and all`, async () => {
      const { kill } = await start('master');
      const slave = endpoint('slave');
      const { id } = segmentOf(name)!;
      slave.write('unread');
      await kill();
      const master = endpoint('master');
      assert.equal(segmentOf(name)?.id, id);
      assert.equal(generationOf(name), 2);
      assert.equal(`${master.peek()}`, 'unread');
      await until('the new master', () => {
        slave.tryRead();
        return slave.remoteAlive;
      });
    });

    it(`a killed ${language} slave makes room for another`, async () => {
      const master = endpoint('master');
      const { kill } = await start('slave');
      await kill();
      const slave = endpoint('slave');
      master.write('hello');
      assert.equal(`${slave.readSync()}`, 'hello');
    });
  }

  for (const role of ['master', 'slave'] as const) {
    it(`force does not wait for a dead ${role} to show a beat`, async () => {
      // The heartbeat worker is started before.
      endpoint('master', {}).close();
      leaveBehind(deriveKey(name), (header) => {
        header.create(60_000);
        header.claim('slave', 0);
      });
      const waits = await blockingWaitsOf(() => endpoint(role, { force: true }));
      assert.deepEqual(waits, []);
      assert.equal(generationOf(name), role === 'master' ? 2 : 1);
    });
  }

  it('a slave refuses a segment of another size, and says both', () => {
    endpoint('master', { maxDataSize: 1000 });
    const error = refused('slave');
    assert.equal(error.code, 'ESHM_SHM_ATTACH');
    assert.match(error.message, /2304 bytes, expected 8576/);
  });

  for (const [ours, theirs] of [
    [4096, 4104],
    [4104, 4096],
  ] as const) {
    it(`a slave with ${theirs} joins a master with ${ours}, whose segment has the same size, and no message comes`, () => {
      const master = endpoint('master', { maxDataSize: ours });
      const slave = endpoint('slave', { maxDataSize: theirs });
      master.write('to the slave');
      slave.write('to the master');
      assert.deepEqual([slave.tryRead(), master.tryRead()], [undefined, undefined]);
      assert.deepEqual([slave.state, master.state], ['connected', 'connected']);
    });
  }

  const strangers: [what: string, prepare: (header: Buffer) => void, found: RegExp][] = [
    ['without magic', (bytes) => bytes.fill(7, 0, 64), /magic is 0x07070707, expected 0x4553484D/],
    ['without anything', () => {}, /magic is 0x00000000, expected 0x4553484D/],
    ['of version 3', (bytes) => bytes.set([0x4d, 0x48, 0x53, 0x45, 3]), /version is 3, expected 2/],
  ];
  for (const [what, prepare, found] of strangers) {
    it(`a segment ${what} is refused by a slave, and replaced by a master only when nobody uses it`, () => {
      const stranger = Segment.create(deriveKey(name), 8576, 0o666);
      prepare(stranger.bytes);
      try {
        assert.match(refused('slave').message, found);
        assert.match(refused('auto').message, found);
        const error = refused('master');
        assert.equal(error.code, 'ESHM_SHM_CREATE');
        assert.match(error.message, found);
        assert.match(error.message, /1 attachment\(s\) use it.*force: true/);
        assert.equal(segmentOf(name)?.id, stranger.id, 'nothing was done to it');
      } finally {
        stranger.detach();
      }
      endpoint('master');
      assert.notEqual(segmentOf(name)?.id, stranger.id);
      assert.equal(generationOf(name), 1);
    });
  }

  it('a segment that is too small for a header is refused and replaced too', () => {
    Segment.create(deriveKey(name), 16, 0o666).detach();
    assert.match(refused('slave').message, /16 bytes, expected 8576/);
    endpoint('master');
    assert.equal(segmentOf(name)?.size, 8576);
  });

  it('force replaces a segment that somebody uses', () => {
    const stranger = Segment.create(deriveKey(name), 100, 0o666);
    try {
      endpoint('master', { force: true });
      assert.equal(segmentOf(name)?.size, 8576);
    } finally {
      stranger.detach();
    }
  });

  it('mode and ownerOnly set the permissions', () => {
    endpoint('master', { mode: 0o640 }).close();
    endpoint('master', { ownerOnly: true });
    assert.equal(segmentOf(name)?.mode, 0o600);
    endpoint('slave', { ownerOnly: true });
  });

  it("ownerOnly refuses another user's segment; without it, its mode decides", async function () {
    needsAnotherUser(this);
    endpoint('master', { mode: 0o644 });
    const code = (options: string) => `
      import { Eshm } from '${builtUrl('lib/index.js')}';
      try { Eshm.open('${name}', ${options}).close(); console.log('opened'); } catch (error) {
        console.log(error.code, error.errnoName, error.message);
      }`;
    const other = { uid: NOBODY, gid: NOBODY };
    const run = async (options: string) => (await ended(startNode(code(options), other))).stdout;
    assert.match(await run("{ role: 'slave' }"), /^ESHM_SHM_ATTACH EACCES .*mode 0644 and belongs to uid 0/);
    assert.match(await run("{ role: 'master' }"), /^ESHM_SHM_\w+ EACCES .*mode 0644 and belongs to uid 0/);
    open.pop()?.close();
    endpoint('master');
    assert.match(await run("{ role: 'slave', ownerOnly: true }"), /^ESHM_SHM_ATTACH .*belongs to uid 0/);
    assert.match(await run("{ role: 'slave' }"), /^opened/);
  });

  it("a master that may not remove another user's abandoned segment says whose it is, and leaves it as it was", async function () {
    needsAnotherUser(this);
    const left = Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666);
    headerOf(left.bytes).create(20);
    const { stdout, stderr } = await ended(
      startNode(
        `
      import { Eshm } from '${builtUrl('lib/index.js')}';
      try { Eshm.open('${name}', { role: 'master' }); } catch (error) {
        console.log(error.code, error.status, error.syscall, error.errnoName, error.message);
      }`,
        { uid: NOBODY, gid: NOBODY },
      ),
    );
    assert.match(stdout, /^ESHM_SHM_DELETE -5 shmctl EPERM Cannot open 'test-roles/, stderr);
    const advice = `segment ${left.id} belongs to uid 0, this process runs as uid 65534, and whatever its mode only they and root may remove it: run as uid 0, or have it removed by that user (ipcrm -m ${left.id})`;
    assert.ok(stdout.includes(advice), stdout);
    assert.equal(segmentOf(name)?.id, left.id);
    assert.ok(!headerOf(left.bytes).flagged('master'), 'nobody waits for a beat in it');
    left.remove();
    left.detach();
  });

  it('a master that may not remove the segment it took over says so on close, with a code', async function () {
    needsAnotherUser(this);
    const left = Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666);
    const header = headerOf(left.bytes);
    header.create(20);
    header.claim('slave', header.identity('slave'));
    left.detach();
    const { stdout, stderr } = await ended(
      startNode(
        `
      import { Eshm } from '${builtUrl('lib/index.js')}';
      const master = Eshm.open('${name}', { role: 'master' });
      try { master.close(); } catch (error) { console.log(error.name, error.code, error.errnoName, master.state); }`,
        { uid: NOBODY, gid: NOBODY },
      ),
    );
    assert.equal(stdout.trim(), 'EshmError ESHM_SHM_DELETE EPERM closed', stderr);
    assert.equal(left.stat().attachments, 0, 'unmapped all the same');
    left.remove();
  });

  for (const [what, bad] of [
    ['an empty name', ''],
    ['a name with a NUL', 'a\0b'],
    ['a name with the key 0', 'jxtzidc'],
  ] as const) {
    it(`${what} is refused by every start, with the reason`, async () => {
      for (const role of ['master', 'slave', 'auto'] as const) {
        assert.throws(() => Eshm.open(bad, { role }), { name: 'RangeError', message: /name/ });
      }
      await assert.rejects(Eshm.connect(bad), { name: 'RangeError', message: /name/ });
    });
  }

  it('a name that is no string is a TypeError', async () => {
    assert.throws(() => Eshm.open(5 as unknown as string), TypeError);
    await assert.rejects(Eshm.connect(undefined as unknown as string), TypeError);
  });
});

/** A segment that nobody is in. */
function leaveBehind(key: number, prepare: (header: Header) => unknown): void {
  const segment = Segment.create(key, layoutFor().segmentSize, 0o666);
  prepare(headerOf(segment.bytes));
  segment.detach();
}
