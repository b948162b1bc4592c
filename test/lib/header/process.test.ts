/** Whether a number in a header is the process that it seems to be, and whether that has ended. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { MetProcess } from '../../../lib/header/index.js';
import { IPC_CREAT, IPC_PRIVATE, Segment, shmget } from '../../../syscalls/index.js';
import { skip } from '../../support/needs.js';
import { builtUrl, ended, killChildren, startNode } from '../../support/run-node.js';

const OWN_PIDS = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

describe('MetProcess', () => {
  let segment: Segment;
  let met: MetProcess;

  beforeEach(() => {
    segment = Segment.attach(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0o600));
    met = new MetProcess();
  });
  afterEach(() => {
    killChildren();
    segment.remove();
    segment.detach();
  });

  /** A Node process that has segment `id` attached. */
  async function attached(id: number, under: readonly string[] = []): Promise<ChildProcess> {
    const child = startNode(
      `import { Segment } from '${builtUrl('syscalls/index.js')}';
       globalThis.segment = Segment.attach(${id});
       console.log('up');
       setInterval(() => {}, 1000);`,
      { under },
    );
    await once(child.stdout!, 'data');
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    const end = ended(child);
    child.kill('SIGKILL');
    await end;
  }

  it('is gone when a process that has the segment attached has ended', async () => {
    const child = await attached(segment.id);
    met.meet(child.pid!, { id: segment.id, file: undefined }, 'first');
    assert.equal(met.isGone(child.pid!), false);
    await kill(child);
    assert.equal(met.isGone(child.pid!), true);
    assert.equal(met.isGone(child.pid! + 1), false, 'another');
  });

  it('is not gone for a process that has nothing attached, or another segment', async () => {
    const other = Segment.attach(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0o600));
    const children = [startNode('setInterval(() => {}, 1000)'), await attached(other.id)];
    for (const child of children) {
      met.meet(child.pid!, { id: segment.id, file: undefined }, 'first');
      await kill(child);
      assert.equal(met.isGone(child.pid!), false);
    }
    other.remove();
    other.detach();
  });

  it('is looked at again for another start with the same number, and only then', async () => {
    const child = startNode(
      `import { Segment } from '${builtUrl('syscalls/index.js')}';
       console.log('up');
       process.stdin.once('data', () => { globalThis.segment = Segment.attach(${segment.id}); console.log('in'); });`,
    );
    await once(child.stdout!, 'data');
    met.meet(child.pid!, { id: segment.id, file: undefined }, 'first');
    child.stdin!.write('x');
    await once(child.stdout!, 'data');
    met.meet(child.pid!, { id: segment.id, file: undefined }, 'second');
    await kill(child);
    assert.equal(met.isGone(child.pid!), true);
    met.meet(child.pid!, { id: segment.id, file: undefined }, 'second');
    assert.equal(met.isGone(child.pid!), true, 'remembered');
    met.meet(child.pid!, { id: segment.id, file: undefined }, 'third');
    assert.equal(met.isGone(child.pid!), false, 'nobody was there to be met');
  });

  it('is not gone for the number of a thread of this process, which has the segment attached', async () => {
    const code = `import('${builtUrl('lib/threads/index.js')}').then(({ thisThread }) => {
      require('node:worker_threads').parentPort.postMessage(thisThread().tid);
      setInterval(() => {}, 1000);
    });`;
    const worker = new Worker(code, { eval: true });
    const [tid] = (await once(worker, 'message')) as [number];
    met.meet(tid, { id: segment.id, file: undefined }, 'first');
    await worker.terminate();
    assert.equal(met.isGone(tid), false);
    met.meet(process.pid, { id: segment.id, file: undefined }, 'first');
    assert.equal(met.isGone(process.pid), false, 'this process');
  });

  describe('with namespaces', () => {
    before(function () {
      const { status } = spawnSync(OWN_PIDS[0]!, [...OWN_PIDS.slice(1), 'true'], { stdio: 'ignore' });
      if (status !== 0) skip(this, 'this user may not make a pid namespace (unshare --pid)');
    });

    it('is not gone for a process that has another number to itself', async () => {
      const outer = await attached(segment.id, OWN_PIDS);
      const inner = Number(readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'latin1'));
      assert.ok(inner > 1);
      met.meet(inner, { id: segment.id, file: undefined }, 'first');
      await kill(outer);
      assert.equal(met.isGone(inner), false);
    });

    it('is not gone where /proc is that of another pid namespace', async () => {
      const child = startNode(
        `import { spawn } from 'node:child_process';
         import { MetProcess } from '${builtUrl('lib/header/index.js')}';
         import { Segment } from '${builtUrl('syscalls/index.js')}';
         const segment = Segment.attach(${segment.id});
         const met = new MetProcess();
         const other = spawn('sleep', ['1000']);
         met.meet(other.pid, { id: segment.id, file: undefined }, 'first');
         other.once('exit', () => { console.log(met.isGone(other.pid)); segment.detach(); });
         other.kill('SIGKILL');`,
        { under: OWN_PIDS.filter((word) => word !== '--mount-proc') },
      );
      assert.equal((await ended(child)).stdout, 'false\n');
    });

    it('is not gone for a process that has a segment of the same key and id in another IPC namespace', async () => {
      const first = `
        import { Segment } from '${builtUrl('syscalls/index.js')}';
        const segment = Segment.create(77, 4096, 0o600);
        console.log(segment.id);`;
      const child = startNode(
        `${first}
         import { spawn } from 'node:child_process';
         import { once } from 'node:events';
         import { MetProcess } from '${builtUrl('lib/header/index.js')}';
         const met = new MetProcess();
         const words = ['--ipc', process.execPath, '--input-type=module', '--eval', ${JSON.stringify(`${first}
setInterval(() => {}, 1000);`)}];
         const other = spawn('unshare', words);
         console.log(String((await once(other.stdout, 'data'))[0]).trim());
         met.meet(other.pid, { id: segment.id, file: undefined }, 'first');
         other.kill('SIGKILL');
         await once(other, 'exit');
         console.log(met.isGone(other.pid));
         segment.detach();`,
        { under: ['unshare', '--ipc'] },
      );
      const { stdout, stderr } = await ended(child);
      const [own, others, isGone] = stdout.split('\n');
      assert.equal(own, others, stderr);
      assert.equal(isGone, 'false');
    });
  });

  it('kills nobody', async () => {
    const child = spawn('sleep', ['1000']);
    met.meet(child.pid!, { id: segment.id, file: undefined }, 'first');
    assert.equal(child.exitCode, null);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
});
