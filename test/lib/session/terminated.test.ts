/** Endpoints of threads that are ended from outside: not a line of theirs runs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { Eshm } from '../../../lib/index.js';
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
  uniqueName,
  until,
} from '../../support/channels.js';
import { headerOf } from '../../support/header-of.js';
import { builtUrl, evaluate, runNode } from '../../support/run-node.js';
import { size } from '../../support/sizes.js';

const lib = builtUrl('lib/index.js');
const { masterAlive, slaveAlive } = layoutFor().header;

/** A thread's code that runs `code`, which has `Eshm` and `parentPort`, and stays; for threads of modules and others. */
const asThread = (code: string) => `
  setInterval(() => {}, 1000);
  Promise.all([import('node:worker_threads'), import('${lib}')]).then(([{ parentPort }, { Eshm }]) => { ${code} });`;

/** A thread of this process, as soon as it posts something. */
async function threadOf(code: string): Promise<Worker> {
  const worker = new Worker(asThread(code), { eval: true });
  const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
  await Promise.race([once(worker, 'message'), failed]);
  return worker;
}

describe('an endpoint whose thread is terminated', () => {
  let name: string;
  let peers: Peers;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });
  beforeEach(() => {
    name = uniqueName('terminated');
  });
  afterEach(async () => {
    await PeerProcess.killAll();
    removeLeftovers();
    assertNothingLeft();
  });

  const opens = (role: string, of = name) =>
    `globalThis.endpoint = Eshm.open('${of}', { role: '${role}' }); parentPort.postMessage('open');`;

  it('as master: flag, segment and mapping are gone, and a C++ slave sees the end', async () => {
    const worker = await threadOf(opens('master'));
    const slave = PeerProcess.start(peers);
    await slave.open('slave', name, 'attempts=0 wait=0');
    await until('the master', () => slave.isRemoteAlive());
    const { id } = segmentOf(name)!;
    // The segment is there for as long as the slave has it.
    slave.signal('SIGSTOP');
    await worker.terminate();
    assert.equal(segmentOf(name), undefined);
    assert.equal(attachmentsHere(), 0);
    assert.equal(Buffer.from(Segment.read(id)).readUInt32LE(masterAlive), 0);
    slave.signal('SIGCONT');
    await until('the end', async () => !(await slave.isRemoteAlive()));
    using master = Eshm.open(name, { role: 'master' });
    await until('its slave', () => master.remoteAlive);
  });

  it('as slave: flag and mapping are gone, and a C++ master sees the end', async () => {
    const master = PeerProcess.start(peers);
    await master.open('master', name);
    const worker = await threadOf(opens('slave'));
    await until('the slave', () => master.isRemoteAlive());
    await worker.terminate();
    assert.equal(imageOf(name).readUInt32LE(slaveAlive), 0);
    assert.equal(attachmentsHere(), 0);
    await until('the end', async () => !(await master.isRemoteAlive()));
    // Nobody is waited for: the flag is down.
    using _slave = Eshm.open(name, { role: 'slave' });
  });

  it('is closed with all others of its thread, and of the threads that it started', async () => {
    const inner = uniqueName('terminated');
    // The thread in between does not load eshm.
    const worker = new Worker(
      `const { parentPort, Worker } = require('node:worker_threads');
       setInterval(() => {}, 1000);
       for (const code of ${JSON.stringify([opens('master'), opens('master', inner) + opens('slave', inner)].map(asThread))})
         new Worker(code, { eval: true }).on('message', () => parentPort.postMessage('open'));`,
      { eval: true },
    );
    let opened = 0;
    worker.on('message', () => opened++);
    await until('three endpoints', () => opened === 3);
    assert.equal(attachmentsHere(), 3);
    await worker.terminate();
    assert.deepEqual([segmentOf(name), segmentOf(inner), attachmentsHere()], [undefined, undefined, 0]);
  });

  it('leaves alone what lies where one of its thread lay that was closed before', async () => {
    for (let round = 0; round < size({ short: 5, long: 20 }); round++) {
      const other = uniqueName('terminated');
      const worker = await threadOf(
        `const one = Eshm.open('${name}', { role: 'master' }); one.close(); parentPort.postMessage('closed');`,
      );
      using master = Eshm.open(other, { role: 'master' });
      using slave = Eshm.open(other, { role: 'slave' });
      await worker.terminate();
      master.write('still here');
      assert.equal(`${slave.readSync()}`, 'still here');
      assert.equal(attachmentsHere(), 2);
    }
  });

  it('as slave that has moved to another segment: leaves that one', async () => {
    const first = Eshm.open(name, { role: 'master' });
    const worker = await threadOf(
      `const slave = Eshm.open('${name}', { role: 'slave', reconnectRetryIntervalMs: 5 });
       slave.on('reconnected', () => parentPort.postMessage('moved')); parentPort.postMessage('open');`,
    );
    const moved = once(worker, 'message');
    first.close();
    using second = Eshm.open(name, { role: 'master' });
    await moved;
    assert.ok(second.stats().slaveAlive);
    await worker.terminate();
    await until('the flag', () => !second.stats().slaveAlive);
    await until('its mapping', () => attachmentsHere() === 1);
  });

  it('as master that took the segment over: leaves it to the slave in it, and blocks nobody meanwhile', async () => {
    const left = Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666);
    const header = headerOf(left.bytes);
    header.create(20);
    header.claim('slave', 0);
    left.detach();
    const worker = await threadOf(opens('master'));
    using slave = Eshm.open(name, { role: 'slave' });
    await until('its heart', () => slave.stats().slaveHeartbeat > 20n);
    const waits = await blockingWaitsOf(async () => {
      await worker.terminate();
      await until('the flag', () => imageOf(name).readUInt32LE(masterAlive) === 0);
      await until('its mapping', () => attachmentsHere() === 1);
    });
    assert.deepEqual(waits, []);
    assert.equal(segmentOf(name)?.id, left.id);
    Segment.remove(left.id);
  });

  it('is closed too where it runs out of memory', async () => {
    const worker = new Worker(
      asThread(`${opens('master')} parentPort.once('message', () => {
        for (const all = []; ; ) all.push(Array.from({ length: 1000 }, Math.random));
      });`),
      { eval: true, resourceLimits: { maxOldGenerationSizeMb: 24 } },
    );
    await once(worker, 'message');
    const failed = once(worker, 'error');
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage('use it up');
    assert.equal((await failed)[0].code, 'ERR_WORKER_OUT_OF_MEMORY');
    await ended;
    assert.deepEqual([segmentOf(name), attachmentsHere()], [undefined, 0]);
  });

  it('is closed too when its process ends with the thread still at work', async () => {
    using witness = Eshm.open(`${name}-2`, { role: 'master' });
    for (const end of ['process.exit(3)', 'worker.unref()', "throw new Error('mine')"]) {
      const { code, signal, stderr } = await runNode(`
        import { Worker } from 'node:worker_threads';
        import '${lib}';
        const worker = new Worker(${JSON.stringify(asThread(opens('slave', `${name}-2`) + opens('master')))}, { eval: true });
        let opened = 0;
        worker.on('message', () => { if (++opened === 2) { ${end} } });`);
      assert.equal(signal, null, stderr);
      assert.equal(code, end.includes('exit') ? 3 : end.includes('throw') ? 1 : 0, stderr);
      assert.equal(segmentOf(name), undefined, end);
      assert.equal(witness.stats().slaveAlive, false, end);
    }
  });

  it('is as one of a killed process where the thread that started it had not loaded eshm', async () => {
    const seen = await evaluate<unknown[]>(`
      import { once } from 'node:events';
      import { readFileSync } from 'node:fs';
      import { Worker } from 'node:worker_threads';
      const worker = new Worker(${JSON.stringify(asThread(opens('master')))}, { eval: true });
      await once(worker, 'message');
      await worker.terminate();
      const mapped = readFileSync('/proc/self/maps', 'utf8').includes('/SYSV');
      const { Eshm } = await import('${lib}');
      const slave = Eshm.open('${name}', { role: 'slave' });
      const flagged = slave.stats().masterAlive;
      const events = [];
      slave.on('stale', () => events.push('stale'));
      while (slave.state === 'connected') await new Promise((resolve) => setTimeout(resolve, 5));
      slave.close();
      const master = Eshm.open('${name}', { role: 'master' });
      console.log(JSON.stringify([mapped, flagged, events, master.stats().masterGeneration]));
      master.close();`);
    assert.deepEqual(seen, [true, true, ['stale'], 1], 'the next master removes it, and makes another');
    assert.equal(segmentOf(name), undefined);
  });

  it('keeps no process alive, and says nothing', async () => {
    const { code, stdout, stderr } = await runNode(`
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      import '${lib}';
      const worker = new Worker(${JSON.stringify(asThread(opens('master')))}, { eval: true });
      await once(worker, 'message');
      await worker.terminate();`);
    assert.deepEqual([code, stdout, stderr], [0, '', '']);
  });
});
