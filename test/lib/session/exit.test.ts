/** Endpoints that are still open when their thread or process ends. */
import assert from 'node:assert/strict';
import { layoutFor } from '../../../layout/index.js';
import { Eshm } from '../../../lib/index.js';
import {
  assertNothingLeft,
  imageOf,
  removeLeftovers,
  segmentOf,
  uniqueName,
} from '../../support/channels.js';
import { builtUrl, runNode } from '../../support/run-node.js';

const lib = builtUrl('lib/index.js');
const slaveAlive = layoutFor().header.slaveAlive;

describe('an endpoint that is open when its process ends', () => {
  let name: string;
  beforeEach(() => {
    name = uniqueName('exit');
  });
  afterEach(() => {
    removeLeftovers();
    assertNothingLeft();
  });

  const ends: [how: string, code: string, exitCode: number][] = [
    ['after its last event', '', 0],
    [
      'by process.exit() in the middle',
      'setInterval(() => {}, 10); setTimeout(() => process.exit(3), 20);',
      3,
    ],
    ['by an uncaught exception', "setTimeout(() => { throw new Error('mine'); }, 20);", 1],
    ['by an unhandled rejection', "Promise.reject(new Error('mine'));", 1],
  ];
  for (const [how, code, exitCode] of ends) {
    it(`is closed where it ends ${how}`, async () => {
      const asMaster = await runNode(`
        import { Eshm } from '${lib}';
        Eshm.open('${name}', { role: 'master' }).write('x');
        ${code}`);
      assert.deepEqual([asMaster.code, asMaster.signal], [exitCode, null], asMaster.stderr);
      assert.equal(segmentOf(name), undefined, 'the creator removes its segment');
      using master = Eshm.open(name, { role: 'master' });
      const asSlave = await runNode(`
        import { Eshm } from '${lib}';
        Eshm.open('${name}', { role: 'slave' }).write('x');
        ${code}`);
      assert.equal(asSlave.code, exitCode, asSlave.stderr);
      assert.equal(imageOf(name).readUInt32LE(slaveAlive), 0);
      assert.equal(`${master.readSync()}`, 'x');
    });
  }

  it('keeps no process alive, also with both ends and the heartbeat', async () => {
    const { code, stderr } = await runNode(`
      import { Eshm } from '${lib}';
      Eshm.open('${name}', { role: 'master' });
      Eshm.open('${name}', { role: 'slave' });`);
    assert.equal(code, 0, stderr);
    assert.equal(segmentOf(name), undefined);
  });

  it('is open in the exit handlers that came before the first open, and closed in those after it', async () => {
    const { code, stdout, stderr } = await runNode(`
      import { Eshm } from '${lib}';
      let master;
      process.on('exit', () => { master.write('bye'); console.log('before', master.state !== 'closed'); });
      master = Eshm.open('${name}', { role: 'master' });
      process.on('exit', () => console.log('after', master.state));`);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'before true\nafter closed\n');
  });

  it('leaves no listener on the process once all are closed', () => {
    const before = process.listenerCount('exit');
    for (let i = 0; i < 20; i++) Eshm.open(name, { role: 'master' }).close();
    assert.equal(process.listenerCount('exit'), before);
  });
});

describe('endpoints in worker threads', () => {
  let name: string;
  beforeEach(() => {
    name = uniqueName('threads');
  });
  afterEach(() => {
    removeLeftovers();
    assertNothingLeft();
  });

  /** Runs `body` in a child whose main thread has `worker(code)`, which gives a Worker and its `exit` promise. */
  const withWorkers = (body: string) =>
    runNode(`
      import { Worker } from 'node:worker_threads';
      import { Eshm } from '${lib}';
      const worker = (code) => {
        const one = new Worker("import('${lib}').then(async ({ Eshm }) => { const { parentPort } = await import('node:worker_threads');" + code + "});", { eval: true });
        one.ended = new Promise((resolve, reject) => one.once('exit', resolve).once('error', reject));
        one.said = () => new Promise((resolve) => one.once('message', resolve));
        return one;
      };
      const name = '${name}';
      ${body}`);

  async function passes(body: string): Promise<void> {
    const { code, signal, stderr } = await withWorkers(body);
    assert.deepEqual([code, signal], [0, null], stderr);
  }

  it('a master in one thread and a slave in another exchange messages, and clean up as they end', async () => {
    await passes(`
      const master = worker("const m = Eshm.open('" + name + "', { role: 'master', staleThresholdMs: 60000 }); parentPort.postMessage('up');" +
        "let n = 0; for (let i = 0; i < 200; i++) { m.write('ping ' + i); if (m.readSync({ timeoutMs: 60000 }).toString() === 'pong ' + i) n++; } if (n !== 200) throw new Error('only ' + n);");
      await master.said();
      const slave = worker("const s = Eshm.open('" + name + "', { role: 'slave', idle: 'yielding' });" +
        "let last = -1; if (s.peek()) { last = 0; s.write('pong 0'); }" +
        "while (last < 199) { const i = Number(s.readSync({ timeoutMs: 60000 }).toString().slice(5)); last = i; s.write('pong ' + i); }");
      await Promise.all([master.ended, slave.ended]);`);
    assert.equal(segmentOf(name), undefined);
  });

  it('a worker that ends with an open endpoint closes it', async () => {
    await passes(`
      const one = worker("Eshm.open('" + name + "', { role: 'master' });");
      await one.ended;`);
    assert.equal(segmentOf(name), undefined);
  });

  it('a terminated worker takes nobody with it, and a new master takes its place', async () => {
    await passes(`
      for (let i = 0; i < 10; i++) {
        const one = worker("const m = Eshm.open('" + name + "', { role: 'master' }); parentPort.postMessage('up'); setInterval(() => m.write('x'), 1);");
        await one.said();
        await one.terminate();
      }
      const master = Eshm.open(name, { role: 'master' });
      const slave = Eshm.open(name, { role: 'slave' });
      master.write('still here');
      if (slave.readSync().toString() !== 'still here') throw new Error('lost');
      slave.close();
      master.close();`);
    assert.equal(segmentOf(name), undefined);
  });

  it('eight workers with endpoints of their own, twice, and the main thread with none', async () => {
    const { code, signal, stderr } = await runNode(`
      import { Worker } from 'node:worker_threads';
      const work = (id) => "import('${lib}').then(({ Eshm }) => {" +
        "const m = Eshm.open('${name}" + id + "', { role: 'master' }); const s = Eshm.open('${name}" + id + "', { role: 'slave' });" +
        "for (let i = 0; i < 1000; i++) { m.write('' + i); if (s.readSync().toString() !== '' + i) throw new Error('lost'); }" +
        "s.close(); m.close(); });";
      for (let round = 0; round < 2; round++) {
        await Promise.all(Array.from({ length: 8 }, (_, id) => new Promise((resolve, reject) => {
          new Worker(work(id), { eval: true }).once('error', reject).once('exit', resolve);
        })));
      }`);
    assert.deepEqual([code, signal], [0, null], stderr);
  });
});
