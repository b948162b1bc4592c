import assert from 'node:assert/strict';
import { deliver, linger } from '../../../../lib/cli/talking/delivery.js';
import { isSuccessor, readerOf } from '../../../../lib/cli/talking/reader.js';
import { Eshm } from '../../../../lib/index.js';
import { attachmentsHere, removeLeftovers, uniqueName, until } from '../../../support/channels.js';

/** A stale threshold for a busy machine. */
const PATIENT = { staleThresholdMs: 5000 };

describe('deliver()', () => {
  let name: string;
  let master: Eshm;
  const open: Eshm[] = [];
  const attachments = attachmentsHere();

  function openSlave(): Eshm {
    const slave = Eshm.open(name, { role: 'slave' });
    open.push(slave);
    return slave;
  }

  beforeEach(() => {
    name = uniqueName('delivery');
    master = Eshm.open(name, { role: 'master', ...PATIENT });
    open.push(master);
  });

  afterEach(() => {
    for (const endpoint of open.splice(0).reverse()) endpoint.close();
    assert.deepEqual(removeLeftovers(), []);
    assert.equal(attachmentsHere(), attachments);
  });

  it('waits for a reader, which gets what was sent before it came', async () => {
    const delivered = deliver(master, Buffer.from('early'), { timeoutMs: 120_000 });
    const slave = openSlave();
    assert.equal(String(await slave.read({ timeoutMs: 120_000 })), 'early');
    await delivered;
  });

  it('gives the next reader what the one before did not read', async () => {
    const first = openSlave();
    const delivered = deliver(master, Buffer.from('unread'), { timeoutMs: 120_000 });
    await until('the message', () => first.peek() !== undefined);
    // The next one is of the same process, so it is known by fewer beats: it is looked at before it has as many.
    await until('beats', () => readerOf(master).beats > 500n);
    first.close();
    const second = openSlave();
    assert.equal(String(await second.read({ timeoutMs: 120_000 })), 'unread');
    await delivered;
    assert.equal(second.tryRead(), undefined, 'once');
    assert.equal(readerOf(master).writes, 2n, 'written for each of the two');
  });

  it('is done when the reader reads and leaves in one go', async () => {
    const slave = openSlave();
    await until('a reader', () => readerOf(master).ready);
    const delivered = deliver(master, Buffer.from('last words'), { timeoutMs: 120_000 });
    // In one turn of the event loop, so that no look falls in between.
    await until('the message', () => {
      if (slave.tryRead() === undefined) return false;
      slave.close();
      return true;
    });
    await delivered;
    assert.equal(readerOf(master).writes, 1n);
  });

  it('says whether nobody came or nobody read, and for how long it has waited', async () => {
    await assert.rejects(deliver(master, Buffer.from('x'), { timeoutMs: 30 }), {
      code: 'ESHM_TIMEOUT',
      message: /nobody was there to read it within 30 ms/,
    });
    openSlave();
    await until('a reader', () => readerOf(master).ready);
    await assert.rejects(deliver(master, Buffer.from('x'), { timeoutMs: 30 }), {
      code: 'ESHM_TIMEOUT',
      message: /not read within 30 ms; the slave is alive/,
    });
  });

  it('writes again after resendMs without being read, and only then', async () => {
    openSlave();
    await until('a reader', () => readerOf(master).ready);
    await assert.rejects(deliver(master, Buffer.from('x'), { timeoutMs: 30 }), { code: 'ESHM_TIMEOUT' });
    assert.equal(readerOf(master).writes, 1n);
    await assert.rejects(deliver(master, Buffer.from('x'), { timeoutMs: 200, resendMs: 5 }), {
      code: 'ESHM_TIMEOUT',
    });
    assert.ok(readerOf(master).writes > 2n);
  });

  it('linger() ends when the message is read, or when nobody is there', async () => {
    master.write('x');
    await linger(master, 60_000);
    const slave = openSlave();
    await until('a reader', () => readerOf(master).ready);
    master.write('y');
    let lingering = true;
    const done = linger(master, 60_000).then(() => {
      lingering = false;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(lingering);
    assert.equal(String(slave.tryRead()), 'y');
    await done;
  });

  it('isSuccessor() knows another process, and the same process id that starts to count anew', () => {
    const reader = { ready: true, reads: 0n, writes: 0n, identity: '5', beats: 10n };
    assert.equal(isSuccessor({ ...reader, beats: 11n }, reader), false);
    assert.equal(isSuccessor({ ...reader, beats: 11n, identity: '6' }, reader), true);
    assert.equal(isSuccessor({ ...reader, beats: 3n }, reader), true);
  });
});
