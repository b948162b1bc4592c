import assert from 'node:assert/strict';
import {
  checkOptions,
  checkResendMs,
  checkSignal,
  checkTimeoutMs,
  NO_OPTIONS,
} from '../../../lib/checks/arguments.js';
import { BackoffIdleStrategy, Eshm } from '../../../lib/index.js';
import { assertNothingLeft, uniqueName } from '../../support/channels.js';

describe('checkOptions()', () => {
  const known = { timeoutMs: true, signal: true };

  it('takes known keys with any value, also undefined, and none', () => {
    for (const options of [{}, NO_OPTIONS, { timeoutMs: undefined }, { signal: 1, timeoutMs: 2 }]) {
      assert.equal(checkOptions('read', options, known), options);
    }
  });

  it('names the key that is unknown, also an inherited one, and those that are allowed', () => {
    for (const options of [
      { timeout: 5 },
      { timeoutMs: 5, timeout: undefined },
      Object.create({ timeout: 5 }),
    ]) {
      assert.throws(() => checkOptions('read', options, known), {
        name: 'TypeError',
        message: "Cannot read: there is no option 'timeout', expected one of 'timeoutMs', 'signal'",
      });
    }
    assert.throws(() => checkOptions('read', { toString: 5 } as object, { timeoutMs: true }), {
      message: "Cannot read: there is no option 'toString', expected 'timeoutMs'",
    });
    // As its keys are, which are inherited.
    assert.throws(() => checkOptions('read', AbortSignal.abort(), known as never), /no option 'aborted'/);
  });

  for (const [options, found] of [
    [null, 'null'],
    [100, 'of type number'],
    ['100', 'of type string'],
    [() => {}, 'of type function'],
  ] as const) {
    it(`refuses what is ${found}`, () => {
      assert.throws(() => checkOptions('read', options as unknown as object, known as never), {
        name: 'TypeError',
        message: `Cannot read: options is ${found}, expected an object`,
      });
    });
  }
});

describe('checkTimeoutMs()', () => {
  it('takes 0 and more, and is 1000 where nothing is given', () => {
    for (const timeoutMs of [0, 0.5, 1e9, Number.POSITIVE_INFINITY])
      assert.equal(checkTimeoutMs('wait', timeoutMs), timeoutMs);
    assert.equal(checkTimeoutMs('wait', undefined), 1000);
  });

  it('tells a number by itself and anything else by its type', () => {
    for (const [timeoutMs, found] of [
      [-1, '-1'],
      [Number.NaN, 'NaN'],
      ['5', 'of type string'],
      [5n, 'of type bigint'],
      [null, 'null'],
    ] as const) {
      assert.throws(() => checkTimeoutMs('wait', timeoutMs as number), {
        name: 'RangeError',
        message: `Cannot wait: timeoutMs is ${found}, expected 0 or more milliseconds`,
      });
    }
  });
});

describe('checkSignal() and checkResendMs()', () => {
  it('say what they found', () => {
    assert.throws(() => checkSignal('read', {} as AbortSignal), {
      name: 'TypeError',
      message: 'Cannot read: signal is of class Object, expected an AbortSignal',
    });
    assert.throws(() => checkSignal('read', null as never), /signal is null,/);
    assert.throws(() => checkResendMs('send', null as never), {
      name: 'TypeError',
      message: 'Cannot send: resendMs is null, expected a number',
    });
    assert.throws(() => checkResendMs('send', 0), { name: 'RangeError', message: /resendMs is 0,/ });
  });

  it('leave it to the caller whether a signal is aborted', () => {
    const signal = AbortSignal.abort();
    assert.equal(checkSignal('read', signal), signal);
    assert.equal(checkSignal('read', undefined), undefined);
  });
});

describe('every call that takes options', () => {
  let endpoint: Eshm;

  before(() => {
    endpoint = Eshm.open(uniqueName('arguments'), { role: 'master', useThreads: false });
  });
  after(() => {
    endpoint.close();
    assertNothingLeft();
  });

  const all = ['timeoutMs', 'signal', 'resendMs'];
  type Options = Record<string, never>;
  const calls: [name: string, call: (options: Options) => unknown, allowed: string[]][] = [
    ['read', (options) => endpoint.read(options), ['timeoutMs', 'signal']],
    ['readSync', (options) => endpoint.readSync(options), ['timeoutMs']],
    ['send', (options) => endpoint.send('x', options), all],
    ['sendSync', (options) => endpoint.sendSync('x', options), ['timeoutMs', 'resendMs']],
    ['messages', (options) => endpoint.messages(options), ['signal']],
    ['readable', (options) => endpoint.readable(options), ['signal']],
    ['writable', (options) => endpoint.writable(options), all],
    ['Eshm.connect', (options) => Eshm.connect('arguments', options), ['timeoutMs', 'signal', 'role']],
    ['Eshm.open', (options) => Eshm.open('arguments', options), ['role', 'maxPending']],
    ['new BackoffIdleStrategy', (options) => new BackoffIdleStrategy(options), ['maxSpins', 'minParkMs']],
  ];

  /** What the call itself is refused with: what it throws, or what its promise rejects with; no iterator is asked. */
  async function refusal(call: () => unknown): Promise<Error> {
    try {
      const result = call();
      if (result instanceof Promise) await result;
    } catch (error) {
      return error as Error;
    }
    throw new assert.AssertionError({ message: 'it was taken' });
  }

  for (const [name, call, allowed] of calls) {
    it(`${name} refuses an unknown key and names those that it knows`, async () => {
      for (const key of ['timeout', 'resend', ...all.filter((one) => !allowed.includes(one))]) {
        const error = await refusal(() => call({ [key]: 5 as never }));
        assert.equal(error.constructor, TypeError, `${error.stack}`);
        assert.ok(error.message.includes(`there is no option '${key}', expected`), error.message);
        for (const one of allowed) assert.ok(error.message.includes(`'${one}'`), error.message);
      }
      assert.match((await refusal(() => call(null as never))).message, /options is null, expected an object/);
    });

    if (!allowed.includes('signal')) continue;
    it(`${name} refuses what is no AbortSignal`, async () => {
      const error = await refusal(() => call({ signal: 3 as never }));
      assert.equal(error.constructor, TypeError, `${error.stack}`);
      assert.match(error.message, /signal is of type number, expected an AbortSignal/);
    });
  }

  it('undefined under a known key is as if it was not there', async () => {
    const nothing = undefined as never;
    assert.equal(endpoint.messages({ signal: nothing })[Symbol.asyncIterator] !== undefined, true);
    endpoint.readable({ signal: nothing }).destroy();
    endpoint.writable({ timeoutMs: nothing, signal: nothing, resendMs: nothing }).destroy();
    new BackoffIdleStrategy({ maxSpins: nothing });
    endpoint.write('x');
    await assert.rejects(endpoint.read({ timeoutMs: 0, signal: nothing }), { code: 'ESHM_NO_DATA' });
    await assert.rejects(endpoint.send('x', { timeoutMs: 1, signal: nothing, resendMs: nothing }), {
      code: 'ESHM_TIMEOUT',
    });
  });
});
