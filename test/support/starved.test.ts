/** The judge of tests with a promise in milliseconds. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from './channels.js';
import { skip } from './needs.js';
// It loads the machine.
import './quiet.js';
import { CoreWaits, unlessStarved } from './starved.js';

/** What a test is told, in the place of mocha's context. */
class Told {
  skipped = 0;
  readonly context = {
    runnable: () => ({ title: 'told', titlePath: () => ['told'] }),
    skip: () => {
      this.skipped++;
      throw new Error('skipped');
    },
  } as unknown as Mocha.Context;
}

describe('a test that a process without a core makes untrue', () => {
  let ci: string | undefined;
  const busy: ChildProcess[] = [];

  before(() => {
    ci = process.env.CI;
  });
  afterEach(() => {
    if (ci === undefined) delete process.env.CI;
    else process.env.CI = ci;
    for (const child of busy.splice(0)) child.kill('SIGKILL');
  });

  it('succeeds where its trial does', async () => {
    let trials = 0;
    const told = new Told();
    await unlessStarved(told.context, 0, async () => void trials++);
    assert.deepEqual([trials, told.skipped], [1, 0]);
  });

  it('fails at once where its trial does and nothing excuses it', async () => {
    let trials = 0;
    const told = new Told();
    const failing = unlessStarved(told.context, Number.POSITIVE_INFINITY, async () => {
      trials++;
      throw new Error('stale');
    });
    await assert.rejects(failing, /^Error: stale$/);
    assert.deepEqual([trials, told.skipped], [1, 0]);
  });

  it('makes another trial after an excused one, and goes by that', async () => {
    let trials = 0;
    await unlessStarved(new Told().context, 0, async () => {
      if (++trials < 3) throw new Error('starved');
    });
    assert.equal(trials, 3);
  });

  it('is skipped where no trial says anything, also where nothing that is missing may be skipped', async () => {
    const starving = (told: Told) =>
      unlessStarved(told.context, 0, async () => {
        throw new Error('starved');
      });
    for (const ci of ['', 'true']) {
      process.env.CI = ci;
      const told = new Told();
      await assert.rejects(starving(told), /^Error: skipped$/);
      assert.equal(told.skipped, 1);
    }
  });

  it('knows for how long another process had no core', async function () {
    const pin = ['-c', '0', process.execPath, '-e', 'for (;;);'];
    for (let i = 0; i < 3; i++) busy.push(spawn('taskset', pin, { stdio: 'ignore' }).on('error', () => {}));
    const [first] = busy as [ChildProcess];
    const failed = await new Promise((resolve) => first.once('error', resolve).once('spawn', resolve));
    if (failed instanceof Error) skip(this, 'taskset is missing: install it with apt-get install util-linux');
    const waits = new CoreWaits();
    waits.watch(first.pid!);
    // Three that always want the same core: each waits for two thirds of the time.
    await until('a wait of 100 ms', () => waits.longestMs >= 100);
    waits.look();
    first.kill('SIGKILL');
    await once(first, 'exit');
    assert.ok(waits.longestMs >= 100, 'also when it has ended');
  });
});
