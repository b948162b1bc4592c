import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Eshm } from '../../../lib/index.js';
import {
  answerCalls,
  CallError,
  call,
  fromObject,
  type Item,
  items,
  toObject,
} from '../../../lib/items/index.js';
import { channelName, closeAll, closeLater } from '../async/endpoints.js';

function pair() {
  const name = channelName();
  const caller = closeLater(Eshm.open(name, { role: 'master', codec: items() }));
  const answerer = closeLater(Eshm.open(name, { role: 'slave', codec: items() }));
  return { name, caller, answerer };
}

const LONG = { timeoutMs: 30_000 };

const callItem = (key: string, name: string, values: readonly bigint[], result?: bigint) =>
  ({
    type: 'functionCall',
    key,
    value: { name, arguments: values, ...(result === undefined ? {} : { result }) },
  }) as const;

describe('call() and answerCalls()', () => {
  afterEach(closeAll);

  it('a call has the result of the function: at once, later, or true for none', async () => {
    const { caller, answerer } = pair();
    const seen: unknown[] = [];
    answerCalls(answerer, {
      add: (a: bigint, b: bigint) => a + b,
      later: async (x: number) => {
        await sleep(1);
        return `${x}`;
      },
      nothing: (...values: unknown[]) => {
        seen.push(values);
      },
      echo: (data: Buffer) => data,
      is: (flag: boolean) => !flag,
    });
    assert.equal(await call(caller, 'add', [1n, 2n], LONG), 3n);
    assert.equal(await call(caller, 'later', [1.5], LONG), '1.5');
    assert.equal(await call(caller, 'nothing', [1, 'x'], LONG), true);
    assert.deepEqual(seen, [[1, 'x']]);
    assert.deepEqual(await call(caller, 'echo', [Buffer.of(1, 2)], LONG), Buffer.of(1, 2));
    assert.equal(await call(caller, 'is', [false], LONG), true);
    assert.equal(await call(caller, 'nothing', [], LONG), true);
  });

  it('several at once are told apart, also when their answers come in another order', async () => {
    const { caller, answerer } = pair();
    answerCalls(answerer, {
      slow: async (x: bigint) => {
        await sleep(Number(20n - x) * 2);
        return x * 10n;
      },
    });
    const calls = Array.from({ length: 20 }, (_, i) => call(caller, 'slow', [BigInt(i)], LONG));
    assert.deepEqual(
      await Promise.all(calls),
      Array.from({ length: 20 }, (_, i) => BigInt(i * 10)),
    );
  });

  it('goes both ways over one channel', async () => {
    const { caller, answerer } = pair();
    answerCalls(caller, { half: (x: number) => x / 2 });
    answerCalls(answerer, { ask: async (x: number) => call(answerer, 'half', [x], LONG) });
    assert.equal(await call(caller, 'ask', [5], LONG), 2.5);
  });

  it('what a function throws, or an unknown one, is an error of the original for who calls', async () => {
    const { caller, answerer } = pair();
    answerCalls(answerer, {
      fail: () => {
        throw new Error('out of reach');
      },
      reject: async () => Promise.reject('no error at all'),
      object: () => ({}) as never,
      huge: () => 2n ** 64n,
      large: () => 'x'.repeat(5000),
    });
    const refused = async (name: string, message: string | RegExp) => {
      const error: unknown = await call(caller, name, [], LONG).catch((reason) => reason);
      assert.ok(error instanceof CallError, String(error));
      assert.equal(error.name, 'CallError');
      if (typeof message === 'string') {
        assert.equal(error.message, `Cannot call '${name}' on '${caller.name}': ${message}`);
        assert.equal(error.result, `ERROR: ${message}`);
      } else assert.match(error.message, message);
    };
    await refused('fail', 'out of reach');
    await refused('reject', 'no error at all');
    await refused(
      'object',
      'The result is of class Object, expected a bigint, number, boolean, string or Uint8Array',
    );
    await refused('huge', `The result is ${2n ** 64n}, expected 64 bits at most`);
    await refused('large', /: Cannot write message: it has 5\d\d\d bytes, expected 4096 at most/);
    for (const name of ['nosuch', 'constructor', '__proto__', 'toString', ''])
      await refused(name, `Function not found: ${name}`);
  });

  it('answers every call of a message and sends its other items back as they came', async () => {
    const { caller, answerer } = pair();
    const others: (readonly Item[])[] = [];
    answerCalls(answerer, { add: (a: bigint, b: bigint) => a + b }, { onOther: (list) => others.push(list) });
    const unknown = { type: 77, key: 'u', bytes: Buffer.of(5, 0) };
    const [counter] = fromObject({ counter: 1n });
    await caller.send(
      [counter!, callItem('a', 'add', [1n, 2n]), unknown, callItem('b', 'add', [3n, 4n])],
      LONG,
    );
    assert.deepEqual(await caller.read(LONG), [
      counter,
      callItem('a', 'add', [1n, 2n], 3n),
      unknown,
      callItem('b', 'add', [3n, 4n], 7n),
    ]);
    assert.deepEqual(others, [[counter, unknown]]);
  });

  it('answers no call that has a result', async () => {
    const { caller, answerer } = pair();
    const others: (readonly Item[])[] = [];
    answerCalls(answerer, { add: () => assert.fail('called') }, { onOther: (list) => others.push(list) });
    const done = callItem('a', 'add', [1n], 5n);
    await caller.send([done], LONG);
    assert.deepEqual(others, [[done]]);
  });

  it('gives what else comes meanwhile to onOther, and lets others read afterwards', async () => {
    const { caller, answerer } = pair();
    const others: (readonly Item[])[] = [];
    const calling = call(caller, 'f', [], { ...LONG, key: 'mine', onOther: (list) => others.push(list) });
    assert.deepEqual(await answerer.read(LONG), [callItem('mine', 'f', [])]);
    const [counter] = fromObject({ counter: 1n });
    await answerer.send([counter!], LONG);
    await answerer.send([callItem('mine', 'g', [], 1n), callItem('mine', 'f', [])], LONG);
    await answerer.send([callItem('mine', 'f', [], 2n), counter!], LONG);
    assert.equal(await calling, 2n);
    assert.deepEqual(others, [
      [counter],
      [callItem('mine', 'g', [], 1n), callItem('mine', 'f', [])],
      [counter],
    ]);
    answerer.write(fromObject({ free: true }));
    assert.equal(toObject(await caller.read(LONG)).free, true);
  });

  it('a time-out says whether the call was read', async () => {
    const { caller, answerer } = pair();
    await assert.rejects(call(caller, 'f', [], { timeoutMs: 20 }), {
      code: 'ESHM_TIMEOUT',
      message: `Cannot call 'f' on '${caller.name}': no result within 20 ms; it was not read; the other side is alive`,
      peerAlive: true,
    });
    const calling = call(caller, 'f', [], { timeoutMs: 500 });
    await answerer.read(LONG);
    await assert.rejects(calling, {
      code: 'ESHM_TIMEOUT',
      message:
        /: no result within 500 ms; it was read, and the other side answers no calls.*; resendMs calls again/,
    });
  });

  it('a time-out says so too after the event loop has stood still past the time', async () => {
    const { caller } = pair();
    // In the turn in which the message is looked after: no timer comes in between.
    setImmediate(() => {
      const end = performance.now() + 50;
      while (performance.now() < end);
    });
    const calling = call(caller, 'f', [], { timeoutMs: 5 });
    await assert.rejects(calling, {
      code: 'ESHM_TIMEOUT',
      message: /^Cannot call 'f'.*within 5 ms; it was not read/,
    });
  });

  it('a time-out says how many messages were missed, of which the answer may be one', async () => {
    const { caller, answerer } = pair();
    const calling = call(caller, 'f', [], { timeoutMs: 500, key: 'k' });
    await answerer.read(LONG);
    answerer.write([callItem('k', 'f', [], 1n)]);
    answerer.write(fromObject({ counter: 1n }));
    await assert.rejects(calling, {
      code: 'ESHM_TIMEOUT',
      message:
        /it was read, and 1 message was overwritten before it was read, which may have been the answer; resendMs/,
    });
  });

  it('a time-out says that something else was written in its place', async () => {
    const { caller } = pair();
    const calling = call(caller, 'f', [], { timeoutMs: 200 });
    caller.write(fromObject({ counter: 1n }));
    await assert.rejects(calling, {
      code: 'ESHM_TIMEOUT',
      message: /: no result within 200 ms; something else was written in its place before/,
    });
  });

  it('resendMs calls again until there is a result', async () => {
    const { caller, answerer } = pair();
    const calling = call(caller, 'f', [], { ...LONG, resendMs: 2, key: 'again' });
    for (let times = 0; times < 3; times++) {
      assert.deepEqual(await answerer.read(LONG), [callItem('again', 'f', [])]);
    }
    answerer.write([callItem('again', 'f', [], 1n)]);
    assert.equal(await calling, 1n);
    const { m2sWriteCount } = caller.stats();
    await sleep(20);
    assert.equal(caller.stats().m2sWriteCount, m2sWriteCount, 'and not longer');
  });

  it('signal ends a call with its reason, and the answering', async () => {
    const { caller, answerer } = pair();
    const ended = new AbortController();
    const calling = call(caller, 'f', [], { ...LONG, signal: ended.signal });
    const answering = answerCalls(
      answerer,
      { f: () => sleep(60_000, 1, { ref: false }) },
      { signal: ended.signal },
    );
    ended.abort(new Error('enough'));
    await assert.rejects(calling, { message: 'enough' });
    await answering;
    await assert.rejects(call(caller, 'f', [], { signal: ended.signal }), { message: 'enough' });
    await answerCalls(answerer, {}, { signal: ended.signal });
    caller.write(fromObject({ free: true }));
    assert.equal(toObject(await answerer.read(LONG)).free, true, 'others read again');
  });

  it('a closed endpoint ends the answering, and a call with ESHM_CLOSED', async () => {
    const { caller, answerer } = pair();
    const answering = answerCalls(answerer, {});
    const calling = call(caller, 'f', [], LONG);
    const failed = assert.rejects(calling, { code: 'ESHM_CLOSED' });
    caller.close();
    await failed;
    answerer.close();
    await answering;
    await assert.rejects(call(caller, 'f', [], LONG), { code: 'ESHM_CLOSED' });
  });

  it('an answer that nobody reads is told', async () => {
    const { caller, answerer } = pair();
    const lost = new Promise<[unknown, unknown]>((resolve) => {
      answerCalls(answerer, { f: () => 1n }, { timeoutMs: 20, onLost: (...details) => resolve(details) });
    });
    await caller.send([callItem('k', 'f', [])], LONG);
    const [error, answer] = await lost;
    assert.equal((error as { code: string }).code, 'ESHM_TIMEOUT');
    assert.deepEqual(answer, [callItem('k', 'f', [], 1n)]);
  });

  it('refuses a second reader, and two calls of one key', async () => {
    const { caller, answerer } = pair();
    const reading = answerer.read(LONG);
    await assert.rejects(call(answerer, 'f', [], LONG), {
      code: 'ESHM_INVALID_PARAM',
      message: /another read/,
    });
    await assert.rejects(answerCalls(answerer, {}), { code: 'ESHM_INVALID_PARAM' });
    caller.write([]);
    await reading;
    const first = call(caller, 'f', [], { timeoutMs: 50, key: 'k' });
    await assert.rejects(call(caller, 'f', [], { key: 'k' }), {
      code: 'ESHM_INVALID_PARAM',
      message: `Cannot call 'f' on '${caller.name}': a call with the key 'k' is under way, expected another key`,
    });
    await assert.rejects(first, { code: 'ESHM_TIMEOUT' });
  });

  it('says what it expected where an argument is wrong', async () => {
    const { caller } = pair();
    const refused = (promise: Promise<unknown>, name: string, message: RegExp) =>
      assert.rejects(promise, { name, message });
    await refused(
      call({} as never, 'f'),
      'TypeError',
      /endpoint is of class Object, expected one that was opened with/,
    );
    await refused(call(caller, 5 as never), 'TypeError', /the function's name is of type number/);
    await refused(
      call(caller, 'f', {} as never),
      'TypeError',
      /arguments is of class Object, expected an array/,
    );
    await refused(
      call(caller, 'f', [{} as never], LONG),
      'TypeError',
      /argument 0 of item 0 is of class Object/,
    );
    await refused(call(caller, 'f', [], { timeoutMs: -1 }), 'RangeError', /timeoutMs is -1/);
    await refused(call(caller, 'f', [], { resendMs: 0 }), 'RangeError', /resendMs is 0/);
    await refused(call(caller, 'f', [], { key: 1 as never }), 'TypeError', /key is of type number/);
    await refused(call(caller, 'f', [], { timeout: 1 } as never), 'TypeError', /no option 'timeout'/);
    await refused(call(caller, 'f', ['x'.repeat(5000)], LONG), 'EshmError', /expected 4096 at most/);
    assert.throws(() => answerCalls(caller, null as never), {
      name: 'TypeError',
      message: /functions is null/,
    });
    assert.throws(() => answerCalls(caller, { f: 5 as never }), {
      name: 'TypeError',
      message: /'f' is of type number/,
    });
    assert.throws(() => answerCalls(caller, {}, { signals: 1 } as never), { name: 'TypeError' });
    const bytes = closeLater(Eshm.open(channelName(), { role: 'master' }));
    const writer = closeLater(Eshm.open(bytes.name, { role: 'slave' }));
    const answering = answerCalls(bytes as never, {});
    writer.write('text');
    await assert.rejects(answering, {
      name: 'TypeError',
      message: /expected a list of items; open with codec: items\(\)/,
    });
    writer.write('again');
    assert.equal(String(await bytes.read(LONG)), 'again', 'others read again');
  });

  it('lives through a message that is no items', async () => {
    const { name, caller, answerer } = pair();
    answerer.close();
    const raw = closeLater(Eshm.open(name, { role: 'slave' }));
    answerCalls(caller, { f: () => 7n });
    const corrupt = once(caller, 'corrupt');
    raw.write('text');
    await corrupt;
    raw.write(items().encode([callItem('k', 'f', [])]));
    assert.deepEqual(items().decode(await raw.read(LONG)), [callItem('k', 'f', [], 7n)]);
  });
});
