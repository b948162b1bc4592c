import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Eshm } from '../../../lib/index.js';
import { until } from '../../support/channels.js';
import { channelName, closeAll, closeLater, openPair } from './endpoints.js';

/** Cuts text into lines. */
function splitLines(): Transform {
  let rest = '';
  return new Transform({
    readableObjectMode: true,
    transform(chunk, _, callback) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.push(line);
      callback();
    },
  });
}

describe('endpoint.writable() and endpoint.readable()', () => {
  afterEach(closeAll);

  it('a pipeline of lines into one end comes out of the other, whole and in order', async () => {
    const { master, slave } = openPair();
    const text = Array.from({ length: 200 }, (_, i) => `line ${i}\n`);
    const got: string[] = [];
    const readable = slave.readable();
    readable.on('data', (data: Buffer) => got.push(String(data)));
    await pipeline(Readable.from(text), splitLines(), master.writable());
    assert.deepEqual(
      got,
      text.map((line) => line.trimEnd()),
    );
    readable.destroy();
  });

  it('the writable takes the next chunk only when the peer has read the one before', async () => {
    const { master, slave } = openPair();
    const writable = master.writable();
    let taken = 0;
    for (const text of ['a', 'b', 'c']) writable.write(text, () => taken++);
    assert.ok(writable.writableNeedDrain);
    await sleep(20);
    assert.equal(taken, 0);
    for (const [i, text] of ['a', 'b', 'c'].entries()) {
      assert.equal(String(await slave.read()), text);
      await until(`chunk ${i + 1} to be taken`, () => taken > i);
      assert.equal(taken, i + 1);
    }
    writable.destroy();
  });

  it('the readable reads no further than its consumer wants', async () => {
    const { master, slave } = openPair();
    const readable = slave.readable();
    readable.read(0);
    await master.send('first');
    await sleep(10);
    await assert.rejects(master.send('second', { timeoutMs: 30 }), { code: 'ESHM_TIMEOUT' });
    assert.equal(String(readable.read()), 'first');
    await new Promise((resolve) => readable.once('readable', resolve));
    assert.equal(String(readable.read()), 'second');
    readable.destroy();
  });

  it('empty messages pass, as bytes and as text', async () => {
    for (const encoding of [null, 'cstring', 'utf8'] as const) {
      const name = channelName();
      const master = closeLater(Eshm.open(name, { role: 'master', encoding }));
      const slave = closeLater(Eshm.open(name, { role: 'slave', encoding }));
      const writable = master.writable();
      writable.write('');
      writable.end('end');
      const got: number[] = [];
      for await (const data of slave.readable()) {
        got.push(data.length);
        if (data.length > 0) break;
      }
      assert.deepEqual(got, [0, 3]);
    }
  });

  it('closing the endpoint destroys both with ESHM_CLOSED', async () => {
    const { master } = openPair();
    const { slave } = openPair();
    const reading = pipeline(slave.readable(), async (source) => {
      for await (const _ of source);
    });
    const writing = pipeline(Readable.from(['never read', 'nor this']), master.writable());
    const ends = Promise.all([
      assert.rejects(reading, { code: 'ESHM_CLOSED' }),
      assert.rejects(writing, { code: 'ESHM_CLOSED' }),
    ]);
    await sleep(10);
    slave.close();
    master.close();
    await ends;
  });

  it('writable() refuses wrong options at once, not with its first chunk', () => {
    const { master } = openPair();
    assert.throws(() => master.writable({ resendMs: 0 }), RangeError);
    assert.throws(() => master.writable({ resendMs: '5' as never }), TypeError);
    assert.throws(() => master.writable({ timeoutMs: -1 }), RangeError);
    assert.throws(() => master.writable({ signal: 5 as never }), TypeError);
    assert.throws(() => master.writable(5 as never), TypeError);
  });

  it('destroying or aborting them frees the endpoint for others', async () => {
    const { master, slave } = openPair();
    const abort = new AbortController();
    const readable = slave.readable({ signal: abort.signal });
    const writable = master.writable({ signal: abort.signal });
    const errors: unknown[] = [];
    for (const stream of [readable, writable]) stream.on('error', (error) => errors.push(error.name));
    readable.resume();
    await sleep(5);
    await assert.rejects(slave.read(), { code: 'ESHM_INVALID_PARAM' });
    abort.abort();
    await sleep(5);
    assert.deepEqual(errors, ['AbortError', 'AbortError']);
    const destroyed = slave.readable();
    destroyed.resume();
    await sleep(5);
    destroyed.destroy();
    const sending = master.send('free');
    assert.equal(String(await slave.read()), 'free');
    await sending;
  });

  it('aborting a readable whose consumer is busy destroys it with the reason, and frees the endpoint', async () => {
    const { master, slave } = openPair();
    const abort = new AbortController();
    const readable = slave.readable({ signal: abort.signal });
    readable.read(0);
    await master.send('kept by the stream');
    const failed = once(readable, 'error');
    const reason = new Error('mine');
    abort.abort(reason);
    assert.equal(readable.destroyed, true);
    assert.deepEqual(await failed, [reason]);
    const sending = master.send('free');
    assert.equal(String(await slave.read()), 'free');
    await sending;
  });

  it('streams of an aborted signal are destroyed from the start, with an error that tells it', async () => {
    const { master, slave } = openPair();
    const reason = new Error('mine');
    const signal = AbortSignal.abort(reason);
    const reading = slave.readable({ signal });
    const writing = master.writable({ signal });
    assert.deepEqual([reading.destroyed, writing.destroyed], [true, true]);
    const [[readError], [writeError]] = await Promise.all([once(reading, 'error'), once(writing, 'error')]);
    assert.equal(readError, reason);
    assert.deepEqual([writeError.name, writeError.cause], ['AbortError', reason]);
  });

  it('a stream that has ended leaves no listener on the signal', async () => {
    const { master, slave } = openPair();
    const { signal } = new AbortController();
    const streams = [slave.readable({ signal }), master.writable({ signal })];
    assert.equal(getEventListeners(signal, 'abort').length, 2);
    for (const stream of streams) {
      stream.destroy();
      await once(stream, 'close');
    }
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });
});
