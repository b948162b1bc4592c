import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import type { Wake } from '../../../lib/index.js';
import { Eshm } from '../../../lib/index.js';
import { onQuietMachine } from '../../support/quiet.js';
import { builtUrl } from '../../support/run-node.js';
import { size } from '../../support/sizes.js';
import { channelName, closeAll, closeLater } from './endpoints.js';

/** Writes numbered messages each millisecond, some early and some late, until the count is reached. */
const PACED = `
  const { workerData } = require('node:worker_threads');
  import(workerData.library).then(({ Eshm }) => {
    const master = Eshm.open(workerData.name, { role: 'master', staleThresholdMs: 10_000 });
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    while (!master.remoteAlive) Atomics.wait(sleeper, 0, 0, 5);
    Atomics.wait(sleeper, 0, 0, 50);
    const message = Buffer.alloc(64);
    for (let number = 0; number < workerData.count; number++) {
      Atomics.wait(sleeper, 0, 0, 0.85 + 0.2 * Math.random());
      message.writeUInt32LE(number);
      master.write(message);
    }
    Atomics.wait(sleeper, 0, 0, 200);
    master.close();
  });
`;

const COUNT = size({ short: 500, long: 2000 });

/** A thread that was without a core for a tenth of the time did not get the share that it wanted, in ms. */
const EXCUSING_MS = COUNT / 10;

/** What share of a core a reader takes of a paced stream. */
async function shareOf(wake: Wake): Promise<number> {
  const name = channelName();
  const writer = new Worker(PACED, {
    eval: true,
    workerData: { name, count: COUNT, library: builtUrl('lib/index.js') },
  });
  const exited = new Promise((resolve) => writer.once('exit', resolve));
  const slave = closeLater(await Eshm.connect(name, { timeoutMs: 120_000 }));
  const before = process.cpuUsage();
  let startMs = 0;
  let lastMs = 0;
  for await (const { data } of slave.messages({ wake })) {
    if (startMs === 0) startMs = performance.now();
    lastMs = performance.now();
    if (data.readUInt32LE(0) === COUNT - 1) break;
  }
  const { user, system } = process.cpuUsage(before);
  await exited;
  slave.close();
  return (user + system) / 1000 / (lastMs - startMs);
}

describe('what the option wake costs', () => {
  afterEach(closeAll);

  it('balanced: a stream of 1000 messages a second costs less than half a core where eager takes most of one', async function () {
    await onQuietMachine(this, EXCUSING_MS, async () => {
      const [eager, balanced] = [await shareOf('eager'), await shareOf('balanced')];
      const shares = `balanced ${balanced.toFixed(2)}, eager ${eager.toFixed(2)} of a core`;
      assert.ok(balanced < 0.6 * eager, shares);
    });
  });
});
