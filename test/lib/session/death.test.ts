/** Death in mid-write: PROTOCOL.md section 3's weakness, and what ours makes of it. */
import assert from 'node:assert/strict';
import { deriveKey } from '../../../layout/index.js';
import { Eshm, EshmError } from '../../../lib/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { cleanUp, listSegments, refusal, sleep, uniqueName, until } from '../../peers/helpers.js';
import { type PeerLanguage, PeerProcess } from '../../peers/peer-process.js';
import { needsTwoCores } from '../../support/needs.js';

const OPTIONS = { maxReconnectAttempts: 0, reconnectWaitMs: 0, reconnectRetryIntervalMs: 20 } as const;

/** A message of which every byte says which one it is. */
const messageOf = (number: number, size: number) => Buffer.alloc(size, number);

const hexOf = (message: Buffer) => message.toString('hex');

describe('death in mid-write', () => {
  let peers: Peers;
  let name: string;
  let endpoint: Eshm | undefined;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });

  beforeEach(() => {
    name = uniqueName('death');
  });

  afterEach(async () => {
    endpoint?.close();
    endpoint = undefined;
    await cleanUp();
    assert.ok(!listSegments().some(({ key }) => key === deriveKey(name)), 'nothing is left behind');
  });

  /** A channel with our endpoint as `role` and a peer on the other side. */
  async function openChannel(role: 'master' | 'slave'): Promise<PeerProcess> {
    const peer = PeerProcess.start(peers);
    if (role === 'master') endpoint = Eshm.open(name, { role, ...OPTIONS });
    await peer.open(role === 'master' ? 'slave' : 'master', name);
    if (role === 'slave') endpoint = Eshm.open(name, { role, ...OPTIONS });
    await until('life', () => endpoint!.remoteAlive);
    return peer;
  }

  /** All messages of the next `count` writes, each of them checked. */
  async function receive(peer: PeerProcess, sizes: readonly number[]): Promise<number> {
    let received = 0;
    for (const [i, size] of sizes.entries()) {
      const sent = messageOf(100 + i, size);
      await peer.write(sent);
      const deadline = performance.now() + 300;
      for (let message = endpoint!.tryRead(); ; message = endpoint!.tryRead()) {
        if (message !== undefined) {
          assert.deepEqual(message, sent, 'torn, or old');
          received++;
          break;
        }
        // The parity of a writer that went on from an odd value shows only after a while.
        if (performance.now() > deadline) break;
        await sleep(1);
      }
    }
    return received;
  }

  for (const role of ['slave', 'master'] as const) {
    for (const restarted of ['c++', 'typescript'] as PeerLanguage[]) {
      for (const step of [1, 2, 3, 4, 5, 6]) {
        it(`a ${role} survives a writer that dies after step ${step} and is replaced by a ${restarted} one`, async () => {
          const peer = await openChannel(role);
          await peer.write(messageOf(1, 700));
          await until('the first message', () => endpoint!.tryRead()?.equals(messageOf(1, 700)) ?? false);
          const dying = messageOf(2, 900);
          await peer.command(`steps-write ${hexOf(dying)} ${step}`);
          boundedReads(step >= 5 ? dying : undefined);
          await peer.kill();
          boundedReads(undefined);

          const next = PeerProcess.start(peers, restarted);
          const other = role === 'slave' ? 'master' : 'slave';
          await until('a place', async () => (await refusal(next.open(other, name))) === undefined);
          await until('life', () => endpoint!.remoteAlive);
          // Not even in the first look after the repair: nothing was written yet.
          const first = endpoint!.tryRead();
          assert.ok(first === undefined, `nothing was written, got ${first?.length} bytes`);
          assert.ok((await receive(next, [900, 1, 4096, 700, 8, 900, 17, 2048])) > 0);
          assert.equal(await receive(next, [4096, 5, 600]), 3, 'all of them from then on');
          endpoint!.write('still writes');
          if (role === 'slave') endpoint!.close();
          await next.quit();
        });
      }
    }
  }

  for (const role of ['slave', 'master'] as const) {
    for (const step of [2, 5]) {
      it(`a ${role} that found a writer dead after step ${step} reads the first message of a c++ one at once`, async () => {
        const peer = await openChannel(role);
        await peer.write(messageOf(1, 700));
        await until('the first message', () => endpoint!.tryRead()?.equals(messageOf(1, 700)) ?? false);
        await peer.command(`steps-write ${hexOf(messageOf(2, 900))} ${step}`);
        await peer.kill();
        await until('the news', () => endpoint!.state !== 'connected');
        const next = PeerProcess.start(peers);
        await next.open(role === 'slave' ? 'master' : 'slave', name);
        await until('life', () => endpoint!.remoteAlive && endpoint!.state === 'connected');
        for (const number of [3, 4, 5]) {
          await next.write(messageOf(number, 900));
          // One look, without the time that it takes to find out where an unknown writer rests.
          assert.deepEqual(endpoint!.tryRead(), messageOf(number, 900));
        }
        if (role === 'slave') endpoint!.close();
        await next.quit();
      });
    }
  }

  /** tryRead returns at once, readSync within its time, and what they give is `expected` at most, once. */
  function boundedReads(expected: Buffer | undefined): void {
    const got: Buffer[] = [];
    for (let i = 0; i < 1000; i++) {
      const message = endpoint!.tryRead();
      if (message !== undefined) got.push(message);
    }
    const before = performance.now();
    try {
      got.push(endpoint!.readSync({ timeoutMs: 30 }));
    } catch (error) {
      assert.ok(error instanceof EshmError && error.code === 'ESHM_TIMEOUT', String(error));
      assert.ok(performance.now() - before >= 30);
    }
    assert.ok(got.length <= 1);
    if (got[0] !== undefined) assert.deepEqual(got[0], expected);
  }

  it('our own start makes an odd sequence even before its first write', async () => {
    const peer = await openChannel('master');
    await peer.command(`steps-write ${hexOf(messageOf(2, 900))} 3`);
    await peer.kill();
    const looker = PeerProcess.start(peers);
    const sequence = async () => (await looker.dump(name)).readUInt32LE(4352);
    assert.equal((await sequence()) & 1, 1);
    const next = PeerProcess.start(peers, 'typescript');
    await next.open('slave', name);
    const image = await looker.dump(name);
    assert.equal(image.readUInt32LE(4352) & 1, 0);
    assert.equal(image.readUInt32LE(4356), 0, 'whoever waits for it gets an empty message');
    await next.quit();
  });

  it('a writer that never pauses does not hold a reader beyond its timeout, and its retries are counted', async function () {
    const peer = await openChannel('slave');
    const writing = peer.command('torture-write 20 4096').catch(() => {});
    const startMs = performance.now();
    let [messages, timeouts] = [0, 0];
    // Where both share a core neither may meet the other in the middle for a second and more.
    const metMs = () => (endpoint!.stats().retries > 0 ? 1500 : 15_000);
    while (performance.now() < startMs + metMs()) {
      // Looks without a pause, because one that sleeps first is often alone with a writer that was preempted meanwhile.
      for (let looks = 0; looks < 5000; looks++) {
        const message = endpoint!.tryRead();
        assert.ok(message?.every((byte) => byte === message[0]) ?? true);
      }
      try {
        const message = endpoint!.readSync({ timeoutMs: 20 });
        assert.ok(message.every((byte) => byte === message[0]));
        messages++;
      } catch (error) {
        assert.ok(error instanceof EshmError && error.code === 'ESHM_TIMEOUT', String(error));
        timeouts++;
      }
    }
    await peer.kill();
    await writing;
    assert.ok(messages + timeouts > 0);
    const { retries } = endpoint!.stats();
    if (retries === 0) needsTwoCores(this, 'a write meets a copy only where the reader is stopped within it');
    assert.ok(retries > 0, `${messages} messages, ${timeouts} timeouts, no retry`);
  });
});
