import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Wake } from '../../../lib/index.js';
import { closeAll, openPair } from './endpoints.js';

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
    // To park takes a millisecond at least, on any machine.
    assert.ok(last[250]! < 0.5, `median of ${last[250]} ms`);
  });
});
