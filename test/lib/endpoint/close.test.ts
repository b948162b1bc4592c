/** Closing, from wherever it happens: own flag down, segment removed or kept, nothing left, no signal handlers. */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { deriveKey } from '../../../layout/index.js';
import { Eshm } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { cleanUp, listSegments, uniqueName, until } from '../../peers/helpers.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { builtUrl } from '../../support/run-node.js';
import { codeOf, openRecorded } from '../recording.js';

const library = builtUrl('lib/index.js');

describe('closing', () => {
  let peers: Peers;
  let name: string;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });

  beforeEach(() => {
    name = uniqueName('close');
  });

  afterEach(() => cleanUp());

  const exists = () => listSegments().some(({ key }) => key === deriveKey(name));

  /** Runs a program in a Node process of its own, with `Eshm` and `name` at hand. */
  function run(program: string): SpawnSyncReturns<string> {
    const text = `import { Eshm } from ${JSON.stringify(library)};\nconst name = ${JSON.stringify(name)};\n${program}`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', text], {
      encoding: 'utf8',
      timeout: 25_000,
      killSignal: 'SIGKILL',
    });
  }

  /** `slave_alive` of the segment under the name. */
  function flags(): { master: number; slave: number } {
    const bytes = Buffer.from(Segment.read(Segment.find(deriveKey(name)), 0, 128));
    return { master: bytes.readUInt32LE(32), slave: bytes.readUInt32LE(36) };
  }

  it('close() twice, and every operation afterwards says ESHM_CLOSED', () => {
    const { endpoint } = openRecorded(name, { role: 'master' });
    endpoint.close();
    endpoint.close();
    endpoint[Symbol.dispose]();
    assert.equal(endpoint.state, 'closed');
    assert.equal(endpoint.remoteAlive, false);
    const operations = {
      write: () => endpoint.write('x'),
      tryRead: () => endpoint.tryRead(),
      tryReadInto: () => endpoint.tryReadInto(new Uint8Array(8)),
      readSync: () => endpoint.readSync({ timeoutMs: 10 }),
      peek: () => endpoint.peek(),
      stats: () => endpoint.stats(),
    };
    for (const [operation, act] of Object.entries(operations))
      assert.equal(codeOf(act), 'ESHM_CLOSED', operation);
    assert.equal(exists(), false);
  });

  it('a slave that closes clears its flag and leaves the segment', () => {
    const master = Eshm.open(name, { role: 'master' });
    const slave = Eshm.open(name, { role: 'slave' });
    assert.deepEqual(flags(), { master: 1, slave: 1 });
    slave.close();
    assert.deepEqual(flags(), { master: 1, slave: 0 });
    master.close();
    assert.equal(exists(), false);
  });

  it('a master without autoCleanup clears its flag and leaves the segment', () => {
    const master = Eshm.open(name, { role: 'master', autoCleanup: false });
    master.close();
    assert.deepEqual(flags(), { master: 0, slave: 0 });
  });

  it('close() in the middle of a reconnection', async () => {
    const master = PeerProcess.start(peers);
    await master.open('master', name);
    const { endpoint, events } = openRecorded(name, { role: 'slave', maxReconnectAttempts: 0 });
    await until('life', () => endpoint.remoteAlive);
    await master.kill();
    await until('the search', () => endpoint.state === 'reconnecting');
    endpoint.close();
    await until('the event', () => events.includes('closed'));
    assert.deepEqual(events, ['stale', 'reconnecting', 'closed']);
    assert.deepEqual(flags(), { master: 1, slave: 0 });
  });

  it('close() in a listener of the endpoint itself', async () => {
    const master = PeerProcess.start(peers);
    await master.open('master', name);
    const { endpoint, events } = openRecorded(name, { role: 'slave' });
    endpoint.on('stale', () => endpoint.close());
    await until('life', () => endpoint.remoteAlive);
    await master.kill();
    await until('the event', () => events.includes('closed'));
    assert.equal(endpoint.state, 'closed');
  });

  const ends: [what: string, program: string, status: number][] = [
    ['after the last event', `Eshm.open(name, { role: 'master' });`, 0],
    [
      'process.exit()',
      `Eshm.open(name, { role: 'master' }); setInterval(() => {}, 1000); process.exit(7);`,
      7,
    ],
    ['an uncaught exception', `Eshm.open(name, { role: 'master' }); throw new Error('on purpose');`, 1],
    [
      'an uncaught exception in a callback',
      `Eshm.open(name, { role: 'master' }); setTimeout(() => { throw new Error('on purpose'); }, 20);`,
      1,
    ],
    [
      'an unhandled rejection',
      `Eshm.open(name, { role: 'master' }); Promise.reject(new Error('on purpose'));`,
      1,
    ],
    [
      'exit during a blocked read',
      `const m = Eshm.open(name, { role: 'master' }); try { m.readSync({ timeoutMs: 50 }) } finally { process.exit(3) }`,
      3,
    ],
  ];
  for (const [what, program, status] of ends) {
    it(`an endpoint that is still open is closed at the end of its process: ${what}`, () => {
      const result = run(program);
      assert.equal(result.signal, null, result.stderr);
      assert.equal(result.status, status, result.stderr);
      assert.equal(exists(), false, 'the segment is removed');
    });
  }

  it('an endpoint of a worker thread is closed with it, and the process goes on', () => {
    const worker = `
      const { Eshm } = await import(${JSON.stringify(library)});
      const { parentPort } = await import('node:worker_threads');
      const endpoint = Eshm.open(${JSON.stringify(name)}, { role: 'master' });
      parentPort.postMessage(endpoint.state);`;
    const result = run(`
      import { Worker } from 'node:worker_threads';
      for (const how of ['end', 'close', 'end']) {
        const text = ${JSON.stringify(worker)} + (how === 'close' ? 'endpoint.close(); endpoint.close();' : '');
        const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(text)));
        worker.on('error', (error) => { throw error; });
        await new Promise((resolve) => worker.once('exit', resolve));
      }
      const own = Eshm.open(name, { role: 'master' });
      own.write('still here');
      console.log('still here', Number(own.stats().m2sWriteCount));
      own.close();`);
    assert.equal(result.signal, null, result.stderr);
    assert.equal(result.stdout, 'still here 1\n', result.stderr);
    assert.equal(exists(), false);
  });

  it('terminating a worker thread that has an endpoint open does not take the process along', () => {
    const worker = `
      const { Eshm } = await import(${JSON.stringify(library)});
      const { parentPort } = await import('node:worker_threads');
      const endpoint = Eshm.open(${JSON.stringify(name)}, { role: 'master' });
      parentPort.postMessage(endpoint.state);
      for (;;) endpoint.tryRead();`;
    const result = run(`
      import { Worker } from 'node:worker_threads';
      const text = ${JSON.stringify(worker)};
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(text)));
      await new Promise((resolve) => worker.once('message', resolve));
      await worker.terminate();
      console.log('alive');`);
    assert.equal(result.signal, null, result.stderr);
    assert.equal(result.stdout, 'alive\n', result.stderr);
  });

  it('no signal handler and no lasting listener comes from the library', () => {
    const before = process.eventNames().map((event) => [event, process.listenerCount(event)]);
    const endpoint = Eshm.open(name, { role: 'master' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBUS', 'SIGSEGV']) {
      assert.equal(
        process.listeners(signal as 'SIGINT').filter((listener) => /eshm/i.test(String(listener))).length,
        0,
      );
    }
    endpoint.close();
    assert.deepEqual(
      process.eventNames().map((event) => [event, process.listenerCount(event)]),
      before,
    );
  });
});
