import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Wake } from '../../../lib/index.js';
import { Eshm } from '../../../lib/index.js';
import { builtUrl } from '../../support/run-node.js';
import { channelName, closeAll, closeLater, openPair } from './endpoints.js';

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

const COUNT = 2000;

describe('the option wake', () => {
  afterEach(closeAll);

  for (const wake of ['eager', 'balanced', 'lazy'] as const satisfies readonly Wake[]) {
    it(`${wake}: reads each message of a slow exchange, also the last one before a silence`, async () => {
      const { master, slave } = openPair();
      for (let i = 0; i < 30; i++) {
        const reading = slave.read({ timeoutMs: 5000, wake });
        if (i % 3 > 0) await sleep(i % 3 === 1 ? 3 : 20);
        master.write(`message ${i}`);
        assert.equal(String(await reading), `message ${i}`);
      }
    });

    it(`${wake}: waits no less than its timeout`, async () => {
      const { slave } = openPair();
      const startMs = performance.now();
      await assert.rejects(slave.read({ timeoutMs: 40, wake }), { code: 'ESHM_TIMEOUT' });
      assert.ok(performance.now() - startMs >= 40);
    });
  }

  it('a read of a closed endpoint that owes the event loop a turn ends with ESHM_CLOSED', async () => {
    const { master, slave } = openPair();
    const endMs = performance.now() + 20;
    // Reads that never wait, until one must let the event loop turn.
    while (performance.now() < endMs) {
      master.write('more');
      await slave.read();
    }
    const spinUntilMs = performance.now() + 1;
    while (performance.now() < spinUntilMs);
    slave.close();
    await assert.rejects(slave.read(), { code: 'ESHM_CLOSED' });
  });

  it('is judged', async () => {
    const { slave } = openPair();
    await assert.rejects(slave.read({ wake: 'soon' as never }), RangeError);
    await assert.rejects(slave.read({ wake: 1 as never }), TypeError);
    assert.throws(() => slave.messages({ wake: 'soon' as never }), RangeError);
    assert.throws(() => slave.readable({ wake: 1 as never }), /wake is of type number/);
  });

  it('balanced: a stream of 1000 messages a second costs less than half a core where eager takes most of one', async () => {
    const shares: number[] = [];
    for (const wake of ['eager', 'balanced'] as const) {
      const name = channelName();
      const writer = new Worker(PACED, {
        eval: true,
        workerData: { name, count: COUNT, library: builtUrl('lib/index.js') },
      });
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
      shares.push((user + system) / 1000 / (lastMs - startMs));
      await new Promise((resolve) => writer.once('exit', resolve));
      slave.close();
    }
    const [eager, balanced] = shares as [number, number];
    assert.ok(balanced < 0.6 * eager, `balanced ${balanced.toFixed(2)}, eager ${eager.toFixed(2)} of a core`);
  });

  it('balanced: two ends that answer each other find out how quick they can be', async () => {
    const { master, slave } = openPair();
    const echo = (async () => {
      for await (const message of slave.messages({ wake: 'balanced' })) {
        slave.write(message.data);
        if (message.data.length === 0) break;
      }
    })();
    // First both park.
    for (let i = 0; i < 5; i++) {
      master.write('slow');
      await master.read({ timeoutMs: 5000 });
      await sleep(5);
    }
    const trips: number[] = [];
    for (let i = 0; i < 3000; i++) {
      const startMs = performance.now();
      master.write('quick');
      await master.read({ timeoutMs: 5000 });
      trips.push(performance.now() - startMs);
    }
    master.write('');
    await echo;
    const last = trips.slice(-500).sort((a, b) => a - b);
    assert.ok(last[250]! < 0.1, `median of ${last[250]} ms`);
  });
});
