/** The heartbeat worker at work, in real segments and against real peers. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIELDS_OF } from '../../../lib/header/header.js';
import { Eshm, type EshmOptions } from '../../../lib/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { assertNothingLeft, removeLeftovers, uniqueName, until } from '../../support/channels.js';
import { builtUrl, evaluate } from '../../support/run-node.js';

describe('the heartbeat worker', () => {
  let name: string;
  let peers: Peers;
  const open: Eshm[] = [];
  const endpoint = (role: 'master' | 'slave', options: EshmOptions = {}, of = name) => {
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
    for (const one of open.splice(0).reverse()) one.close();
    await PeerProcess.killAll();
    removeLeftovers();
    assertNothingLeft();
  });

  for (const role of ['master', 'slave'] as const) {
    it(`runs before the first ${role} of a thread is marked alive`, async () => {
      if (role === 'slave') endpoint('master', { useThreads: false });
      const passes = await evaluate<number>(`
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
    await until('beats of all', () => beats().every((beat, i) => beat > first[i]! + 10n));
    const slave = endpoint('slave');
    await until('the slave', () => masters[0]!.remoteAlive);
    slave.close();
    const last = masters[0]!.stats().slaveHeartbeat;
    await sleep(50);
    assert.equal(masters[0]!.stats().slaveHeartbeat, last);
    assert.ok(!masters[0]!.remoteAlive);
  });

  it('uses the places of closed endpoints again, and beats in the right segment', async () => {
    const witness = endpoint('master', {}, uniqueName('heartbeat'));
    for (let i = 0; i < 100; i++) {
      const one = endpoint('master');
      const other = endpoint('slave');
      if (i % 2 === 0) other.close();
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

  it('puts the flag up again that another slave of this process took down', async () => {
    const master = endpoint('master');
    const first = endpoint('slave');
    endpoint('slave', { force: true });
    first.close();
    await until('the flag of the one that is left', () => master.stats().slaveAlive);
    await until('its heart', () => master.remoteAlive);
  });

  it('beats for no role that another process has taken: its death is seen', async () => {
    const master = endpoint('master');
    const slave = endpoint('slave');
    const heir = PeerProcess.start(peers);
    // The original takes over whoever is there.
    await heir.open('master', name);
    assert.equal(slave.stats().masterGeneration, 2);
    await until('the heir', () => slave.remoteAlive);
    await heir.kill();
    await until('its death', () => slave.state === 'reconnecting');
    assert.equal(master.state, 'disconnected');
  });

  it('an open whose worker does not start says so, and so does the next one', async () => {
    const answers = await evaluate<string[]>(`
      import { Eshm } from '${builtUrl('lib/index.js')}';
      import { heartbeat } from '${builtUrl('lib/heartbeat/index.js')}';
      // The worker has not come to its first pass, as far as can be seen, and ten seconds go by quickly.
      const { load } = Atomics;
      let started = false;
      Atomics.load = (array, at) => array === heartbeat.table && at === 0 && !started ? 0 : load(array, at);
      let nowMs = 0;
      performance.now = () => (nowMs += 100);
      const attempt = () => {
        try { Eshm.open('${name}', { role: 'master' }).close(); return 'opened'; } catch (error) { return error.code; }
      };
      const answers = [attempt(), attempt()];
      started = true;
      answers.push(attempt());
      console.log(JSON.stringify(answers));
      process.exit();`);
    assert.deepEqual(answers, ['ESHM_TIMEOUT', 'ESHM_TIMEOUT', 'opened']);
  });

  it('a worker in the middle of a pass is left a grave to beat in, and the grave goes when it is done', async () => {
    const answers = await evaluate<unknown>(`
      import { setTimeout as sleep } from 'node:timers/promises';
      import { Eshm } from '${builtUrl('lib/index.js')}';
      import { heartbeat } from '${builtUrl('lib/heartbeat/index.js')}';
      import { attachmentsHere } from '${builtUrl('test/support/channels.js')}';
      import { blockingWaitsOf } from '${builtUrl('test/support/blocking.js')}';
      const endpoint = Eshm.open('${name}', { role: 'master' });
      // A pass that does not end, as far as can be seen.
      const { load } = Atomics;
      let stuck = true;
      Atomics.load = (array, at) => array === heartbeat.table && at === 0 && stuck ? 1001 : load(array, at);
      const waits = await blockingWaitsOf(() => endpoint.close());
      const atClose = attachmentsHere();
      await sleep(250);
      const still = attachmentsHere();
      stuck = false;
      while (attachmentsHere() > 0) await sleep(20);
      console.log(JSON.stringify({ waited: waits.length > 0, atClose, still, later: attachmentsHere() }));`);
    assert.deepEqual(answers, { waited: true, atClose: 1, still: 1, later: 0 });
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
