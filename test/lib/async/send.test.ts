import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Eshm, type EshmError, type EshmErrorCode, type SendOptions } from '../../../lib/index.js';
import { until } from '../../support/channels.js';
import { channelName, closeAll, closeLater, openPair } from './endpoints.js';

const forever = { timeoutMs: Number.POSITIVE_INFINITY };
const code = (expected: EshmErrorCode) => ({ name: 'EshmError', code: expected });

describe('Eshm.send()', () => {
  afterEach(closeAll);

  it('resolves once the peer has read the message, and not before', async () => {
    const { master, slave } = openPair();
    for (const waitMs of [0, 20]) {
      let resolved = false;
      const sending = master.send('hello', forever).then(() => {
        resolved = true;
      });
      await sleep(waitMs);
      assert.equal(resolved, false);
      assert.equal(String(slave.tryRead()), 'hello');
      await sending;
    }
  });

  it('a read of an earlier message is no acknowledgement', async () => {
    const { master, slave } = openPair();
    master.write('plain');
    assert.equal(String(slave.tryRead()), 'plain');
    await assert.rejects(master.send('sent', { timeoutMs: 20 }), code('ESHM_TIMEOUT'));
  });

  it('one that was written before its slave came says what would have reached it', async () => {
    const name = channelName();
    const master = closeLater(Eshm.open(name, { role: 'master' }));
    const told = async (options: SendOptions) =>
      (await master.send('early', options).catch((error: EshmError) => error))?.message;
    assert.match(
      `${await told({ timeoutMs: 20 })}`,
      /: it was not read within 20 ms; there is no live slave; .* a slave that came later does not see.*: set resendMs to/,
    );
    assert.match(
      `${await told({ timeoutMs: 20, resendMs: 5 })}`,
      /: it was not read within 20 ms; there is no live slave$/,
      'it is set',
    );
    const sending = told({ timeoutMs: 1000 });
    const slave = closeLater(Eshm.open(name, { role: 'slave' }));
    assert.equal(slave.tryRead(), undefined);
    assert.match(`${await sending}`, /: it was not read within 1000 ms; .*: set resendMs to/);
    assert.throws(() => master.sendSync('early', { timeoutMs: 5 }), /: set resendMs to/);
  });

  it('sends that overlap arrive one by one in the order of the calls', async () => {
    const { master, slave } = openPair();
    const sends = Array.from({ length: 100 }, (_, i) => master.send(`${i}`, forever));
    const got: string[] = [];
    for await (const { data, missed } of slave.messages()) {
      assert.equal(missed, 0);
      if (got.push(String(data)) === 100) break;
    }
    await Promise.all(sends);
    assert.deepEqual(
      got,
      Array.from({ length: 100 }, (_, i) => `${i}`),
    );
  });

  it('a queue of sends has one listener on the signal that they share, and its end is that of all', async () => {
    const { master, slave } = openPair();
    const abort = new AbortController();
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const sends = Array.from({ length: 40 }, (_, i) =>
      master.send(`${i}`, { ...forever, signal: abort.signal }),
    );
    const ended = Promise.allSettled(sends);
    // One of the queue, one of the message that is on its way.
    assert.ok(getEventListeners(abort.signal, 'abort').length <= 2);
    for (let i = 0; i < 5; i++) {
      assert.equal(String(await slave.read()), `${i}`);
      await sends[i];
    }
    abort.abort(new Error('enough'));
    const results = (await ended).map((one) => (one.status === 'rejected' ? `${one.reason}` : 'sent'));
    assert.deepEqual(results, [...Array(5).fill('sent'), ...Array(35).fill('Error: enough')]);
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    await sleep(0);
    process.off('warning', onWarning);
    assert.deepEqual(warnings, []);
  });

  it('the caller may change the bytes at once', async () => {
    const { master, slave } = openPair();
    const bytes = Buffer.from('first');
    const sends = [master.send(bytes, { resendMs: 1 })];
    bytes.write('second');
    sends.push(master.send(bytes));
    bytes.fill(0);
    await sleep(10);
    assert.equal(String(await slave.read()), 'first');
    // The first may have been published once more just before it was read.
    let next = String(await slave.read());
    if (next === 'first') next = String(await slave.read());
    assert.equal(next, 'secon');
    await Promise.all(sends);
  });

  it('bytes that were transferred away are refused, at once, queued or behind an unread message, and sends go on', async () => {
    const { master, slave } = openPair();
    const gone = () => {
      const data = new Uint8Array(300).fill(1);
      structuredClone(data.buffer, { transfer: [data.buffer] });
      return data;
    };
    const isRefusal = /^TypeError: Cannot write: the memory of data/;
    await assert.rejects(master.send(gone()), isRefusal);
    master.write('unread');
    // Behind a message that somebody may be reading, the slot is shut for a moment, but not for good.
    await assert.rejects(master.send(gone()), isRefusal);
    assert.equal(`${await slave.read()}`, 'unread');
    const first = master.send('first');
    await assert.rejects(master.send(gone()), isRefusal);
    assert.equal(`${await slave.read()}`, 'first');
    await first;
    const last = master.send('last', { timeoutMs: 2000 });
    assert.equal(`${await slave.read()}`, 'last');
    await last;
  });

  it('rejects with ESHM_TIMEOUT and says whether the peer was alive', async () => {
    const { master, slave } = openPair();
    const start = performance.now();
    await assert.rejects(master.send('x', { timeoutMs: 200 }), {
      ...code('ESHM_TIMEOUT'),
      peerAlive: true,
      message: /the slave is alive/,
    });
    assert.ok(performance.now() - start >= 200);
    slave.close();
    await assert.rejects(master.send('x', { timeoutMs: 30 }), {
      ...code('ESHM_TIMEOUT'),
      peerAlive: false,
      message: /no live slave/,
    });
  });

  it('a queued send times out by itself, and the others go on', async () => {
    const { master, slave } = openPair();
    const first = master.send('first', forever);
    const second = master.send('second', { timeoutMs: 20 });
    const third = master.send('third', forever);
    await assert.rejects(second, code('ESHM_TIMEOUT'));
    assert.equal(String(await slave.read()), 'first');
    await first;
    assert.equal(String(await slave.read()), 'third');
    await third;
  });

  it('aborting rejects with the reason: before, under way, and queued; nothing is left', async () => {
    const { master, slave } = openPair();
    const reason = new Error('enough');
    await assert.rejects(master.send('no', { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(slave.tryRead(), undefined, 'nothing was written');
    const abort = new AbortController();
    const first = master.send('first', { ...forever, signal: abort.signal });
    const second = master.send('second', { ...forever, signal: abort.signal });
    const third = master.send('third', forever);
    await sleep(10);
    abort.abort(reason);
    await assert.rejects(first, reason);
    await assert.rejects(second, reason);
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    await sleep(1);
    assert.equal(String(await slave.read()), 'third');
    await third;
  });

  it('rejects with ESHM_BUFFER_FULL over maxPending', async () => {
    const { master, slave } = openPair({ maxPending: 3 });
    const sends = ['1', '2', '3'].map((text) => master.send(text, forever));
    await assert.rejects(master.send('4'), { ...code('ESHM_BUFFER_FULL'), message: /maxPending \(3\)/ });
    for (const text of ['1', '2', '3']) assert.equal(String(await slave.read()), text);
    await Promise.all(sends);
  });

  it('a plain write replaces the message: the send rejects, or publishes again with resendMs', async () => {
    const { master, slave } = openPair();
    const sending = master.send('sent', forever);
    await sleep(5);
    master.write('plain');
    slave.tryRead();
    await assert.rejects(sending, code('ESHM_BUFFER_FULL'));
    const again = master.send('sent', { ...forever, resendMs: 5 });
    await sleep(10);
    master.write('plain');
    await sleep(20);
    assert.equal(String(await slave.read()), 'sent');
    await again;
  });

  it('resendMs publishes again until read, for a peer that forgets', async () => {
    const { master, slave } = openPair();
    const sending = master.send('again', { ...forever, resendMs: 5 });
    await until('it to be published three times', () => slave.stats().m2sWriteCount >= 3n);
    slave.tryRead();
    await sending;
    const written = slave.stats().m2sWriteCount;
    await sleep(20);
    assert.equal(slave.stats().m2sWriteCount, written);
  });

  it('is published again in the segment of a new master with resendMs, else rejects', async () => {
    const name = channelName();
    for (const resendMs of [undefined, 5]) {
      const old = closeLater(Eshm.open(name, { role: 'master' }));
      const slave = closeLater(Eshm.open(name, { role: 'slave' }));
      const options = resendMs === undefined ? forever : { ...forever, resendMs };
      const sending = slave.send('to whom', options);
      const outcome = sending.then(
        () => undefined,
        (error) => error,
      );
      await sleep(5);
      old.close();
      await once(slave, 'reconnecting');
      const next = closeLater(Eshm.open(name, { role: 'master' }));
      if (resendMs !== undefined) {
        assert.equal(String(await next.read({ timeoutMs: 120_000 })), 'to whom');
        assert.equal(await outcome, undefined);
      } else assert.equal(((await outcome) as EshmError).code, 'ESHM_MASTER_STALE');
      slave.close();
      next.close();
    }
  });

  it('counts in the segment of a new master that happen to fit are no acknowledgement', async () => {
    const { name, master, slave } = openPair();
    const sending = slave.send('to whom', forever);
    const rejected = assert.rejects(sending, code('ESHM_MASTER_STALE'));
    await sleep(5);
    master.close();
    await once(slave, 'reconnecting');
    // In one go, so that the slave cannot come in between: another one writes as many messages, and they are read.
    const next = closeLater(Eshm.open(name, { role: 'master' }));
    const other = Eshm.open(name, { role: 'slave' });
    other.write('mine');
    assert.equal(String(next.tryRead()), 'mine');
    other.close();
    await rejected;
    assert.equal(slave.stats().s2mWriteCount, 1n);
    assert.equal(slave.stats().s2mReadCount, 1n);
  });

  it('one that was begun while a slave has no master is published to the next', async () => {
    const { name, master, slave } = openPair();
    master.close();
    await once(slave, 'reconnecting');
    await assert.rejects(slave.send('x', { timeoutMs: 10 }), { ...code('ESHM_TIMEOUT'), peerAlive: false });
    const sending = slave.send('hello', forever);
    const next = closeLater(Eshm.open(name, { role: 'master' }));
    assert.equal(String(await next.read({ timeoutMs: 120_000 })), 'hello');
    await sending;
  });

  it('every send under way ends with ESHM_CLOSED, and later ones too', async () => {
    const { master } = openPair();
    const sends = ['1', '2', '3'].map((text) => master.send(text, forever));
    await sleep(5);
    master.close();
    for (const sending of sends) await assert.rejects(sending, code('ESHM_CLOSED'));
    await assert.rejects(master.send('4'), code('ESHM_CLOSED'));
    assert.throws(() => master.sendSync('5'), code('ESHM_CLOSED'));
  });

  it('refuses bad arguments', async () => {
    const { master } = openPair();
    const send = (data: unknown, options?: unknown) => master.send(data as string, options as object);
    await assert.rejects(send(5), TypeError);
    await assert.rejects(send(undefined), TypeError);
    await assert.rejects(send('x', 100), TypeError);
    await assert.rejects(send('x', null), TypeError);
    assert.throws(() => master.sendSync('x', 100 as never), TypeError);
    await assert.rejects(send('x', { resendMs: '5' }), TypeError);
    await assert.rejects(send('x', { signal: 5 }), TypeError);
    for (const resendMs of [0, -1, Number.NaN]) await assert.rejects(send('x', { resendMs }), RangeError);
    for (const timeoutMs of [-1, Number.NaN]) await assert.rejects(send('x', { timeoutMs }), RangeError);
    await assert.rejects(send(Buffer.alloc(4097)), code('ESHM_BUFFER_TOO_SMALL'));
    for (const maxPending of [0, -1, 1.5, Number.POSITIVE_INFINITY]) {
      assert.throws(() => Eshm.open(channelName(), { role: 'master', maxPending }), RangeError);
    }
    assert.throws(() => Eshm.open(channelName(), { role: 'master', maxPending: '5' as never }), TypeError);
    assert.equal(master.stats().m2sWriteCount, 0n);
  });
});

describe('Eshm.sendSync()', () => {
  afterEach(closeAll);

  it('blocks until the peer, in another thread, has read', async () => {
    const name = channelName();
    const master = closeLater(Eshm.open(name, { role: 'master' }));
    const worker = new Worker(
      `import('${new URL('../../../lib/index.js', import.meta.url)}').then(async ({ Eshm }) => {
        const slave = await Eshm.connect('${name}');
        require('node:worker_threads').parentPort.postMessage('open');
        let got = '';
        while (got.length < 10) got += slave.readSync({ timeoutMs: 20000 });
        require('node:worker_threads').parentPort.postMessage(got);
        slave.close();
      });`,
      { eval: true },
    );
    await once(worker, 'message');
    for (let i = 0; i < 10; i++) master.sendSync(`${i}`, { timeoutMs: 120_000 });
    assert.deepEqual(await once(worker, 'message'), ['0123456789']);
    await once(worker, 'exit');
  });

  it('throws ESHM_TIMEOUT, and ESHM_BUFFER_FULL while a send() is under way', async () => {
    const { master, slave } = openPair();
    assert.throws(() => master.sendSync('x', { timeoutMs: 200 }), {
      ...code('ESHM_TIMEOUT'),
      peerAlive: true,
    });
    const sending = master.send('y', forever);
    assert.throws(() => master.sendSync('z'), code('ESHM_BUFFER_FULL'));
    assert.equal(String(await slave.read()), 'y');
    await sending;
    assert.throws(() => master.sendSync('x', { resendMs: 0 }), RangeError);
  });
});

describe('1,000 aborted reads and sends', () => {
  afterEach(closeAll);

  it('leave no listener, timer or handle', async () => {
    const { master, slave } = openPair();
    await slave.read({ timeoutMs: 5 }).catch(() => {});
    await sleep(5);
    const before = process.getActiveResourcesInfo();
    const lasting = new AbortController();
    for (let i = 0; i < 1000; i++) {
      const abort = new AbortController();
      const signal = i % 2 === 0 ? abort.signal : AbortSignal.any([abort.signal, lasting.signal]);
      const outcomes = [
        slave.read({ signal, timeoutMs: 5000 }),
        master.send('1', { signal, timeoutMs: 5000 }),
        master.send('2', { signal, timeoutMs: 5000 }),
        master.read({ signal: lasting.signal, timeoutMs: i % 3 }),
      ].map((promise) => promise.catch((error) => error));
      // Some are aborted while they poll, some once they are parked.
      if (i % 10 === 0) await sleep(2);
      abort.abort();
      await Promise.all(outcomes);
      slave.tryRead();
    }
    await sleep(5);
    assert.deepEqual(process.getActiveResourcesInfo(), before);
    assert.equal(getEventListeners(lasting.signal, 'abort').length, 0);
    for (const endpoint of [master, slave]) assert.deepEqual(endpoint.eventNames(), []);
  });
});
