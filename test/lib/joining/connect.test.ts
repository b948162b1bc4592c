import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { type ConnectOptions, Eshm, type EshmError } from '../../../lib/index.js';
import { SHORTEST_GRACE_MS } from '../../../lib/joining/judge.js';
import { Segment } from '../../../syscalls/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import {
  assertNothingLeft,
  removeLeftovers,
  segmentOf,
  thrownBy,
  uniqueName,
  until,
} from '../../support/channels.js';
import { headerOf } from '../../support/header-of.js';
import { builtUrl, ended, killChildren, runNode, startNode } from '../../support/run-node.js';
import { unlessStarved } from '../../support/starved.js';

describe('Eshm.connect()', () => {
  let name: string;
  let peers: Peers;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });
  beforeEach(() => {
    name = uniqueName('connect');
  });
  afterEach(async () => {
    await PeerProcess.killAll();
    killChildren();
    removeLeftovers();
    assertNothingLeft();
  });

  async function rejection(connecting: Promise<Eshm>): Promise<EshmError> {
    try {
      (await connecting).close();
    } catch (error) {
      return error as EshmError;
    }
    throw new assert.AssertionError({ message: 'it connected' });
  }

  it('waits for a master, in any language', async () => {
    const connecting = Eshm.connect(name, { timeoutMs: 120_000 });
    await sleep(50);
    const master = PeerProcess.start(peers);
    await master.open('master', name);
    using slave = await connecting;
    assert.equal(slave.role, 'slave');
    slave.write('hello');
    assert.equal((await master.values('stats')).s2m_write_count, 1);
  });

  it('finds a master that is there already, with any limit', async () => {
    using _master = Eshm.open(name, { role: 'master' });
    for (const timeoutMs of [1000, Number.POSITIVE_INFINITY])
      (await Eshm.connect(name, { timeoutMs })).close();
  });

  for (const language of ['TypeScript', 'c++'] as const) {
    it(`finds a ${language} master that is there without any time to wait for one`, async function () {
      const code = `import { Eshm } from '${builtUrl('lib/index.js')}';
        Eshm.open('${name}', { role: 'master' });
        setInterval(() => {}, 1000);
        console.log('open');`;
      const child = language === 'c++' ? PeerProcess.start(peers) : startNode(code);
      if (child instanceof PeerProcess) await child.open('master', name);
      else await once(child.stdout!, 'data');
      // One that has no core beats as little as one that is dead.
      await unlessStarved(this, SHORTEST_GRACE_MS, async (waits) => {
        waits.watch(child.pid!);
        for (const timeoutMs of [0, 1, 2, 5, 0, 1, 2, 5]) (await Eshm.connect(name, { timeoutMs })).close();
        // A process of its own: its heartbeat worker has yet to start.
        const { stdout, stderr } = await runNode(`
          import { Eshm } from '${builtUrl('lib/index.js')}';
          const slave = await Eshm.connect('${name}', { timeoutMs: 0 });
          console.log(slave.role);
          slave.close();`);
        assert.deepEqual([stdout, stderr], ['slave\n', '']);
      });
    });
  }

  it('without any time to wait says what is there all the same', async () => {
    const now = () => rejection(Eshm.connect(name, { timeoutMs: 0 }));
    const causeOf = (error: EshmError) => [error.code, (error.cause as EshmError | undefined)?.code];
    const nobody = await now();
    assert.deepEqual([nobody.code, (nobody.cause as EshmError).errnoName], ['ESHM_TIMEOUT', 'ENOENT']);

    const dead = PeerProcess.start(peers);
    await dead.open('master', name);
    await dead.kill();
    const before = performance.now();
    const ofDead = await now();
    assert.ok(performance.now() - before >= 40, 'it was given time to show a beat');
    assert.deepEqual(causeOf(ofDead), ['ESHM_TIMEOUT', 'ESHM_MASTER_STALE']);
    assert.match(ofDead.message, /no live master within 0 ms; .*its master does not beat/);

    const master = Eshm.open(name, { role: 'master', autoCleanup: false, maxDataSize: 1000 });
    assert.match((await now()).message, /2304 bytes, expected 8576/);
    assert.equal((await now()).code, 'ESHM_SHM_ATTACH');
    const fitting = { timeoutMs: 0, maxDataSize: 1000 };
    const slave = Eshm.open(name, { role: 'slave', maxDataSize: 1000 });
    assert.equal((await rejection(Eshm.connect(name, fitting))).code, 'ESHM_ROLE_MISMATCH');
    slave.close();
    master.close();
    const ofLeft = await rejection(Eshm.connect(name, fitting));
    assert.deepEqual(causeOf(ofLeft), ['ESHM_TIMEOUT', 'ESHM_MASTER_STALE']);
    assert.match(ofLeft.message, /there is a segment, but no master is in it/);
  });

  it('times out with the last obstacle as its cause', async () => {
    const before = performance.now();
    const error = await rejection(Eshm.connect(name, { timeoutMs: 40 }));
    assert.ok(performance.now() - before >= 40);
    assert.deepEqual([error.code, error.status], ['ESHM_TIMEOUT', -10]);
    assert.match(error.message, /no live master within 40 ms; .*start the master/);
    assert.equal(error.message.split('Cannot ').length, 2, `it says once what failed: ${error.message}`);
    const cause = error.cause as EshmError;
    assert.deepEqual([cause.code, cause.errnoName], ['ESHM_SHM_ATTACH', 'ENOENT']);
  });

  for (const shm of ['system-v', 'posix'] as const) {
    it(`names the channel in ${shm} that a typing error has missed, as open does`, async () => {
      using _master = Eshm.open(name, { role: 'master', shm });
      const typed = `${name.slice(0, -1)}o${name.slice(-1)}`;
      const meant = new RegExp(`; did you mean '${name}'\\?$`);
      for (const where of ['auto', shm] as const) {
        const error = await rejection(Eshm.connect(typed, { timeoutMs: 0, shm: where }));
        assert.equal(error.code, 'ESHM_TIMEOUT');
        assert.match(error.message, meant);
        const refused = thrownBy<EshmError>(() => Eshm.open(typed, { role: 'slave', shm: where }));
        assert.deepEqual([refused.code, refused.errnoName], ['ESHM_SHM_ATTACH', 'ENOENT']);
        assert.match(refused.message, meant);
      }
      // Where it would not be looked for, it is none that could have been meant.
      const elsewhere = shm === 'posix' ? 'system-v' : 'posix';
      const error = await rejection(Eshm.connect(typed, { timeoutMs: 0, shm: elsewhere }));
      assert.doesNotMatch(error.message, /did you mean/);
    });
  }

  it('does not take a dead master for a live one', async () => {
    const master = PeerProcess.start(peers);
    await master.open('master', name);
    await master.kill();
    const error = await rejection(Eshm.connect(name, { timeoutMs: 100 }));
    assert.equal(error.code, 'ESHM_TIMEOUT');
    assert.match(error.message, /does not beat/);
  });

  it('waits through the dead master of before, until a new one starts', async () => {
    const dead = PeerProcess.start(peers);
    await dead.open('master', name);
    await dead.kill();
    const connecting = Eshm.connect(name, { timeoutMs: 120_000 });
    await sleep(30);
    using master = Eshm.open(name, { role: 'master' });
    using slave = await connecting;
    master.write('new');
    assert.equal(`${slave.readSync()}`, 'new');
  });

  it('rejects at once where a live master has another size, and waits where nobody uses it', async () => {
    const master = Eshm.open(name, { role: 'master', maxDataSize: 1000 });
    const error = await rejection(Eshm.connect(name, { timeoutMs: 60_000 }));
    assert.equal(error.code, 'ESHM_SHM_ATTACH');
    assert.match(error.message, /2304 bytes, expected 8576/);
    master.close();
    Segment.create(deriveKey(name), 100, 0o666).detach();
    const connecting = Eshm.connect(name, { timeoutMs: 120_000 });
    await sleep(30);
    using _master = Eshm.open(name, { role: 'master' });
    (await connecting).close();
  });

  it('rejects where a live slave is there', async () => {
    using _master = Eshm.open(name, { role: 'master' });
    using _slave = Eshm.open(name, { role: 'slave' });
    assert.equal((await rejection(Eshm.connect(name, { timeoutMs: 120_000 }))).code, 'ESHM_ROLE_MISMATCH');
  });

  it('never blocks: not for its worker, not at an unfinished segment, not for the dead slave of before', async () => {
    const unfinished = Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666);
    // A process of its own: its heartbeat worker has yet to start.
    const child = startNode(`
      import { Eshm } from '${builtUrl('lib/index.js')}';
      import { blockingWaitsOf } from '${builtUrl('test/support/blocking.js')}';
      let slave;
      const waits = await blockingWaitsOf(async () => {
        const connecting = Eshm.connect('${name}', { timeoutMs: 30_000 });
        console.log('connecting');
        slave = await connecting;
      });
      slave.close();
      console.log(JSON.stringify(waits));`);
    const end = ended(child);
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    await sleep(150);
    unfinished.remove();
    unfinished.detach();
    using master = Eshm.open(name, { role: 'master', staleThresholdMs: 400 });
    const segment = Segment.attach(segmentOf(name)!.id);
    const header = headerOf(segment.bytes);
    header.claim('slave', 0);
    segment.detach();
    await until('the slave', () => master.stats().slavePid === child.pid);
    const { stdout, stderr } = await end;
    assert.equal(stdout, 'connecting\n[]\n', stderr);
  });

  it('gives up in the middle of its start when its time is up, and holds nothing then', async () => {
    using _master = Eshm.open(name, { role: 'master', staleThresholdMs: 2000 });
    const segment = Segment.attach(segmentOf(name)!.id);
    headerOf(segment.bytes).claim('slave', 0);
    segment.detach();
    const error = await rejection(Eshm.connect(name, { timeoutMs: 100 }));
    assert.equal(error.code, 'ESHM_TIMEOUT');
    assert.match(error.message, /has not been silent/);
    assert.equal(segmentOf(name)!.attachments, 1, "the master's own");
    await assert.rejects(Eshm.connect(name, { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
    assert.equal(segmentOf(name)!.attachments, 1, "the master's own");
  });

  it('without heartbeats a segment is enough', async () => {
    using _master = Eshm.open(name, { role: 'master', useThreads: false });
    (await Eshm.connect(name, { useThreads: false })).close();
  });

  it('is aborted at once with the reason of its signal', async () => {
    const reason = new Error('mine');
    await assert.rejects(
      Eshm.connect(name, { signal: AbortSignal.abort(reason) }),
      (error) => error === reason,
    );
  });

  it('is aborted later too, and leaves no listener on the signal', async () => {
    const controller = new AbortController();
    const connecting = Eshm.connect(name, { signal: controller.signal, timeoutMs: Number.POSITIVE_INFINITY });
    await sleep(30);
    const reason = { any: 'value' };
    controller.abort(reason);
    await assert.rejects(connecting, (error) => error === reason);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    const unused = new AbortController();
    using _master = Eshm.open(name, { role: 'master' });
    (await Eshm.connect(name, { signal: unused.signal })).close();
    await rejection(Eshm.connect(uniqueName('connect'), { signal: unused.signal, timeoutMs: 20 }));
    assert.equal(getEventListeners(unused.signal, 'abort').length, 0);
  });

  for (const [what, options, expected] of [
    ['a master', { role: 'master' }, RangeError],
    ['a negative timeout', { timeoutMs: -1 }, RangeError],
    ['a timeout that is no number', { timeoutMs: '5' }, RangeError],
    ['a NaN timeout', { timeoutMs: Number.NaN }, RangeError],
    ['a signal that is none', { signal: {} }, TypeError],
    ['options that are none', 5, TypeError],
    ['null as options', null, TypeError],
  ] as [string, ConnectOptions, typeof RangeError][]) {
    it(`refuses ${what}, as a rejection`, async () => {
      const connecting = Eshm.connect(name, options);
      await assert.rejects(connecting, expected);
    });
  }
});
