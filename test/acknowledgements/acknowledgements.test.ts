import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { Eshm } from '../../lib/index.js';
import { f64, record, u32 } from '../../lib/record/index.js';
import { assertNothingLeft, uniqueName } from '../support/channels.js';
import { needsCommand } from '../support/needs.js';
import { builtUrl, ended, killChildren, startNode } from '../support/run-node.js';
import { isLong, size } from '../support/sizes.js';
import { Numbers } from './numbers.js';
import { run, type Trouble, trialsOf } from './trial.js';

/** How long all trials of one kind take together; the fault that they look for came some 9 times in a minute. */
const SECONDS = size({ short: 1, long: 600 });

/** What a trial takes beside that: four processes begin and end, on a core that others have. */
const AROUND_MS = 120_000;

describe('what is acknowledged was read', () => {
  afterEach(() => {
    killChildren();
    assertNothingLeft();
  });

  for (const [trouble, how] of [
    ['crowded', 'shares its core with two busy loops'],
    ['stopped', 'is stopped at random'],
  ] as [Trouble, string][]) {
    for (const trial of trialsOf(trouble, SECONDS)) {
      it(`by a reader that ${how}: ${trial.method}, order ${trial.order}, ${trial.seconds} s`, async function () {
        this.timeout(1000 * trial.seconds + AROUND_MS);
        needsCommand(this, 'taskset', 'util-linux');
        const { acknowledged, deceived } = await run(trial);
        assert.deepEqual(deceived, [], `of ${acknowledged} that were acknowledged`);
        assert.ok(acknowledged > 0);
        // Who runs it in full wants to know of how many that holds.
        if (isLong) console.log(`      ${acknowledged} were acknowledged, each was read`);
      });
    }
  }

  for (const [what, options, isWaiting] of [
    ['a short message, which is looked at in a copy', '{ allowShorter: true }', false],
    ['a message that waits before the first look', '{}', true],
  ] as const) {
    it(`by a look that throws, nothing is: ${what}`, async () => {
      const name = uniqueName('acknowledged-look');
      const Sample = record('Sample', { number: u32, value: f64 });
      const master = Eshm.open(name, { role: 'master', staleThresholdMs: 10_000 });
      const slave = startNode(`
        import { Eshm } from '${builtUrl('lib/index.js')}';
        import { record, f64, u32 } from '${builtUrl('lib/record/index.js')}';
        const Sample = record('Sample', { number: u32, value: f64 }, ${options});
        const slave = await Eshm.connect('${name}', { role: 'slave', record: { in: Sample } });
        console.log('up');
        if (${isWaiting}) while (slave.stats().m2sWriteCount === 0n);
        const [read, refused] = [[], new Set()];
        while (read.at(-1) !== 4) {
          try {
            const number = slave.view(({ number }) => {
              if (number >= 3) return number;
              // Long enough for whoever waits for the count to see it move.
              const untilMs = performance.now() + 5;
              while (performance.now() < untilMs);
              refused.add(number);
              throw new Error('refused');
            });
            if (number !== undefined) read.push(number);
          } catch (error) {
            if (error.message !== 'refused') throw error;
          }
        }
        slave.close();
        console.log(JSON.stringify({ read, refused: refused.size }));`);
      try {
        const outcome = ended(slave);
        const heard = createInterface({ input: slave.stdout! })[Symbol.asyncIterator]();
        assert.deepEqual(await heard.next(), { done: false, value: 'up' });
        const bytes = (number: number) => {
          const whole = Sample.encode({ number, value: 0.5 });
          return isWaiting ? whole : whole.subarray(0, 4);
        };
        for (const number of [1, 2]) {
          await assert.rejects(master.send(bytes(number), { timeoutMs: 300 }), { code: 'ESHM_TIMEOUT' });
        }
        assert.equal(master.stats().m2sReadCount, 0n);
        for (const number of [3, 4]) await master.send(bytes(number), { timeoutMs: 30_000 });
        const { value } = await heard.next();
        assert.deepEqual(JSON.parse(value!), { read: [3, 4], refused: 2 });
        assert.equal(master.stats().m2sReadCount, 2n);
        const { code, stderr } = await outcome;
        assert.equal(code, 0, stderr);
      } finally {
        master.close();
      }
    });
  }

  it('the trials compare what they say they do', () => {
    const numbers = new Numbers();
    for (const number of [1, 7, 8, 1_000_000]) numbers.add(number);
    const parsed = Numbers.parse(`${numbers}`);
    assert.deepEqual([...parsed], [1, 7, 8, 1_000_000]);
    assert.deepEqual([parsed.has(8), parsed.has(9), parsed.has(2 ** 24)], [true, false, false]);
  });
});
