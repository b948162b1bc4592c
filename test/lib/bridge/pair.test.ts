/** Channels over two bridges and one server: real peers in two IPC namespaces. */
import assert from 'node:assert/strict';
import { Machine } from '../../bridge/machine.js';
import { NatsServer } from '../../bridge/nats-server.js';
import { endPairs, needsBridge, startPair } from '../../bridge/pair.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { join, pass, reads, write } from '../../peers/helpers.js';
import { type PeerLanguage, PeerProcess } from '../../peers/peer-process.js';
import { until } from '../../support/channels.js';
import { freePort } from '../../support/free-port.js';
import { size } from '../../support/sizes.js';

/** How long a writer goes on, and how often two start at once. */
const [SECONDS, ROUNDS] = size({ short: [1, 1], long: [3, 3] } as const);

describe('eshm bridge: two machines', () => {
  let peers: Peers;

  before(async function () {
    needsBridge(this);
    peers = await requirePeers(this, ['c++', 'python']);
  });

  afterEach(async () => {
    await PeerProcess.killAll();
    await endPairs();
  });

  /** Opens both peers, and waits until both bridges carry. */
  async function open(name: string, languages: readonly [PeerLanguage, PeerLanguage], ...options: string[]) {
    const pair = await startPair(name, ...options);
    const [master, slave] = [pair.a.peer(peers, languages[0]), pair.b.peer(peers, languages[1])];
    await master.open('master', name);
    await pair.far.reach('carrying');
    // However long a bridge or a server takes to come back, it looks for its master.
    await join(slave, name, 'attempts=0 wait=0');
    await pair.near.reach('carrying');
    return { ...pair, master, slave };
  }

  /** The numbers of an answer line `ok key=value ...`. */
  const valuesOf = (line: string) =>
    Object.fromEntries(
      line
        .split(' ')
        .slice(1)
        .map((pair) => [pair.split('=')[0]!, Number(pair.split('=')[1])]),
    );

  it('acknowledged: loses and repeats none from C++ to C++, and a C++ writer that waits is told the truth', async () => {
    const { master, slave, near, far } = await open(
      'robot',
      ['c++', 'c++'],
      '--delivery',
      'acknowledged',
      '--resend',
      // Long enough that none is written again because its reader had no core: it may be read twice then.
      '2000',
    );
    const draining = slave.command('drain 5000', 200_000);
    const { sent } = valuesOf(await master.command(`burst-acked ${SECONDS} 64 60000`, 200_000));
    const drained = valuesOf(await draining);
    assert.ok(sent! > 30, `${sent} sent`);
    assert.deepEqual(drained, {
      messages: sent,
      bad: 0,
      last: sent! - 1,
      lost: 0,
      repeated: 0,
      backward: 0,
    });
    const [from, to] = [await near.stats(), await far.stats()];
    assert.deepEqual([from.sent, from.unconfirmed, to.received], [sent, 0, sent]);
    assert.deepEqual([near.stderr, far.stderr], ['', '']);
  });

  it('newest: reports exactly what it missed, to the bridge and to the reader at the far end', async () => {
    const { master, slave, far } = await open('robot', ['c++', 'typescript']);
    await master.command('burst 20000 64 50', 60_000);
    await until('the last message', async () => (await slave.values('stats')).m2s_write_count === 20_000);
    // The slot has the newest; all before it were missed by a reader that came only now.
    const drained = valuesOf(await slave.command('drain 300'));
    assert.deepEqual([drained.messages, drained.bad, drained.last], [1, 0, 19_999]);
    const stats = await slave.values('stats');
    assert.equal(stats.missed, 19_999);
    const { received, missed, repeated, dropped } = await far.stats();
    assert.equal(received! + missed!, 20_000);
    assert.ok(received! < 20_000 && missed! > 0, `${received} received, ${missed} missed`);
    assert.deepEqual([repeated, dropped], [0, 0]);
  });

  it('carries both ways, between C++, Python and TypeScript, any bytes of any size', async () => {
    for (const languages of [
      ['typescript', 'python'],
      ['python', 'typescript'],
    ] as const) {
      const { master, slave } = await open('a.b *>%ü', languages);
      for (const size of [0, 1, 4096]) {
        const data = Buffer.alloc(size, size || 7);
        // A message that was written again, for a reader that forgets, may still be on its way when the next one is read.
        await until('it there', async () => (await pass(master, slave, data)).equals(data));
        await until('it back', async () => (await pass(slave, master, data)).equals(data));
      }
      await PeerProcess.killAll();
      await endPairs();
    }
  });

  it('carries both ways through a leaf node and its hub, a bridge at each', async () => {
    const port = await freePort();
    const hub = await NatsServer.start({ config: `leafnodes { host: "127.0.0.1", port: ${port} }` });
    const leaf = await NatsServer.start({
      config: `leafnodes { remotes: [{ url: "nats-leaf://127.0.0.1:${port}" }] }`,
    });
    const [a, b] = [await Machine.make(), await Machine.make()];
    const near = a.bridge(['robot', '--as', 'near', '--nats', leaf.url]);
    const far = b.bridge(['robot', '--as', 'far', '--nats', hub.url]);
    const [master, slave] = [a.peer(peers, 'c++'), b.peer(peers, 'c++')];
    await master.open('master', 'robot');
    await far.reach('carrying');
    await join(slave, 'robot');
    await near.reach('carrying');
    const data = Buffer.from('through the leaf');
    await until('it there', async () => (await pass(master, slave, data)).equals(data));
    await until('it back', async () => (await pass(slave, master, data)).equals(data));
    // The link to the hub goes: both ends must be told.
    await hub.kill();
    await until('stale', async () => !(await master.isRemoteAlive()) && !(await slave.isRemoteAlive()));
    await hub.start();
    await until('alive', async () => (await master.isRemoteAlive()) && (await slave.isRemoteAlive()));
    await until('it there again', async () => (await pass(master, slave, data)).equals(data));
  });

  it('a master that dies is stale for the slave, and its return is a reconnect there', async () => {
    const { master, slave, a, near, far } = await open('robot', ['c++', 'typescript']);
    const before = await slave.values('stats');
    await master.kill();
    await until('stale', async () => !(await slave.isRemoteAlive()));
    assert.equal(near.state(), 'waiting');
    await until('far waits', () => far.state() === 'waiting');
    const again = a.peer(peers);
    await again.open('master', 'robot');
    await until('alive', () => slave.isRemoteAlive());
    assert.ok((await slave.values('stats')).master_generation! > before.master_generation!);
    await near.reach('carrying');
    const reading = slave.read(120_000);
    await again.write(Buffer.from('back'));
    assert.equal(`${await reading}`, 'back');
  });

  it('a slave that dies is stale for the master, and another one is there again', async () => {
    const { master, slave, b, near } = await open('robot', ['typescript', 'c++']);
    await until('alive', () => master.isRemoteAlive());
    await slave.kill();
    await until('stale', async () => !(await master.isRemoteAlive()));
    const again = b.peer(peers);
    await join(again, 'robot');
    await until('alive', () => master.isRemoteAlive());
    await near.reach('carrying');
  });

  it('a bridge or the server that is gone is stale at both ends, and all is well again soon after', async () => {
    const pair = await open('robot', ['typescript', 'c++']);
    const { master, slave, a, b, nats } = pair;
    const bothLive = async () => (await master.isRemoteAlive()) && (await slave.isRemoteAlive());
    const bothStale = async () => !(await master.isRemoteAlive()) && !(await slave.isRemoteAlive());
    const again = {
      near: () => {
        pair.near = a.bridge(['robot', '--as', 'near', '--nats', nats.url]);
      },
      far: () => {
        pair.far = b.bridge(['robot', '--as', 'far', '--nats', nats.url]);
      },
    };
    await until('both live', bothLive);
    for (const [what, breakIt, mend] of [
      ['the near bridge', () => pair.near.kill(), again.near],
      ['the far bridge', () => pair.far.kill(), again.far],
      ['the server', () => nats.kill(), () => nats.start()],
    ] as const) {
      await breakIt();
      await until(`stale without ${what}`, bothStale);
      await mend();
      await until(`both live again with ${what}`, bothLive);
      const reading = master.read(120_000);
      await reads(master);
      await write(slave, Buffer.from(what));
      assert.equal(`${await reading}`, what);
    }
  });

  it('newest: what was written last while the server was gone arrives when it is back, once, with all it replaced', async () => {
    const { master, slave, nats, near, far } = await open('robot', ['typescript', 'typescript']);
    await write(master, Buffer.from('before'));
    assert.equal(`${await slave.read(120_000)}`, 'before');
    await nats.kill();
    await until('both wait', () => near.state() === 'waiting' && far.state() === 'waiting');
    for (const text of ['one', 'two', 'three']) await write(master, Buffer.from(text));
    await nats.start();
    await far.reach('carrying');
    await until('a master', () => slave.isRemoteAlive());
    assert.equal(`${await slave.read(120_000)}`, 'three');
    assert.equal((await slave.values('stats')).missed, 2);
    assert.equal((await far.stats()).missed, 2);
    await nats.kill();
    await until('both wait', () => near.state() === 'waiting' && far.state() === 'waiting');
    await nats.start();
    await near.reach('carrying');
    const reading = slave.ask('read 500');
    assert.match(await reading, /^error -10/, 'nothing comes twice');
  });

  it('a second bridge for the same end is refused, also when both start at the same moment', async () => {
    const { a, nats, near } = await open('robot', ['c++', 'c++']);
    const second = a.bridge(['robot', '--as', 'near', '--nats', nats.url]);
    assert.deepEqual(await second.ended(), { code: 1, signal: null });
    assert.match(
      second.stderr,
      /^eshm: Cannot bridge 'robot': another bridge \(\S+\) has its near end, expected none/,
    );
    assert.equal(near.state(), 'carrying');
    for (let round = 0; round < ROUNDS; round++) {
      const both = [0, 1].map(() => a.bridge([`twin${round}`, '--as', 'far', '--nats', nats.url]));
      await until('one is refused', () => both.filter(({ running }) => !running).length === 1);
      const [winner] = both.filter(({ running }) => running);
      await winner!.reach('waiting');
      await winner!.quit();
    }
  });

  it('finds out by itself which end it is', async () => {
    await using nats = await NatsServer.start();
    const [a, b] = [await Machine.make(), await Machine.make()];
    const master = a.peer(peers);
    await master.open('master', 'robot');
    const [near, far] = [a, b].map((machine) => machine.bridge(['robot', '--nats', nats.url]));
    const decided = await Promise.all(
      [near!, far!].map((bridge) => bridge.line(({ event, end }) => event === 'state' && end !== undefined)),
    );
    assert.deepEqual(
      decided.map(({ end }) => end),
      ['near', 'far'],
    );
    await far!.reach('carrying');
  });

  it('leaves no segment and no slave behind when it ends', async () => {
    const { master, slave, a, b, near, far } = await open('robot', ['c++', 'c++']);
    await slave.quit();
    await near.quit();
    await far.quit();
    assert.deepEqual(b.segments(), []);
    await until('stale', async () => !(await master.isRemoteAlive()));
    await master.quit();
    assert.deepEqual(a.segments(), []);
    assert.deepEqual([near.stderr, far.stderr], ['', '']);
  });

  it('several channels in one process go by themselves', async () => {
    await using nats = await NatsServer.start();
    const [a, b] = [await Machine.make(), await Machine.make()];
    const near = a.bridge(['one', 'two', '--as', 'near', '--nats', nats.url]);
    const far = b.bridge(['one', 'two', '--as', 'far', '--nats', nats.url]);
    const peersOf = async (name: string) => {
      const [master, slave] = [a.peer(peers), b.peer(peers, 'typescript')];
      await master.open('master', name);
      await far.reach('carrying', name);
      await join(slave, name);
      await near.reach('carrying', name);
      return { master, slave };
    };
    const one = await peersOf('one');
    const two = await peersOf('two');
    await one.master.kill();
    await until('one is stale', async () => !(await one.slave.isRemoteAlive()));
    assert.ok(await two.slave.isRemoteAlive());
    assert.equal(near.state('two'), 'carrying');
  });
});
