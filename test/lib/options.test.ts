import assert from 'node:assert/strict';
import type { EshmOptions } from '../../lib/index.js';
import { resolveOptions } from '../../lib/options.js';

describe('resolveOptions()', () => {
  it('fills in the defaults of the protocol', () => {
    const { idle, ...rest } = resolveOptions();
    assert.equal(typeof idle.idle, 'function');
    assert.deepEqual(rest, {
      role: 'auto',
      shm: 'auto',
      disconnectBehavior: 'on-timeout',
      staleThresholdMs: 100,
      reconnectWaitMs: 5000,
      reconnectRetryIntervalMs: 100,
      maxReconnectAttempts: 50,
      autoCleanup: true,
      useThreads: true,
      maxDataSize: 4096,
      mode: 0o666,
      ownerOnly: false,
      force: false,
      order: 'atomics',
      codec: { out: undefined, in: undefined },
      maxPending: 1024,
      record: {},
    });
    assert.equal(resolveOptions({ ownerOnly: true }).mode, 0o600);
    assert.equal(resolveOptions({ ownerOnly: true, mode: 0o640 }).mode, 0o640);
  });

  it('takes every value that is allowed, up to its ends', () => {
    const good: EshmOptions = {
      role: 'slave',
      shm: 'system-v',
      disconnectBehavior: 'never',
      staleThresholdMs: 2 ** 32 - 1,
      reconnectWaitMs: 0,
      reconnectRetryIntervalMs: 0,
      maxReconnectAttempts: 0,
      autoCleanup: false,
      useThreads: false,
      maxDataSize: 1,
      mode: 0,
      ownerOnly: true,
      force: true,
      idle: { idle() {}, reset() {} },
      order: 'plain',
      maxPending: 1,
    };
    assert.deepEqual(resolveOptions({ ...good, encoding: null }), {
      ...good,
      record: {},
      codec: { out: undefined, in: undefined },
    });
    assert.equal(resolveOptions({ staleThresholdMs: 1, mode: 0o777 }).mode, 0o777);
    for (const idle of ['busy-spin', 'yielding', 'sleeping', 'backoff', 'adaptive'] as const)
      resolveOptions({ idle });
  });

  it("reconnect: 'forever' is no limit, of time or of attempts, and stands beside neither of them", () => {
    const { reconnectWaitMs, maxReconnectAttempts } = resolveOptions({ reconnect: 'forever' });
    assert.deepEqual([reconnectWaitMs, maxReconnectAttempts], [0, 0]);
    for (const other of [{ reconnectWaitMs: 5 }, { maxReconnectAttempts: 5 }]) {
      assert.throws(() => resolveOptions({ reconnect: 'forever', ...other }), {
        name: 'RangeError',
        message: /reconnect is 'forever' beside .*, expected one of them/,
      });
    }
  });

  const words = ['role', 'disconnectBehavior', 'reconnect', 'order'];
  const numbers = [
    'staleThresholdMs',
    'reconnectWaitMs',
    'reconnectRetryIntervalMs',
    'maxReconnectAttempts',
    'mode',
  ];
  const flags = ['autoCleanup', 'useThreads', 'ownerOnly', 'force'];
  const bad: [name: string, value: unknown, error: typeof TypeError | typeof RangeError][] = [
    ...words.flatMap((name): typeof bad => [
      [name, 'other', RangeError],
      [name, '', RangeError],
      [name, 0, TypeError],
      [name, null, TypeError],
      [name, ['master'], TypeError],
    ]),
    ...numbers.flatMap((name): typeof bad => [
      [name, -1, RangeError],
      [name, 1.5, RangeError],
      [name, Number.NaN, RangeError],
      [name, Number.POSITIVE_INFINITY, RangeError],
      [name, 2 ** 32, RangeError],
      [name, '5', TypeError],
      [name, 5n, TypeError],
      [name, null, TypeError],
    ]),
    ...flags.flatMap((name): typeof bad => [
      [name, 1, TypeError],
      [name, 'true', TypeError],
      [name, null, TypeError],
    ]),
    ['staleThresholdMs', 0, RangeError],
    ['mode', 0o1000, RangeError],
    ['maxDataSize', 0, RangeError],
    ['maxDataSize', -1, RangeError],
    ['maxDataSize', 1.5, RangeError],
    ['maxDataSize', Number.NaN, RangeError],
    ['maxDataSize', 2 ** 29 + 1, RangeError],
    ['maxDataSize', '4096', TypeError],
    ['maxDataSize', null, TypeError],
    ['idle', 'spin', TypeError],
    ['idle', 'toString', TypeError],
    ['idle', 5, TypeError],
    ['idle', { idle() {} }, TypeError],
  ];
  for (const [name, value, error] of bad) {
    const shown = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
    it(`${name}: ${Number.isNaN(value) ? 'NaN' : shown} is a ${error.name} that names the option`, () => {
      assert.throws(
        () => resolveOptions({ [name]: value } as EshmOptions),
        (thrown: Error) => thrown instanceof error && thrown.message.includes(name),
      );
    });
  }

  it('options that are no object are a TypeError that says what they are', () => {
    for (const [options, found] of [
      [null, 'null'],
      [5, 'of type number'],
      ['master', 'of type string'],
      [() => {}, 'of type function'],
    ]) {
      assert.throws(() => resolveOptions(options as unknown as EshmOptions), {
        name: 'TypeError',
        message: `Cannot open: options is ${found}, expected an object`,
      });
    }
  });

  it('an option that does not exist is a TypeError', () => {
    assert.throws(() => resolveOptions({ rolle: 'master' } as EshmOptions), {
      name: 'TypeError',
      message: /no option 'rolle', expected one of 'role', 'shm', 'disconnectBehavior', .*'maxPending'$/,
    });
  });

  it('a value of the wrong type is told by its type, where a number is told by itself', () => {
    for (const [options, message] of [
      [{ maxDataSize: '4096' }, 'maxDataSize is of type string, expected a number'],
      [{ maxDataSize: 0 }, 'maxDataSize is 0, expected an integer from 1 to 536870912'],
      [{ mode: null }, 'mode is null, expected a number'],
      [{ role: ['slave'] }, 'role is of class Array, expected a string'],
      [{ force: null }, 'force is null, expected true or false'],
    ] as const) {
      assert.throws(() => resolveOptions(options as unknown as EshmOptions), {
        message: `Cannot open: ${message}`,
      });
    }
    assert.throws(() => resolveOptions({ idle: {} as never }), /idle is of class Object, expected one of/);
    assert.throws(() => resolveOptions({ idle: 'spin' as never }), /idle is 'spin', expected one of/);
  });
});
