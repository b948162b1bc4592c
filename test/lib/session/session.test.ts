/** What an endpoint knows of its connection, and tells: stale, recovered, reconnecting and what follows. */
import assert from 'node:assert/strict';
import { sleepSync } from '../../../lib/idle/index.js';
import { Eshm, type EshmError, type EshmOptions, type Reconnection } from '../../../lib/index.js';
import { Inlet } from '../../../lib/session/inlet.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { assertNothingLeft, removeLeftovers, thrownBy, uniqueName, until } from '../../support/channels.js';

const EVENTS = ['stale', 'recovered', 'reconnecting', 'reconnected', 'disconnected', 'closed'] as const;

describe('the session of an endpoint', () => {
  let name: string;
  let peers: Peers;
  let peer: PeerProcess;
  const open: Eshm[] = [];
  let told: string[];

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });
  beforeEach(() => {
    name = uniqueName('session');
    peer = PeerProcess.start(peers);
    told = [];
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) one.close();
    await PeerProcess.killAll();
    removeLeftovers();
    assertNothingLeft();
  });

  const endpoint = (role: 'master' | 'slave', options: EshmOptions = {}) => {
    const one = Eshm.open(name, { role, ...options });
    open.push(one);
    for (const event of EVENTS) one.on(event, () => told.push(event));
    return one;
  };
  const slaveOfPeer = async (options: EshmOptions = {}) => {
    await peer.open('master', name);
    const slave = endpoint('slave', { reconnectRetryIntervalMs: 10, maxReconnectAttempts: 0, ...options });
    await until('the master', () => slave.remoteAlive);
    return slave;
  };
  const codeOf = (act: () => unknown) => thrownBy<EshmError>(act).code;

  it('a master sees a stopped slave go stale, may go on writing, and sees it recover', async () => {
    const master = endpoint('master');
    await peer.open('slave', name, 'attempts=0 wait=0');
    await until('the slave', () => master.remoteAlive);
    peer.signal('SIGSTOP');
    await until('a stale slave', () => master.state === 'stale');
    assert.equal(master.remoteAlive, false);
    master.write('into the void');
    assert.equal(master.tryRead(), undefined);
    peer.signal('SIGCONT');
    await until('the slave again', () => master.state === 'connected' && master.remoteAlive);
    await until('the events', () => told.includes('recovered'));
    assert.deepEqual(told.slice(0, 2), ['stale', 'recovered']);
  });

  it('a slave sees a stopped master go stale, and recover', async () => {
    const slave = await slaveOfPeer({ reconnectWaitMs: 0 });
    peer.signal('SIGSTOP');
    await until('a search', () => slave.state === 'reconnecting');
    assert.equal(
      codeOf(() => slave.write('x')),
      'ESHM_TIMEOUT',
    );
    assert.equal(
      codeOf(() => slave.readSync({ timeoutMs: 5 })),
      'ESHM_TIMEOUT',
    );
    peer.signal('SIGCONT');
    await until('the master again', () => slave.state === 'connected');
    slave.write('x');
    await until('the events', () => told.includes('recovered'));
    assert.deepEqual(told.slice(0, 3), ['stale', 'reconnecting', 'recovered']);
  });

  it("'immediately' ends with the master", async () => {
    const slave = await slaveOfPeer({ disconnectBehavior: 'immediately' });
    await peer.kill();
    await until('the end', () => slave.state === 'disconnected');
    for (const use of [() => slave.write('x'), () => slave.tryRead(), () => slave.readSync()]) {
      const error = thrownBy<EshmError>(use);
      assert.deepEqual([error.code, error.status], ['ESHM_MASTER_STALE', -11]);
      assert.match(
        error.message,
        /this slave looks for no other \(disconnectBehavior: 'immediately'\); close it and open or connect again, with reconnect: 'forever' to/,
      );
    }
    slave.peek();
    assert.equal(slave.remoteAlive, false);
    await until('the events', () => told.length === 2);
    assert.deepEqual(told, ['stale', 'disconnected']);
  });

  it('one that has given up reads nothing that is for the next slave', async () => {
    const slave = await slaveOfPeer({ disconnectBehavior: 'immediately' });
    peer.signal('SIGSTOP');
    await until('the end', () => slave.state === 'disconnected');
    peer.signal('SIGCONT');
    const next = PeerProcess.start(peers);
    await next.open('slave', name);
    await peer.command('write 6869');
    for (const use of [
      () => slave.tryRead(),
      () => slave.tryReadInto(Buffer.alloc(8)),
      () => slave.write('x'),
    ]) {
      assert.equal(codeOf(use), 'ESHM_ROLE_MISMATCH');
    }
    assert.equal((await next.values('stats')).m2s_read_count, 0);
    assert.equal(slave.state, 'disconnected');
  });

  it('what its worker reports during the start is attended to', async () => {
    await peer.open('master', name);
    await peer.kill();
    const { meet } = Inlet.prototype;
    // The thread gets no core for so long, and the worker does.
    Inlet.prototype.meet = function (): void {
      sleepSync(400);
      meet.call(this);
    };
    try {
      const slave = endpoint('slave', { disconnectBehavior: 'immediately' });
      await until('the end', () => slave.state === 'disconnected');
    } finally {
      Inlet.prototype.meet = meet;
    }
  });

  it('gives up after its attempts', async () => {
    const slave = await slaveOfPeer({ maxReconnectAttempts: 2 });
    await peer.kill();
    await until('the end', () => slave.state === 'disconnected');
    await until('the events', () => told.includes('disconnected'));
    assert.deepEqual(told, ['stale', 'reconnecting', 'disconnected']);
  });

  it('gives up after its time, also in a wait that blocks the event loop', async () => {
    const slave = await slaveOfPeer({ reconnectWaitMs: 100 });
    await peer.kill();
    const error = thrownBy<EshmError>(() => slave.readSync({ timeoutMs: 120_000 }));
    assert.equal(error.code, 'ESHM_MASTER_STALE');
    assert.match(
      error.message,
      /has stopped looking for another \(reconnectWaitMs: 100\); .* with reconnect: 'forever' to/,
    );
    assert.equal(slave.state, 'disconnected');
  });

  it('gives up after its time though the next attempt is weeks away, and warns of no timer', async () => {
    const warnings: string[] = [];
    const note = (warning: Error) => warnings.push(warning.name);
    process.on('warning', note);
    try {
      const slave = await slaveOfPeer({ reconnectRetryIntervalMs: 2 ** 32 - 1, reconnectWaitMs: 200 });
      peer.kill();
      await until('giving up', () => slave.state === 'disconnected');
    } finally {
      process.off('warning', note);
    }
    assert.deepEqual(warnings, []);
    assert.deepEqual(told, ['stale', 'reconnecting', 'disconnected']);
  });

  it('moves into the segment of a new master, and reads what is there already', async () => {
    const slave = await slaveOfPeer({ reconnectWaitMs: 0 });
    const reconnections: Reconnection[] = [];
    slave.on('reconnected', (reconnection) => reconnections.push(reconnection));
    await peer.quit();
    await until('a search', () => slave.state === 'reconnecting');
    const next = PeerProcess.start(peers);
    await next.open('master', name);
    await next.command('write 6869');
    assert.equal(`${slave.readSync({ timeoutMs: 120_000 })}`, 'hi');
    assert.equal(slave.state, 'connected');
    slave.write('ho');
    assert.equal((await next.values('stats')).s2m_write_count, 1);
    assert.equal(await next.isRemoteAlive(), true);
    await until('the event', () => reconnections.length === 1);
    assert.equal(reconnections[0]?.generation, 1);
    assert.ok(reconnections[0]!.tookMs >= 0);
  });

  it('goes on in its own segment when a new master takes it over', async () => {
    const slave = await slaveOfPeer({ reconnectWaitMs: 0 });
    await peer.kill();
    await until('a search', () => slave.state === 'reconnecting');
    const next = PeerProcess.start(peers);
    await next.open('master', name);
    await until('the new master', () => slave.state === 'connected');
    await until('the events', () => told.includes('reconnected'));
    assert.equal(slave.stats().masterGeneration, 2);
    await next.command('write 6869');
    assert.equal(`${slave.readSync({ timeoutMs: 120_000 })}`, 'hi');
  });

  it('may be closed while it looks for a master', async () => {
    const slave = await slaveOfPeer({ reconnectWaitMs: 0 });
    await peer.kill();
    await until('a search', () => slave.state === 'reconnecting');
    slave.close();
    assert.equal(slave.state, 'closed');
  });
});
