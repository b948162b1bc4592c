/** What a bridge says and takes on the wire: names, headers, presence, options; no server is needed. */
import assert from 'node:assert/strict';
import { readOrigin, writeOrigin } from '../../../lib/bridge/headers.js';
import { parsePresence } from '../../../lib/bridge/presence.js';
import { resolveBridge } from '../../../lib/bridge/resolve.js';
import { encodeName, isAnswerable, subjectsOf } from '../../../lib/bridge/subjects.js';

/** Headers as a client has them. */
class FakeHeaders {
  readonly #values = new Map<string, string>();
  constructor(values: Record<string, string> = {}) {
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }
  get(name: string): string {
    return this.#values.get(name) ?? '';
  }
  has(name: string): boolean {
    return this.#values.has(name);
  }
  set(name: string, value: string): void {
    this.#values.set(name, value);
  }
}

describe('subjects of a bridge', () => {
  for (const [name, token] of [
    ['robot', 'robot'],
    ['arm.left 1', 'arm%2Eleft%201'],
    ['*', '%2A'],
    ['a>b%c', 'a%3Eb%25c'],
    ['ü\n', '%C3%BC%0A'],
    ['_-9Z', '_-9Z'],
  ] as const) {
    it(`a channel named ${JSON.stringify(name)} is ${token}`, () => {
      assert.equal(encodeName(name), token);
      assert.equal(decodeURIComponent(token), name);
      assert.equal(subjectsOf('eshm', name).m2s, `eshm.${token}.m2s`);
    });
  }

  it('a prefix that is none is refused', () => {
    for (const prefix of ['', 'a b', '.a', 'a.', 'a..b', 'a.*', 'a.>', '$SYS']) {
      assert.throws(() => subjectsOf(prefix, 'robot'), RangeError, prefix);
    }
    assert.equal(subjectsOf('plant.cell-1', 'robot').state, 'plant.cell-1.robot.state');
  });

  it('a name that fits no subject is refused', () => {
    assert.throws(() => encodeName('.'.repeat(400)), /the name has 1200 bytes in a subject, expected 1024/);
  });
});

describe('replies that a bridge answers', () => {
  const ack = 'eshm.robot.ack';
  for (const [subject, reply, isOne] of [
    ['eshm.robot.s2m', `${ack}.aZ_-9.1`, true],
    ['eshm.robot.m2s', `${ack}.me.1234567890123456`, true],
    ['plant.cell.robot.m2s', 'plant.cell.robot.ack.me.1', true],
    ['eshm.robot.s2m', undefined, false],
    ['eshm.robot.s2m', '', false],
    ['eshm.robot.s2m', '_INBOX.abc.1', true],
    ['eshm.robot.s2m', '_INBOX.', false],
    ['eshm.robot.s2m', '_INBOX.a b', false],
    ['eshm.robot.s2m', '_INBOX.abc.>', false],
    ['eshm.robot.s2m', 'x_INBOX.abc.1', false],
    ['eshm.robot.s2m', 'eshm.arm.m2s', false],
    ['eshm.robot.s2m', 'eshm.arm.ack.me.1', false],
    ['eshm.robot.s2m', 'eshm.robot.m2s', false],
    ['eshm.robot.s2m', `${ack}.me`, false],
    ['eshm.robot.s2m', `${ack}..1`, false],
    ['eshm.robot.s2m', `${ack}.me.x`, false],
    ['eshm.robot.s2m', `${ack}.me.1.2`, false],
    ['eshm.robot.s2m', `${ack}.me.1\r\n`, false],
    ['eshm.robot.s2m', `x${ack}.me.1`, false],
    ['other.robot.s2m', `${ack}.me.1`, false],
  ] as const) {
    it(`${JSON.stringify(reply)} in a message of ${subject}: ${isOne ? 'yes' : 'no'}`, () => {
      assert.equal(isAnswerable(subject, reply), isOne);
    });
  }
});

describe('headers of a bridge', () => {
  const origin = {
    bridge: 'abc-1',
    stay: 2,
    segment: 3,
    count: 40,
    missed: 5,
    generation: 6,
    isAcknowledged: true,
  };

  it('say where a message comes from, and nothing for a plain client', () => {
    const headers = new FakeHeaders();
    writeOrigin(headers, origin);
    assert.deepEqual(readOrigin(headers), origin);
    assert.equal(headers.get('Eshm-Count'), '40');
    assert.ok(Math.abs(Number(headers.get('Eshm-Time')) - Date.now()) < 10_000);
    assert.equal(readOrigin(undefined), undefined);
    assert.equal(readOrigin(new FakeHeaders({ 'Some-Other': '1' })), undefined);
  });

  const good = {
    'Eshm-Writer': 'abc/1/2',
    'Eshm-Count': '1',
    'Eshm-Missed': '0',
    'Eshm-Generation': '1',
  };
  for (const [name, value] of [
    ['Eshm-Writer', 'abc'],
    ['Eshm-Writer', 'abc/1/2/3'],
    ['Eshm-Writer', '../1/2'],
    ['Eshm-Writer', 'abc/x/2'],
    ['Eshm-Count', '-1'],
    ['Eshm-Count', '1e3'],
    ['Eshm-Count', ''],
    ['Eshm-Count', '99999999999999999999'],
    ['Eshm-Missed', 'NaN'],
    ['Eshm-Generation', '1.5'],
    ['Eshm-Delivery', 'sometimes\u001b[2J'],
  ] as const) {
    it(`${name}: ${JSON.stringify(value)} is refused, and shown without what drives a terminal`, () => {
      assert.throws(
        () => readOrigin(new FakeHeaders({ ...good, [name]: value })),
        (error: Error) =>
          error instanceof RangeError && error.message.startsWith(name) && !error.message.includes('\u001b'),
      );
    });
  }
});

describe('presence of a bridge', () => {
  const good = {
    v: 1,
    kind: 'beat',
    end: 'near',
    id: 'abc',
    alive: true,
    open: false,
    stay: 0,
    peer: 4711,
    generation: 1,
    staleThresholdMs: 100,
    leaseMs: 600,
  };
  const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

  it('is read as it was written, and nothing more of it', () => {
    assert.deepEqual(parsePresence(bytes({ ...good, more: 'x' })), good);
  });

  for (const wrong of [
    '',
    '{',
    'null',
    '[]',
    '7',
    { ...good, v: 2 },
    { ...good, kind: 'x' },
    { ...good, end: 'middle' },
    { ...good, id: '' },
    { ...good, id: 'a b' },
    { ...good, alive: 1 },
    { ...good, open: 'yes' },
    { ...good, stay: undefined },
    { ...good, peer: -1 },
    { ...good, generation: -1 },
    { ...good, staleThresholdMs: 2 ** 32 },
    { ...good, leaseMs: 0 },
    { ...good, leaseMs: 1e9 },
    { ...good, leaseMs: '600' },
    JSON.stringify({ ...good, filler: 'x'.repeat(2000) }),
  ]) {
    it(`is not ${JSON.stringify(wrong).slice(0, 60)}`, () => {
      assert.equal(parsePresence(bytes(wrong)), undefined);
    });
  }
});

describe('options of a bridge', () => {
  it('have defaults, and servers from the environment of the NATS tools', () => {
    const { channels, server, prefix, leaseMs } = resolveBridge('robot', {}, {});
    assert.deepEqual([prefix, leaseMs, server.servers], ['eshm', 600, ['127.0.0.1:4222']]);
    const { delivery, maxDataSize, gateway, as } = channels[0]!;
    assert.deepEqual([delivery, maxDataSize, gateway, as], ['newest', 4096, false, undefined]);
    const env = { NATS_URL: 'nats://me:s%40cret@one:1,two', NATS_USER: 'not me', NATS_PASSWORD: 'other' };
    const found = resolveBridge('robot', {}, env).server;
    assert.deepEqual([found.servers, found.user, found.password], [['one:1', 'two:4222'], 'me', 's@cret']);
    assert.equal(resolveBridge('robot', {}, { NATS_URL: 'nats://t0ken@one' }).server.token, 't0ken');
    assert.deepEqual(resolveBridge('robot', { servers: 'tls://one' }, {}).server.tls, {});
  });

  it('of one channel go before those of all', () => {
    const { channels } = resolveBridge(
      ['a', { name: 'b', delivery: 'newest', maxDataSize: 8 }],
      { delivery: 'acknowledged' },
      {},
    );
    assert.deepEqual(
      channels.map(({ delivery, maxDataSize }) => [delivery, maxDataSize]),
      [
        ['acknowledged', 4096],
        ['newest', 8],
      ],
    );
  });

  const refused: readonly [what: string, channels: unknown, options: unknown, says: RegExp][] = [
    ['no channel', [], {}, /there are no channels/],
    ['a name that is none', [''], {}, /name is empty/],
    ['a number for a name', [7], {}, /name is of type/],
    ['a name twice', ['a', 'a'], {}, /'a' is there twice/],
    ['two names of one key', ['Aa', 'B@'], {}, /'Aa' and 'B@' derive one key \(2242\)/],
    ['an unknown option', 'a', { server: 'x' }, /there is no option 'server'/],
    ['an unknown option of a channel', [{ name: 'a', mode: 'x' }], {}, /there is no option 'mode'/],
    ['another end', 'a', { as: 'middle' }, /as is 'middle', expected one of 'near', 'far'/],
    ['another delivery', 'a', { delivery: 'sometimes' }, /expected one of 'newest', 'acknowledged'/],
    ['no size', 'a', { maxDataSize: 0 }, /maxDataSize is 0/],
    ['a lease too short', 'a', { leaseMs: 1 }, /leaseMs is 1, expected 100 to 60000/],
    ['a lease that is text', 'a', { leaseMs: '600' }, /leaseMs is of type string, expected a number/],
    ['another scheme', 'a', { servers: 'http://me:secret@x' }, /the server is 'http:\/\/x', expected nats:/],
    ['no server', 'a', { servers: [] }, /servers is empty/],
    [
      'a file that is not there',
      'a',
      { credsFile: '/nowhere' },
      /credentials file \/nowhere cannot be read \(ENOENT\)/,
    ],
  ];
  for (const [what, channels, options, says] of refused) {
    it(`${what} is refused`, () => {
      assert.throws(
        () => resolveBridge(channels as string, options as object, {}),
        (error: Error) => {
          assert.match(error.message, says);
          assert.doesNotMatch(error.message, /secret/);
          return error instanceof TypeError || error instanceof RangeError;
        },
      );
    });
  }
});
