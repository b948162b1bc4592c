/** Two slaves with one process id: in one process, in threads of one, and as process 1 of two containers. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { layoutFor } from '../../../layout/index.js';
import { HOLD_MS } from '../../../lib/heartbeat/own-role.js';
import { Eshm, EshmError, type EshmOptions } from '../../../lib/index.js';
import { resolveOptions } from '../../../lib/options.js';
import { Session } from '../../../lib/session/session.js';
import { channelName } from '../../../lib/store/index.js';
import {
  assertNothingLeft,
  imageOf,
  removeLeftovers,
  thrownBy,
  uniqueName,
  until,
} from '../../support/channels.js';
import { skip } from '../../support/needs.js';
import { builtUrl, ended, killChildren, startNode } from '../../support/run-node.js';
import { unlessStarved } from '../../support/starved.js';

const SLAVE_ALIVE = layoutFor().header.slaveAlive;
const lib = builtUrl('lib/index.js');

/** A process in a pid namespace of its own: process 1 of a container, for whoever asks. */
const CONTAINER = ['unshare', '--pid', '--fork', '--kill-child'];

describe('two slaves with one process id', () => {
  let name: string;
  let master: Eshm;
  let told: string[];
  const open: Eshm[] = [];
  const workers: Worker[] = [];
  const slaveOf = (options: EshmOptions = {}) => {
    const one = Eshm.open(name, { role: 'slave', ...options });
    open.push(one);
    return one;
  };

  beforeEach(() => {
    name = uniqueName('namesakes');
    master = Eshm.open(name, { role: 'master' });
    told = [];
    for (const event of ['stale', 'recovered', 'disconnected'] as const)
      master.on(event, () => told.push(event));
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.close();
    master.close();
    await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
    killChildren();
    removeLeftovers();
    assertNothingLeft();
  });

  const flag = () => imageOf(name).readUInt32LE(SLAVE_ALIVE);

  it('in one process: a second one is refused, unless by force', () => {
    slaveOf();
    const error = thrownBy<EshmError>(() => slaveOf());
    assert.equal(error.code, 'ESHM_ROLE_MISMATCH');
  });

  for (const [what, settle] of [
    ['at once', async () => {}],
    ['after a while', () => until('its heart', () => master.stats().slaveHeartbeat > 30n)],
  ] as const) {
    it(`in one process: the older gives way to one that starts by force ${what}, and says so`, async () => {
      const older = slaveOf();
      const events: string[] = [];
      older.on('disconnected', () => events.push('disconnected'));
      await settle();
      const younger = slaveOf({ force: true });
      await until('the news', () => older.state === 'disconnected');
      master.write('for the younger');
      for (const act of [() => older.tryRead(), () => older.write('late')]) {
        const error = thrownBy<EshmError>(act);
        assert.ok(error instanceof EshmError && error.code === 'ESHM_ROLE_MISMATCH', `${error}`);
        assert.ok(error.message.includes(`(pid ${process.pid}, as this one)`), error.message);
      }
      assert.equal(`${younger.readSync()}`, 'for the younger');
      younger.write('from the younger');
      assert.equal(`${master.readSync()}`, 'from the younger');
      older.close();
      assert.equal(flag(), 1, 'the flag is that of the younger');
      assert.deepEqual(events, ['disconnected']);
      await until('its heart', () => master.remoteAlive);
      assert.deepEqual([younger.state, master.state, told], ['connected', 'connected', []]);
    });
  }

  it('in one process: an older one that is closed before it has noticed leaves the flag of the younger', async () => {
    for (let round = 0; round < 20; round++) {
      const older = slaveOf();
      if (round % 2 === 0) await until('its heart', () => master.stats().slaveHeartbeat > 3n);
      const younger = slaveOf({ force: true });
      older.close();
      assert.equal(flag(), 1, `round ${round}`);
      younger.close();
      assert.equal(flag(), 0, `round ${round}`);
    }
  });

  it('what an older one read and wrote in its last moment takes nothing from the younger', async () => {
    const sessionOf = (force: boolean) =>
      new Session(channelName(name), resolveOptions({ role: 'slave', force }), undefined);
    const older = sessionOf(false);
    const younger = sessionOf(true);
    try {
      // The younger has looked at the counts by now; the older is between its last look at the news and its work.
      master.write('for the older');
      assert.equal(`${older.link.reader.tryRead()}`, 'for the older');
      older.link.writer.write(Buffer.from('late'), 4);
      assert.equal(`${master.tryRead()}`, 'late');
      await until('the younger alone', () => {
        older.attend();
        younger.attend();
        return older.state === 'disconnected' && master.stats().slaveHeartbeat > 3n;
      });
      const sent = master.send('for the younger', { timeoutMs: 2000 });
      assert.equal(`${younger.link.reader.tryRead()}`, 'for the younger');
      await sent;
      younger.link.writer.write(Buffer.from('new'), 3);
      assert.equal(`${master.readSync()}`, 'new');
      assert.equal(master.missed, 0);
    } finally {
      older.close();
      younger.close();
    }
  });

  /** A master in a process of its own that sends what it is told and says how that went. */
  async function otherMaster(): Promise<{ child: ChildProcess; send(text: string): Promise<string> }> {
    master.close();
    const child = startNode(`
      import { createInterface } from 'node:readline';
      import { Eshm } from '${lib}';
      const master = Eshm.open('${name}', { role: 'master' });
      console.log('up');
      for await (const text of createInterface({ input: process.stdin })) {
        console.log(await master.send(text, { timeoutMs: 300 }).then(() => 'acked', (error) => error.code));
      }
      master.close();`);
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    await lines.next();
    const send = async (text: string) => {
      child.stdin!.write(`${text}\n`);
      return `${(await lines.next()).value}`;
    };
    return { child, send };
  }

  /** A slave that has given up a master which then goes on. */
  async function givenUp(child: ChildProcess): Promise<Eshm> {
    const older = slaveOf({ disconnectBehavior: 'immediately' });
    await until('its heart', () => older.stats().slaveHeartbeat > 20n);
    child.kill('SIGSTOP');
    await until('the end', () => older.state === 'disconnected');
    child.kill('SIGCONT');
    return older;
  }

  for (const [where, startYounger] of [
    ['in one process', async () => slaveOf()],
    [
      'in another thread',
      async () => {
        const code = `import('${lib}').then(({ Eshm }) => {
          const slave = Eshm.open('${name}', { role: 'slave' });
          const { parentPort } = require('node:worker_threads');
          parentPort.postMessage('up');
          parentPort.once('message', () => { slave.close(); parentPort.postMessage('closed'); });
        });`;
        const worker = new Worker(code, { eval: true });
        workers.push(worker);
        await once(worker, 'message');
        return undefined;
      },
    ],
  ] as const) {
    it(`one that has given up reads nothing that is for its successor ${where}`, async () => {
      const { child, send } = await otherMaster();
      const older = await givenUp(child);
      const younger = await startYounger();
      const sent = send('for the younger');
      await sleep(20);
      for (const act of [() => older.tryRead(), () => older.tryReadInto(Buffer.alloc(20))]) {
        assert.equal(thrownBy<EshmError>(act).code, 'ESHM_ROLE_MISMATCH');
      }
      assert.equal(await sent, 'ESHM_TIMEOUT', 'nobody has read it');
      if (younger !== undefined) assert.equal(`${younger.tryRead()}`, 'for the younger');
      child.stdin!.end();
      await ended(child);
    });

    it(`nor when that one has left again: ${where}`, async () => {
      const { child, send } = await otherMaster();
      const older = await givenUp(child);
      const younger = await startYounger();
      if (younger === undefined) {
        await sleep(10);
        workers[0]!.postMessage('close');
        await once(workers[0]!, 'message');
      } else younger.close();
      const sent = send('for nobody');
      await sleep(20);
      assert.equal(thrownBy<EshmError>(() => older.tryRead()).code, 'ESHM_ROLE_MISMATCH');
      assert.equal(await sent, 'ESHM_TIMEOUT', 'nobody has read it');
      child.stdin!.end();
      await ended(child);
    });
  }

  it('one that has given up and has no successor reads what is left, and counts on from what is there', async () => {
    const { child, send } = await otherMaster();
    const older = await givenUp(child);
    const sent = send('left');
    let left: Buffer | undefined;
    await until('what is left', () => {
      try {
        left = older.tryRead();
      } catch (error) {
        assert.equal((error as EshmError).code, 'ESHM_MASTER_STALE');
      }
      return left !== undefined;
    });
    assert.equal(`${left}`, 'left');
    assert.equal(await sent, 'acked');
    child.stdin!.end();
    await ended(child);
  });

  it('in two threads: the older gives way', async () => {
    const child = startNode(`
      import { Worker } from 'node:worker_threads';
      const code = (force) => "import('${lib}').then(async ({ Eshm }) => {" +
        "const slave = Eshm.open('${name}', { role: 'slave', force: " + force + " });" +
        "const { parentPort } = await import('node:worker_threads'); parentPort.postMessage('up');" +
        "slave.on('disconnected', () => parentPort.postMessage('disconnected'));" +
        "setInterval(() => {}, 1000); });";
      const start = (force) => new Promise((resolve) => {
        const worker = new Worker(code(force), { eval: true });
        worker.once('message', () => {
          worker.on('message', (text) => console.log(force ? 'younger' : 'older', text));
          resolve();
        });
      });
      await start(false);
      await start(true);
      console.log('both');
      setInterval(() => {}, 1000);`);
    const lines = await linesUntil(child, 2);
    assert.deepEqual(lines.sort(), ['both', 'older disconnected']);
    await until('its heart', () => master.remoteAlive);
    assert.equal(flag(), 1);
    child.kill('SIGKILL');
    await ended(child);
  });

  describe('as process 1 of two containers', () => {
    before(function () {
      const { status } = spawnSync(CONTAINER[0]!, [...CONTAINER.slice(1), 'true'], { stdio: 'ignore' });
      if (status !== 0) skip(this, 'this user may not make a pid namespace (unshare --pid)');
    });

    /** A slave that says what it gets, and what becomes of it. */
    const container = (options: EshmOptions = {}) =>
      startNode(
        `
        import { Eshm } from '${lib}';
        try {
          const slave = Eshm.open('${name}', ${JSON.stringify({ role: 'slave', ...options })});
          console.log('pid', process.pid);
          slave.on('disconnected', () => {
            try { slave.tryRead(); } catch (error) { console.log(error.code, error.message); }
            slave.close();
            console.log('closed');
          });
          setInterval(() => {
            if (slave.state !== 'connected') return;
            try {
              const message = slave.tryRead();
              if (message !== undefined) console.log('got', message.toString());
            } catch (error) {
              // Found out by this very look; the event says so too.
              if (error.code !== 'ESHM_ROLE_MISMATCH') throw error;
            }
          }, 1);
        } catch (error) {
          console.log(error.code);
        }`,
        { under: CONTAINER },
      );

    it('a second one is refused, unless by force', async () => {
      const first = container();
      assert.deepEqual(await linesUntil(first, 1), ['pid 1']);
      await until('its heart', () => master.remoteAlive);
      assert.equal((await ended(container())).stdout.trim(), 'ESHM_ROLE_MISMATCH');
      assert.equal(flag(), 1);
    });

    it('the older gives way, and leaves everything to the younger', async () => {
      const older = container();
      const olderLines = lineReader(older);
      assert.equal(await olderLines(), 'pid 1');
      await until('its heart', () => master.remoteAlive);
      const younger = container({ force: true });
      const youngerLines = lineReader(younger);
      assert.equal(await youngerLines(), 'pid 1');
      assert.match(await olderLines(), /^ESHM_ROLE_MISMATCH .* \(pid 1, as this one\)/);
      assert.equal(await olderLines(), 'closed');
      assert.equal(flag(), 1, 'the flag is that of the younger');
      for (let i = 0; i < 20; i++) {
        await master.send(`message ${i}`, { timeoutMs: 5000 });
        assert.equal(await youngerLines(), `got message ${i}`);
      }
      assert.deepEqual([master.remoteAlive, told.includes('disconnected')], [true, false]);
    });

    it('one that was stopped, taken for dead and replaced gives way when it goes on', async function () {
      // A younger one that does not run either, at the moment at which the older goes on, cannot tell who it is.
      await unlessStarved(this, HOLD_MS, async (waits) => {
        const older = container();
        const olderLines = lineReader(older);
        assert.equal(await olderLines(), 'pid 1');
        await until('its heart', () => master.remoteAlive);
        // `unshare` waits for it: node is its only child.
        const pid = childOf(older.pid!);
        process.kill(pid, 'SIGSTOP');
        await until('its silence', () => !master.remoteAlive);
        const younger = container();
        const youngerLines = lineReader(younger);
        try {
          assert.equal(await youngerLines(), 'pid 1');
          // Past the heartbeat at which the older one stopped.
          await until('a long life', () => master.stats().slaveHeartbeat > 400n);
          waits.watch(childOf(younger.pid!));
          process.kill(pid, 'SIGCONT');
          const [olderSays, youngerSays] = [olderLines(), youngerLines()];
          await Promise.race([olderSays, youngerSays.then((line) => assert.fail(`the younger: ${line}`))]);
          assert.match(await olderSays, /^ESHM_ROLE_MISMATCH /);
          assert.equal(await olderLines(), 'closed');
          await master.send('still here', { timeoutMs: 5000 });
          assert.equal(await youngerSays, 'got still here');
        } finally {
          waits.look();
          killChildren();
          await until('their end', () => !master.remoteAlive);
        }
      });
    });
  });
});

/** The next line of a child each time; fails when it ends before. */
function lineReader(child: ReturnType<typeof startNode>): () => Promise<string> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`The child has ended: ${stderr}`);
    return value;
  };
}

async function linesUntil(child: ReturnType<typeof startNode>, count: number): Promise<string[]> {
  const next = lineReader(child);
  const lines: string[] = [];
  while (lines.length < count) lines.push(await next());
  return lines;
}

/** The process id of the only child of process `pid`. */
function childOf(pid: number): number {
  return Number(spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout);
}
