import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import type { EshmErrorCode } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { channelName, closeAll, openMaster, openPair, peerOf, startChild } from './endpoints.js';

const forever = { timeoutMs: Number.POSITIVE_INFINITY };
const code = (expected: EshmErrorCode) => ({ name: 'EshmError', code: expected });

describe('Eshm.read()', () => {
  afterEach(closeAll);

  it('gives the message that is there already', async () => {
    const { master, slave } = openPair();
    master.write('one');
    assert.deepEqual(await slave.read(), Buffer.from('one'));
  });

  it('gives the message that comes while it polls', async () => {
    const { master, slave } = openPair();
    const reading = slave.read();
    setImmediate(() => master.write('two'));
    assert.deepEqual(await reading, Buffer.from('two'));
  });

  for (const useThreads of [true, false]) {
    it(`gives each message that comes while it is parked, ${useThreads ? 'woken by the worker' : 'without a worker'}`, async () => {
      const { master, slave } = openPair({ useThreads });
      for (let i = 0; i < 20; i++) {
        const reading = slave.read(forever);
        await sleep(5);
        master.write(`parked ${i}`);
        assert.equal(String(await reading), `parked ${i}`);
      }
    });
  }

  /** Acts until a timer has had its turn a few times, which it never has where the event loop does not turn. */
  async function whileTurning(act: () => Promise<void>): Promise<void> {
    let turns = 0;
    const ticker = setInterval(() => turns++, 1);
    const watchdogMs = performance.now() + 60_000;
    while (turns <= 3) {
      await act();
      assert.ok(performance.now() < watchdogMs, `${turns} turns of a timer`);
    }
    clearInterval(ticker);
  }

  it('lets the event loop turn between reads that never wait', async () => {
    const { master, slave } = openPair();
    await whileTurning(async () => {
      master.write('more');
      await slave.read();
    });
  });

  it('lets the event loop turn between reads that do not wait and find nothing', async () => {
    const { slave } = openPair();
    await whileTurning(() => assert.rejects(slave.read({ timeoutMs: 0 }), code('ESHM_NO_DATA')));
  });

  it('waits no less than its timeout, and then says what it knows of the peer', async () => {
    const { master, slave } = openPair();
    const start = performance.now();
    await assert.rejects(slave.read({ timeoutMs: 30 }), code('ESHM_TIMEOUT'));
    assert.ok(performance.now() - start >= 30);
    await assert.rejects(slave.read({ timeoutMs: 0 }), code('ESHM_NO_DATA'));
    await assert.rejects(slave.read({ timeoutMs: 0.2 }), /the master is alive and wrote nothing/);
    master.write('still works');
    assert.equal(String(await slave.read()), 'still works');
  });

  it('refuses bad arguments', async () => {
    const { slave } = openPair();
    await assert.rejects(slave.read(100 as never), TypeError);
    await assert.rejects(slave.read(null as never), TypeError);
    assert.throws(() => slave.readSync(100 as never), TypeError);
    assert.throws(() => slave.messages(100 as never), TypeError);
    await assert.rejects(slave.read({ timeoutMs: -1 }), RangeError);
    await assert.rejects(slave.read({ timeoutMs: Number.NaN }), RangeError);
    await assert.rejects(slave.read({ timeoutMs: '5' as never }), RangeError);
    await assert.rejects(slave.read({ signal: {} as never }), TypeError);
  });

  it('rejects with the reason of its signal: before, while polling, and while parked', async () => {
    const { master, slave } = openPair();
    master.write('stays unread');
    const reason = new Error('enough');
    await assert.rejects(slave.read({ signal: AbortSignal.abort(reason) }), reason);
    assert.equal(String(await slave.read()), 'stays unread');
    for (const waitMs of [0, 20]) {
      const abort = new AbortController();
      const reading = slave.read({ ...forever, signal: abort.signal });
      if (waitMs > 0) await sleep(waitMs);
      abort.abort(reason);
      await assert.rejects(reading, reason);
      assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    }
    master.write('next');
    assert.equal(String(await slave.read()), 'next');
  });

  it('refuses a second reader while one waits, and serves the first', async () => {
    const { master, slave } = openPair();
    const reading = slave.read(forever);
    await assert.rejects(slave.read(), {
      ...code('ESHM_INVALID_PARAM'),
      message: /another read\(\) is waiting/,
    });
    await assert.rejects(slave[Symbol.asyncIterator]().next(), code('ESHM_INVALID_PARAM'));
    master.write('mine');
    assert.equal(String(await reading), 'mine');
  });

  it('ends with ESHM_CLOSED when the endpoint is closed under it', async () => {
    for (const waitMs of [0, 20]) {
      const { slave } = openPair();
      const reading = slave.read(forever);
      if (waitMs > 0) await sleep(waitMs);
      slave.close();
      await assert.rejects(reading, code('ESHM_CLOSED'));
      await assert.rejects(slave.read(), code('ESHM_CLOSED'));
    }
  });

  it('ends with ESHM_MASTER_STALE when the slave gives up', async () => {
    const { master, slave } = openPair({ disconnectBehavior: 'immediately' });
    const reading = slave.read(forever);
    await sleep(5);
    master.close();
    await assert.rejects(reading, code('ESHM_MASTER_STALE'));
  });

  it('is woken when a writer that stood still between publishing a message and counting it goes on', async () => {
    const { name, slave } = openPair();
    const segment = Segment.attach(Segment.find(deriveKey(name))!);
    try {
      const { masterToSlave: at, channel } = layoutFor();
      // The slave knows nothing of its writer yet; the master's heart beats on.
      const reading = slave.read({ timeoutMs: 120_000 });
      segment.bytes.write('half', at + channel.data);
      segment.bytes.writeUInt32LE(4, at + channel.dataSize);
      segment.bytes.writeUInt32LE(2, at + channel.sequence);
      // Past the time for which it looks with every pass.
      await sleep(600);
      const countedMs = performance.now();
      segment.bytes.writeUInt32LE(1, at + channel.writeCount);
      assert.equal(String(await reading), 'half');
      // Not by the look at the end of its time.
      assert.ok(performance.now() - countedMs < 60_000, `${performance.now() - countedMs} ms`);
    } finally {
      segment.detach();
    }
  });

  it('reads what is written by another process while this one is parked', async () => {
    const name = channelName();
    const master = openMaster(name);
    const child = startChild('echo', name);
    await peerOf(master);
    for (let i = 0; i < 300; i++) {
      // A pause now and then lets both sides park.
      if (i % 10 === 0) await sleep(4);
      master.write(`ping ${i}`);
      assert.equal(String(await master.read({ timeoutMs: 120_000 })), `ping ${i}`);
    }
    const exited = once(child, 'exit');
    master.write('');
    assert.deepEqual(await exited, [0, null]);
  });

  it('keeps the process alive while it waits, and no longer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eshm-async-'));
    try {
      const name = channelName();
      const master = openMaster(name);
      const child = startChild('one', name, join(folder, 'message'));
      await peerOf(master);
      await sleep(300);
      assert.equal(child.exitCode, null, 'waits');
      const exited = once(child, 'exit');
      master.write('wake up');
      assert.deepEqual(await exited, [0, null]);
      assert.equal(readFileSync(join(folder, 'message'), 'utf8'), 'wake up');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves nothing that keeps the process alive, though nothing is closed', async () => {
    const name = channelName();
    openMaster(name);
    const child = startChild('forget', name);
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});

describe('for await over an endpoint', () => {
  afterEach(closeAll);

  it('yields data, count, missed and generation', async () => {
    const { master, slave } = openPair();
    const messages = slave.messages();
    master.write('a');
    assert.deepEqual((await messages.next()).value, {
      data: Buffer.from('a'),
      count: 1,
      missed: 0,
      generation: 1,
    });
    for (const text of ['b', 'c', 'd']) master.write(text);
    assert.deepEqual((await messages.next()).value, {
      data: Buffer.from('d'),
      count: 4,
      missed: 2,
      generation: 1,
    });
  });

  it('lets another reader come once the loop is left', async () => {
    const { master, slave } = openPair();
    for (let round = 0; round < 3; round++) {
      master.write('x');
      for await (const message of slave) {
        assert.equal(String(message), 'x');
        await assert.rejects(slave.read(), code('ESHM_INVALID_PARAM'));
        break;
      }
      master.write('y');
      assert.equal(String(await slave.read()), 'y');
    }
  });

  it('queues calls of next() that overlap, and return() ends them all', async () => {
    const { master, slave } = openPair();
    const messages = slave[Symbol.asyncIterator]();
    const [first, second, third, fourth] = [1, 2, 3, 4].map(() => messages.next());
    master.write('one');
    assert.equal(String((await first)?.value), 'one');
    master.write('two');
    assert.equal(String((await second)?.value), 'two');
    await messages.return?.();
    assert.deepEqual(await third, { done: true, value: undefined });
    assert.deepEqual(await fourth, { done: true, value: undefined });
  });

  it('return() ends a next() that is waiting', async () => {
    const { slave } = openPair();
    const iterator = slave[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await sleep(10);
    await iterator.return?.();
    assert.deepEqual(await waiting, { done: true, value: undefined });
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  });

  it('throws the reason of its signal, or the error that closed the endpoint', async () => {
    const { slave } = openPair();
    const abort = new AbortController();
    const reason = new Error('enough');
    const loop = async (signal?: AbortSignal) => {
      for await (const _ of slave.messages(signal && { signal })) assert.fail('nothing was written');
    };
    const aborted = loop(abort.signal);
    await sleep(10);
    abort.abort(reason);
    await assert.rejects(aborted, reason);
    const closed = loop();
    await sleep(10);
    slave.close();
    await assert.rejects(closed, code('ESHM_CLOSED'));
  });

  it('lives through a reconnect to a new segment', async () => {
    const { name, master, slave } = openPair();
    const messages = slave.messages();
    master.write('old');
    assert.equal(String((await messages.next()).value?.data), 'old');
    const waiting = messages.next();
    master.close();
    const reconnected = once(slave, 'reconnected');
    await once(slave, 'reconnecting');
    const next = openMaster(name);
    await reconnected;
    next.write('new');
    const { value } = await waiting;
    assert.equal(String(value?.data), 'new');
    assert.equal(value?.count, 1);
  });

  it('tells how many messages were missed, to whoever listens', async () => {
    const { master, slave } = openPair();
    for (const text of ['a', 'b', 'c']) master.write(text);
    await slave.read();
    const missed = once(slave, 'missed');
    for (const text of ['d', 'e', 'f', 'g']) master.write(text);
    slave.tryRead();
    assert.deepEqual(await missed, [3]);
    slave.on('missed', () => assert.fail('nothing was missed'));
    master.write('h');
    await slave.read();
    await sleep(5);
  });
});
