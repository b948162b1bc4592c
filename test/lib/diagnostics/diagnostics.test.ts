/** What endpoints publish on `node:diagnostics_channel`, and that nothing is published where nobody listens. */
import assert from 'node:assert/strict';
import { type Channel, channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { layoutFor } from '../../../layout/index.js';
import { Eshm, type EshmDiagnostics, EshmError } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { assertNothingLeft, removeLeftovers, segmentOf, uniqueName, until } from '../../support/channels.js';

type Name = keyof EshmDiagnostics;

describe('diagnostics channels', () => {
  let name: string;
  const open: Eshm[] = [];
  const listening: [Name, (message: unknown) => void][] = [];

  beforeEach(() => {
    name = uniqueName('diagnostics');
  });
  afterEach(async () => {
    await PeerProcess.killAll();
    for (const one of open.splice(0).reverse()) one.close();
    // What the closing tells.
    await sleep(1);
    for (const [which, listener] of listening.splice(0)) unsubscribe(which, listener);
    assertNothingLeft();
  });

  function end(role: 'master' | 'slave', options = {}): Eshm {
    const endpoint = Eshm.open(name, { role, ...options });
    open.push(endpoint);
    return endpoint;
  }

  /** What is published on `which` from now on, of this test's channel. */
  function heard<N extends Name>(which: N): EshmDiagnostics[N][] {
    const messages: EshmDiagnostics[N][] = [];
    const listener = (message: unknown) => {
      const one = message as EshmDiagnostics[N];
      if (one.endpoint.name === name) messages.push(one);
    };
    subscribe(which, listener);
    listening.push([which, listener]);
    return messages;
  }

  it('eshm:state: opened, closed, with the endpoint itself, after the fact', async () => {
    const states = heard('eshm:state');
    const master = end('master');
    assert.deepEqual(states, [], 'never in the middle of an operation');
    await sleep(1);
    master.close();
    await sleep(1);
    assert.deepEqual(
      states.map(({ endpoint, event, state }) => [endpoint === master, event, state]),
      [
        [true, 'opened', 'connected'],
        [true, 'closed', 'closed'],
      ],
    );
  });

  describe('with a C++ peer', () => {
    let peers: Peers;
    before(async function () {
      peers = await requirePeers(this, ['c++']);
    });

    it('eshm:state: a slave whose C++ master is killed and started again', async () => {
      const states = heard('eshm:state');
      const first = PeerProcess.start(peers, 'c++');
      await first.open('master', name);
      const slave = end('slave');
      await until('the beat', () => slave.remoteAlive);
      await first.kill();
      await until('reconnecting', () => states.some(({ event }) => event === 'reconnecting'));
      const second = PeerProcess.start(peers, 'c++');
      await second.open('master', name);
      await until('reconnected', () => states.some(({ event }) => event === 'reconnected'));
      assert.deepEqual(
        states.map(({ event, state }) => `${event} ${state}`),
        ['opened connected', 'stale stale', 'reconnecting reconnecting', 'reconnected connected'],
      );
      const { reconnection } = states.at(-1)!;
      assert.ok(reconnection!.generation > 0 && reconnection!.tookMs > 0, JSON.stringify(reconnection));
      slave.close();
      await second.quit();
      // One that takes a segment over is not its creator.
      removeLeftovers();
    });
  });

  it('eshm:missed: by any way of reading, also without a listener for the event', async () => {
    const misses = heard('eshm:missed');
    const [master, slave] = [end('master'), end('slave')];
    const ways: [string, () => unknown][] = [
      ['tryRead', () => slave.tryRead()],
      ['tryReadInto', () => slave.tryReadInto(Buffer.alloc(64))],
      ['read', () => slave.read()],
    ];
    for (const [i, [way, take]] of ways.entries()) {
      for (let n = 0; n < i + 2; n++) master.write('x');
      const before = misses.length;
      const taking = take();
      assert.equal(misses.length, before, `${way}: never in the middle of it`);
      await taking;
      await sleep(1);
      assert.deepEqual(
        misses.slice(before).map(({ endpoint, messages }) => [endpoint === slave, messages]),
        [[true, i + 1]],
        way,
      );
    }
  });

  it('eshm:corrupt: with the error that the read throws', async () => {
    const corruptions = heard('eshm:corrupt');
    const [master, slave] = [end('master'), end('slave')];
    master.write('damaged');
    const raw = Segment.attach(segmentOf(name)!.id);
    const { masterToSlave, channel: at } = layoutFor();
    raw.bytes.writeUInt32LE(4097, masterToSlave + at.dataSize);
    raw.detach();
    let thrown: unknown;
    try {
      slave.tryRead();
    } catch (error) {
      thrown = error;
    }
    await sleep(1);
    assert.equal((thrown as EshmError).code, 'ESHM_CORRUPT');
    assert.deepEqual(
      corruptions.map(({ endpoint, error }) => [endpoint === slave, error === thrown]),
      [[true, true]],
    );
  });

  it('eshm:send: read, timed out, aborted, blocking, and a chunk of a stream; not what was refused', async () => {
    const sends = heard('eshm:send');
    const [master, slave] = [end('master'), end('slave')];
    const sending = master.send('12345', { timeoutMs: 5000 });
    assert.equal(`${await slave.read()}`, '12345');
    await sending;
    await assert.rejects(master.send('1234567', { timeoutMs: 5 }), { code: 'ESHM_TIMEOUT' });
    assert.throws(() => master.sendSync('123', { timeoutMs: 5 }), { code: 'ESHM_TIMEOUT' });
    const reason = new Error('enough');
    await assert.rejects(master.send('1', { signal: AbortSignal.abort(reason) }), reason);
    await assert.rejects(master.send(7 as never), TypeError);
    const stream = master.writable({ timeoutMs: 5000 });
    stream.end('1234');
    assert.equal(`${await slave.read()}`, '1234');
    await until('the chunk', () => sends.length === 5);
    assert.deepEqual(
      sends.map(({ endpoint, bytes, error }) => [
        endpoint === master,
        bytes,
        error instanceof EshmError ? error.code : error,
      ]),
      [
        [true, 5, undefined],
        [true, 7, 'ESHM_TIMEOUT'],
        [true, 3, 'ESHM_TIMEOUT'],
        [true, 1, reason],
        [true, 4, undefined],
      ],
    );
    assert.ok(!('error' in sends[0]!));
    for (const { tookMs } of sends.slice(1, 3)) assert.ok(tookMs >= 5, `${tookMs} ms`);
  });

  it('a send that fails and that nobody handles is still an unhandled rejection', async () => {
    heard('eshm:send');
    const master = end('master');
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    try {
      const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
      master.send('x', { timeoutMs: 1 });
      assert.equal(((await unhandled) as EshmError).code, 'ESHM_TIMEOUT');
    } finally {
      for (const listener of others) process.on('unhandledRejection', listener);
    }
  });

  it('publishes nothing, and makes no promise more, where nobody listens', async () => {
    const names: Name[] = ['eshm:state', 'eshm:missed', 'eshm:corrupt', 'eshm:send'];
    const channels: Channel[] = names.map((one) => channel(one));
    // The publish of a channel without subscribers does nothing: that it is not even called is what is asked for here.
    const calls: string[] = [];
    for (const one of channels) {
      one.publish = () => calls.push(String(one.name));
    }
    try {
      const [master, slave] = [end('master'), end('slave')];
      master.write('1');
      master.write('2');
      slave.tryRead();
      const sending = master.send('3');
      await slave.read();
      await sending;
      slave.close();
      await sleep(1);
      assert.deepEqual(calls, []);
    } finally {
      // The prototype's is to be seen again.
      for (const one of channels) delete (one as { publish?: unknown }).publish;
    }
  });
});
