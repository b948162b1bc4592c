/** What senders are told, and what becomes of the last message, when bridges, links and servers go and come back. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Machine } from '../../bridge/machine.js';
import { NatsServer } from '../../bridge/nats-server.js';
import { endPairs, type LinkedPair, needsBridge, startLinkedPair } from '../../bridge/pair.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { join, write } from '../../peers/helpers.js';
import { type PeerLanguage, PeerProcess } from '../../peers/peer-process.js';
import { until } from '../../support/channels.js';
import { size } from '../../support/sizes.js';

const NAME = 'robot';

/** Breaks in a row: each goes other ways than the one before, at least by its length. */
const BREAKS = size({ short: 2, long: 4 });

/** How often a process stands still as a message is read or comes. */
const STALLS = size({ short: 5, long: 100 });

describe('eshm bridge: the truth around a break', () => {
  let peers: Peers;

  before(async function () {
    needsBridge(this);
    peers = await requirePeers(this, ['c++']);
  });

  afterEach(async () => {
    await PeerProcess.killAll();
    await endPairs();
  });

  /** Two peers over two bridges that carry. */
  interface Carrying extends LinkedPair {
    readonly master: PeerProcess;
    readonly slave: PeerProcess;
  }

  async function open(
    options: readonly string[] = [],
    { delayMs = 0, languages = ['typescript', 'typescript'] as readonly PeerLanguage[], words = '' } = {},
  ): Promise<Carrying> {
    const pair = await startLinkedPair(NAME, delayMs, ...options);
    const [master, slave] = [pair.a.peer(peers, languages[0]), pair.b.peer(peers, languages[1])];
    await master.open('master', NAME, words);
    await pair.far.reach('carrying');
    // However long a server takes to come back, it looks for its master.
    await join(slave, NAME, 'attempts=0 wait=0');
    await pair.near.reach('carrying');
    await bothLive(master, slave);
    return { ...pair, master, slave };
  }

  const hex = (text: string) => Buffer.from(text).toString('hex');
  const send = (peer: PeerProcess, text: string, timeoutMs: number) =>
    peer.ask(`send ${hex(text)} ${timeoutMs}`);
  const acknowledged = ['--delivery', 'acknowledged'];

  const bothLive = (master: PeerProcess, slave: PeerProcess) =>
    until('both live', async () => (await master.isRemoteAlive()) && (await slave.isRemoteAlive()));

  /** Waits until something unread is there for `reader`. */
  const arrived = (reader: PeerProcess, way: 'm2s' | 's2m') =>
    until('it there', async () => {
      const stats = await reader.values('stats');
      return stats[`${way}_write_count`]! > stats[`${way}_read_count`]!;
    });

  /** Has a process stand still for about as long as makes it stale (100 ms), and does something at about that moment. */
  async function stall(peer: PeerProcess, round: number, act: () => Promise<void>): Promise<void> {
    peer.signal('SIGSTOP');
    await sleep(85 + ((7 * round) % 30));
    await act();
    await sleep(30);
    peer.signal('SIGCONT');
  }

  it('neither end says that there is no master while one lives, not even in its first moment', async () => {
    await using nats = await NatsServer.start();
    const [a, b] = [await Machine.make(), await Machine.make()];
    const master = a.peer(peers);
    await master.open('master', NAME, 'threshold=10000');
    const far = b.bridge([NAME, '--as', 'far', '--nats', nats.url]);
    await far.line(({ reason }) => reason === 'no bridge at the near end');
    const told = a.bridge([NAME, '--as', 'near', '--nats', nats.url]);
    await far.reach('carrying');
    await told.line(({ reason }) => reason === 'no live slave at the far end');
    await told.quit();
    const decided = a.bridge([NAME, '--nats', nats.url]);
    await decided.line(({ reason }) => reason === 'no live slave at the far end');
    for (const { lines } of [far, told, decided]) {
      const reasons = lines.map(({ reason }) => `${reason}`);
      assert.deepEqual(
        reasons.filter((reason) => reason.startsWith('no live master')),
        [],
        `${reasons}`,
      );
    }
  });

  it('acknowledged: what nobody has read is not told to be read after the far bridge was killed', async () => {
    const { master, near, far } = await open(acknowledged);
    const sending = send(master, 'M', 3000);
    await sleep(50);
    await far.kill();
    assert.match(await sending, /^error /);
    assert.equal((await near.stats()).sent, 0);
  });

  it('acknowledged: nor while the near bridge was gone for a moment', async () => {
    const { slave, master, links, far } = await open(acknowledged);
    for (let round = 0; round < BREAKS; round++) {
      links.near.cut();
      await sleep(20);
      assert.match(await send(slave, `S${round}`, 1500), /^error /, `round ${round}`);
      assert.equal((await far.stats()).sent, 0);
      await bothLive(master, slave);
    }
  });

  it('acknowledged: gets through where a round trip takes longer than the lease', async () => {
    const { master, slave, near } = await open([...acknowledged, '--lease', '400'], { delayMs: 300 });
    for (const text of ['one', 'two']) {
      const reading = slave.read(120_000);
      assert.equal(await send(master, text, 120_000), 'ok');
      assert.equal(`${await reading}`, text);
    }
    const { sent, unconfirmed } = await near.stats();
    assert.deepEqual([sent, unconfirmed], [2, 0]);
  });

  for (const end of ['near', 'far'] as const) {
    it(`newest: what was written while the ${end} bridge was gone for a moment arrives both ways, once`, async () => {
      const { master, slave, links } = await open();
      for (let round = 0; round < BREAKS; round++) {
        links[end].cut();
        await sleep(20 + 30 * round);
        await write(master, Buffer.from(`m${round}`));
        await write(slave, Buffer.from(`s${round}`));
        assert.equal(`${await slave.read(120_000)}`, `m${round}`);
        assert.equal(`${await master.read(120_000)}`, `s${round}`);
        await bothLive(master, slave);
      }
      assert.match(await slave.ask('read 300'), /^error -10/);
      assert.match(await master.ask('read 300'), /^error -10/);
    });
  }

  it('newest: nor is it lost where the far bridge had to begin anew before there was a slave', async () => {
    const { a, b, near, far, links } = await startLinkedPair(NAME, 0);
    const [master, slave] = [a.peer(peers, 'typescript'), b.peer(peers, 'typescript')];
    await master.open('master', NAME);
    await far.reach('carrying');
    // Nobody is in the segment that it leaves then, so it has another one afterwards.
    near.child.kill('SIGSTOP');
    await until('it to have left', () => far.state() !== 'carrying');
    near.child.kill('SIGCONT');
    await until('it to be back', () => far.state() === 'carrying');
    await join(slave, NAME, 'attempts=0 wait=0');
    for (let round = 0; round < BREAKS; round++) {
      await bothLive(master, slave);
      links.far.cut();
      await until('it to have left', () => far.state() !== 'carrying');
      await write(slave, Buffer.from(`s${round}`));
      assert.equal(`${await master.read(120_000)}`, `s${round}`);
    }
  });

  it('newest: what was written while the server was restarted arrives both ways', async () => {
    const { master, slave, nats, near, far } = await open();
    for (let round = 0; round < BREAKS; round++) {
      await nats.kill();
      // A slave whose far bridge has left takes it when that one is back, if it has missed it by now.
      const writing = [write(master, Buffer.from(`m${round}`)), write(slave, Buffer.from(`s${round}`))];
      // The one is back some time before the other.
      const last = round % 2 === 0 ? near : far;
      last.child.kill('SIGSTOP');
      await nats.start();
      await sleep(300);
      last.child.kill('SIGCONT');
      await Promise.all(writing);
      assert.equal(`${await slave.read(120_000)}`, `m${round}`);
      assert.equal(`${await master.read(120_000)}`, `s${round}`);
      await bothLive(master, slave);
    }
  });

  it('acknowledged: delivers once through a restart of the server with the message on its way', async () => {
    const { master, slave, nats } = await open(acknowledged);
    for (let round = 0; round < BREAKS; round++) {
      // It gets as far as the socket of the server.
      nats.signal('SIGSTOP');
      await sleep(30);
      const sending = send(master, `M${round}`, 120_000);
      await sleep(100);
      await nats.kill();
      await nats.start();
      assert.equal(`${await slave.read(120_000)}`, `M${round}`);
      assert.equal(await sending, 'ok');
    }
    assert.match(await slave.ask('read 300'), /^error -10/);
  });

  for (const end of ['near', 'far'] as const) {
    it(`acknowledged: delivers once each way through a break of the ${end} bridge, read meanwhile or later`, async () => {
      const { master, slave, links } = await open(acknowledged);
      for (const [from, to] of [
        [master, slave],
        [slave, master],
      ] as const) {
        for (const isReadMeanwhile of [true, false]) {
          const sending = send(from, 'once', 120_000);
          await arrived(to, to === slave ? 'm2s' : 's2m');
          links[end].cut();
          if (!isReadMeanwhile) await sleep(1200);
          assert.equal(`${await to.read(120_000)}`, 'once');
          assert.equal(await sending, 'ok');
          await bothLive(master, slave);
        }
      }
      for (const peer of [master, slave]) assert.match(await peer.ask('read 300'), /^error -10/);
    });
  }

  it('acknowledged: tells a sender that is found stale in the moment in which its message is read', async () => {
    const { master, slave } = await open(acknowledged);
    for (let round = 0; round < STALLS; round++) {
      const sending = send(master, `M${round}`, 120_000);
      await arrived(slave, 'm2s');
      await stall(master, round, async () => assert.equal(`${await slave.read(120_000)}`, `M${round}`));
      assert.equal(await sending, 'ok');
      await bothLive(master, slave);
    }
    assert.match(await slave.ask('read 300'), /^error -10/);
  });

  it('acknowledged: delivers to a reader that is found stale in the moment in which the message comes', async () => {
    const { master, slave } = await open(acknowledged);
    for (let round = 0; round < STALLS; round++) {
      let sending: Promise<string> | undefined;
      await stall(master, round, async () => {
        sending = send(slave, `S${round}`, 120_000);
      });
      assert.equal(`${await master.read(120_000)}`, `S${round}`);
      assert.equal(await sending, 'ok');
      await bothLive(master, slave);
    }
    assert.match(await master.ask('read 300'), /^error -10/);
  });

  it('acknowledged: what was not read when its reader died is not for the next one', async () => {
    const { master, slave, b, near } = await open(acknowledged);
    const sending = send(master, 'for the first', 4000);
    await sleep(100);
    await slave.kill();
    const next = b.peer(peers, 'typescript');
    await sleep(700);
    await join(next, NAME);
    assert.match(await next.ask('read 2000'), /^error -10/);
    assert.match(await sending, /^error /);
    await near.reach('carrying');
    const reading = next.read(120_000);
    assert.equal(await send(master, 'for the next', 120_000), 'ok');
    assert.equal(`${await reading}`, 'for the next');
  });

  it('a master that the near bridge cannot join lives for nobody over there, until it can', async () => {
    // A slave that has had no core for a moment is not taken for a dead one, whose place is free.
    const { master, slave, a, links, near, far } = await open([], { words: 'threshold=3000' });
    await near.kill();
    // Another one is quicker.
    const occupant = a.peer(peers);
    await join(occupant, NAME);
    await until('stale', async () => !(await slave.isRemoteAlive()));
    const again = a.bridge([NAME, '--as', 'near', '--nats', links.near.url]);
    const { reason } = await again.line(({ state }) => state === 'waiting');
    await until('why', () =>
      /a live slave has the place here \(pid \d+\)/.test(`${again.lines.at(-1)?.reason}`),
    );
    for (let looks = 0; looks < 100; looks++) {
      assert.equal(await slave.isRemoteAlive(), false, `${reason}`);
      assert.notEqual(far.state(), 'carrying');
      await sleep(25);
    }
    await occupant.quit();
    await bothLive(master, slave);
    await again.reach('carrying');
  });

  it('nor does one whose messages are of another size', async () => {
    const { a, b, nats } = await startLinkedPair('other', 0);
    const master = a.peer(peers, 'typescript');
    await master.open('master', NAME, 'size=64');
    const [near, far] = (['near', 'far'] as const).map((end) =>
      (end === 'near' ? a : b).bridge([NAME, '--as', end, '--nats', nats.url]),
    );
    await until('why', () => /give both ends the same maxDataSize/.test(`${near!.lines.at(-1)?.reason}`));
    await far!.line(({ reason }) => reason === 'no live master at the near end');
    await sleep(1000);
    assert.equal(
      far!.lines.some(({ state }) => state === 'carrying'),
      false,
    );
  });
});
