/** An endpoint that is closed within its own update() or view(), whose memory must outlive the callback: in processes of their own. */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { assertNothingLeft, removeLeftovers, segmentOf, uniqueName } from '../../support/channels.js';
import { builtUrl, ended, killChildren, runNode, startNode } from '../../support/run-node.js';

/** A pair with a message that can be looked at in place, and what every case needs; `name` is the channel's. */
const pairCode = (name: string) => `
  import assert from 'node:assert/strict';
  import { Eshm } from '${builtUrl('lib/index.js')}';
  import { record, f64 } from '${builtUrl('lib/record/index.js')}';
  import { attachmentsHere, segmentOf } from '${builtUrl('test/support/channels.js')}';
  import { thrownBy } from '${builtUrl('test/support/thrown.js')}';
  const name = '${name}';
  const Pose = record('Pose', { x: f64, y: f64 });
  const open = (role, options = {}) => Eshm.open(name, { role, record: Pose, ...options });
  const [master, slave] = [open('master'), open('slave')];
  const set = (end, x) => end.update((pose) => { pose.x = x; pose.y = -x; });
  /** The first message is looked at in a copy. */
  const meet = () => { set(master, 1); slave.view(() => true); set(slave, 1); master.view(() => true); };
  const mine = () => { throw new Error('mine'); };
  const sum = (pose) => pose.x + pose.y;
`;

const cases: Record<string, string> = {
  'a look in place that closes: its value, and its message is read': `
    meet();
    const sent = master.send({ x: 2, y: -2 }, { timeoutMs: 2000 });
    assert.equal(slave.view(({ x }) => { slave.close(); return x; }), 2);
    assert.equal(slave.state, 'closed');
    assert.equal(attachmentsHere(), 1);
    await sent;`,
  'a look in place that closes twice, and uses its accessors afterwards': `
    meet();
    set(master, 2);
    assert.deepEqual(slave.view((pose) => {
      slave.close();
      slave.close();
      return [pose.x, pose.y, thrownBy(() => slave.tryRead()).code, thrownBy(() => slave.stats()).code];
    }), [2, -2, 'ESHM_CLOSED', 'ESHM_CLOSED']);`,
  'a look in place that closes and throws': `
    meet();
    set(master, 2);
    assert.equal(thrownBy(() => slave.view(() => { slave.close(); mine(); })).message, 'mine');
    assert.equal(attachmentsHere(), 1);`,
  'a look in place that closes and returns a promise': `
    meet();
    set(master, 2);
    assert.match(String(thrownBy(() => slave.view(async () => slave.close()))), /^TypeError: .*promise/);
    assert.equal(attachmentsHere(), 1);`,
  'a look in place that closes, while the message is replaced': `
    meet();
    set(master, 2);
    const seen = [];
    slave.view(({ x }) => { seen.push(x); slave.close(); if (x < 4) set(master, x + 1); });
    assert.deepEqual(seen, [2, 3, 4]);
    assert.equal(master.stats().m2sReadCount, 2n, 'counted while it was whole, and nothing after that');`,
  'a look in place that closes, while the message is replaced for longer than it is looked at in place': `
    meet();
    set(master, 2);
    const seen = [];
    const last = slave.view(({ x }) => { seen.push(x); slave.close(); if (x < 5) set(master, x + 1); return x; });
    assert.deepEqual([seen, last], [[2, 3, 4, 5], 5]);
    assert.equal(master.stats().m2sReadCount, 2n);
    assert.equal(attachmentsHere(), 1);`,
  'a look at a copy that closes: its value, and its message is read': `
    const sent = master.send({ x: 1, y: -1 }, { timeoutMs: 2000 });
    assert.equal(slave.view((pose) => { slave.close(); return sum(pose); }), 0);
    assert.equal(attachmentsHere(), 1);
    await sent;`,
  'a look at a copy that closes and throws': `
    set(master, 1);
    assert.equal(thrownBy(() => slave.view(() => { slave.close(); mine(); })).message, 'mine');
    assert.equal(attachmentsHere(), 1);`,
  'a fill that closes': `
    meet();
    assert.equal(thrownBy(() => master.update((pose) => { master.close(); pose.x = 3; })).code, 'ESHM_CLOSED');
    assert.equal(attachmentsHere(), 1);`,
  'a fill that closes and throws, when another was published before': `
    meet();
    assert.equal(thrownBy(() => master.update((pose) => { pose.x = 3; master.close(); mine(); })).message, 'mine');
    assert.equal(attachmentsHere(), 1);`,
  'a fill that closes and throws a refusal of its record': `
    meet();
    assert.match(String(thrownBy(() => master.update((pose) => { master.close(); pose.x = 'three'; }))), /^TypeError/);`,
  'Symbol.dispose': `
    meet();
    set(master, 2);
    assert.equal(slave.view((pose) => { slave[Symbol.dispose](); return sum(pose); }), 0);`,
  "within a callback of another endpoint's, that is within one of its own": `
    meet();
    set(master, 2);
    set(slave, 3);
    assert.equal(slave.view((pose) => master.view((back) => {
      slave.close();
      master.close();
      return sum(pose) + sum(back);
    })), 0);
    assert.equal(attachmentsHere(), 0);`,
  'its place is free at once: another is opened within the look': `
    meet();
    set(master, 2);
    const next = slave.view(() => { slave.close(); return open('slave'); });
    set(master, 3);
    assert.deepEqual(next.tryRead(), { x: 3, y: -3 });
    next.close();
    assert.equal(attachmentsHere(), 1);`,
  'a master that closes within its look removes its segment at once': `
    meet();
    set(slave, 2);
    master.view(() => { master.close(); assert.equal(segmentOf(name), undefined); });
    assert.equal(attachmentsHere(), 1);`,
  'process.exit() within a look': `
    meet();
    set(master, 2);
    slave.view(() => process.exit(0));`,
  'an exit that is only emitted within a look': `
    meet();
    set(master, 2);
    process.exitCode = 0;
    assert.equal(slave.view((pose) => { process.emit('exit', 0); return sum(pose); }), 0);
    assert.equal(attachmentsHere(), 0);`,
  'process.exit() within a look of a worker': `
    import { Worker } from 'node:worker_threads';
    meet();
    slave.close();
    const code = "import('" + ${JSON.stringify(builtUrl('lib/index.js'))} + "').then(async ({ Eshm }) => {" +
      "const { record, f64 } = await import('" + ${JSON.stringify(builtUrl('lib/record/index.js'))} + "');" +
      "const slave = Eshm.open('" + name + "', { role: 'slave', record: record('Pose', { x: f64, y: f64 }) });" +
      "const { parentPort } = await import('node:worker_threads'); parentPort.postMessage('up');" +
      "for (;;) slave.view(({ x }) => { if (x === 3) process.exit(); }); });";
    const worker = new Worker(code, { eval: true });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await new Promise((resolve) => worker.once('message', resolve));
    for (const x of [2, 3]) await master.send({ x, y: 0 }, { timeoutMs: 5000 }).catch((e) => { if (x === 2) throw e; });
    await ended;
    await new Promise(setImmediate);
    assert.deepEqual([attachmentsHere(), master.stats().slaveAlive], [1, false]);`,
  'a getter of what is written closes': `
    meet();
    const pose = { get x() { master.close(); return 1; }, y: 1 };
    for (const act of ['write', 'tryWrite', 'sendSync']) {
      assert.equal(thrownBy(() => master[act](pose)).code, 'ESHM_CLOSED');
    }`,
  'a getter of the options of stats() closes': `
    assert.equal(thrownBy(() => slave.stats({ get keepDeltas() { slave.close(); return true; } })).code, 'ESHM_CLOSED');`,
};

describe('An endpoint with records that is closed within a callback', () => {
  let name: string;
  beforeEach(() => {
    name = uniqueName('close-within');
  });
  afterEach(() => {
    killChildren();
    removeLeftovers();
    assertNothingLeft();
  });

  for (const [what, code] of Object.entries(cases)) {
    it(what, async () => {
      const end = `\nslave.close(); master.close(); assert.equal(attachmentsHere(), 0); console.log('whole');`;
      const { code: exitCode, signal, stderr, stdout } = await runNode(`${pairCode(name)}${code}${end}`);
      assert.deepEqual([exitCode, signal], [0, null], stderr);
      assert.equal(stdout, what === 'process.exit() within a look' ? '' : 'whole\n');
      assert.equal(segmentOf(name), undefined, 'its segment was left behind');
    });
  }

  it('a slave that looks for a new master does not move to it within a look', async () => {
    const first = startNode(`
      import { Eshm } from '${builtUrl('lib/index.js')}';
      const master = Eshm.open('${name}', { role: 'master' });
      console.log('up');
      process.stdin.on('data', ([digit]) => {
        const value = digit - 48;
        master.write(new Uint8Array(Float64Array.of(value, value).buffer));
        console.log('wrote', value);
      });`);
    const told = createInterface({ input: first.stdout! })[Symbol.asyncIterator]();
    await told.next();
    const slave = startNode(`
      import assert from 'node:assert/strict';
      import { Eshm } from '${builtUrl('lib/index.js')}';
      import { record, f64 } from '${builtUrl('lib/record/index.js')}';
      import { Segment } from '${builtUrl('syscalls/index.js')}';
      const Pose = record('Pose', { x: f64, y: f64 });
      const slave = await Eshm.connect('${name}', { role: 'slave', record: { in: Pose }, reconnectRetryIntervalMs: 20 });
      const turn = () => new Promise((resolve) => setTimeout(resolve, 2));
      console.log('up');
      while (slave.view(({ x }) => x) !== 1) await turn();
      console.log('seen');
      while (slave.state !== 'reconnecting') await turn();
      let next;
      const seen = slave.view((pose) => {
        const { x } = pose;
        Segment.remove(Segment.find(slave.key));
        next = Eshm.open('${name}', { role: 'master', record: Pose });
        for (let i = 0; i < 2; i++) next.write({ x: 7, y: 7 });
        const untilMs = performance.now() + 500;
        while (performance.now() < untilMs) slave.tryWrite('x');
        return [x, pose.y, slave.state];
      });
      assert.deepEqual(seen, [2, 2, 'reconnecting']);
      while (slave.state !== 'connected') await turn();
      slave.close();
      next.close();`);
    const outcome = ended(slave);
    const heard = createInterface({ input: slave.stdout! })[Symbol.asyncIterator]();
    await heard.next();
    // The second is left unread, in a state in which the next segment will be too.
    first.stdin!.write('1');
    assert.deepEqual(await heard.next(), { done: false, value: 'seen' });
    first.stdin!.write('2');
    await told.next();
    await told.next();
    first.kill('SIGKILL');
    const { code, signal, stderr } = await outcome;
    assert.deepEqual([code, signal], [0, null], stderr);
  });
});
