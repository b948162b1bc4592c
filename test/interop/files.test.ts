/** TypeScript beside C++ and Python programs whose memory is a file: streams, and a master that is started again. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { layoutFor } from '../../layout/index.js';
import { Eshm } from '../../lib/index.js';
import { type Peers, requirePeers } from '../peers/build.js';
import { cleanUp, uniqueName, until } from '../peers/helpers.js';
import { type PeerLanguage, PeerProcess } from '../peers/peer-process.js';
import { fileOf } from '../support/channels.js';
import { addOne, openRaw } from '../support/raw-memory.js';
import { size } from '../support/sizes.js';

const { masterToSlave, channel } = layoutFor();

/** The issue of the stream: that nothing is torn or comes twice, which a busy machine does not change. */
const STREAM_S = size({ short: 0.5, long: 60 });
const GAP_US = 1000;

/** A reader ends when nothing has come for this long: more than a writer that has no core stands still, in ms. */
const SILENCE_MS = size({ short: 700, long: 10_000 });

/** A stream takes ten times as long on a busy machine; what takes longer than that hangs. */
const WATCHDOG_MS = 120_000 + 10_000 * STREAM_S;

for (const shm of ['posix', 'posix-remembers'] as const) {
  describe(`files: ${shm}`, () => {
    let peers: Peers;
    let name: string;

    before(async function () {
      peers = await requirePeers(this, ['c++', 'python'], { shm });
    });
    beforeEach(() => {
      name = uniqueName('files');
    });
    afterEach(() => cleanUp());

    // Within one connection the two builds do the same, so in short each has another language's programs.
    const languages: readonly PeerLanguage[] = size({
      short: shm === 'posix' ? ['c++'] : ['python'],
      long: ['c++', 'python'],
    });
    const pairs = languages.flatMap((language) => [
      [language, 'typescript'] as const,
      ['typescript', language] as const,
    ]);
    for (const [masterLanguage, slaveLanguage] of pairs) {
      it(`a ${masterLanguage} master and a ${slaveLanguage} slave stream both ways, none torn, and none twice to us`, async () => {
        const master = PeerProcess.start(peers, masterLanguage);
        const slave = PeerProcess.start(peers, slaveLanguage);
        await master.open('master', name, 'threshold=5000');
        await slave.open('slave', name, 'threshold=5000');
        for (const [from, to] of [
          [master, slave],
          [slave, master],
        ] as const) {
          const written = STREAM_S * 1000;
          const draining = to.values(`drain ${SILENCE_MS}`, WATCHDOG_MS);
          await from.values(`burst ${written} 64 ${GAP_US}`, WATCHDOG_MS);
          const { messages, bad, repeated, backward, lost, last } = await draining;
          assert.deepEqual({ bad, backward }, { bad: 0, backward: 0 });
          // The original's reader takes the next message twice when it is stopped between its look at the count and its copy.
          const isOurs = to === (masterLanguage === 'typescript' ? master : slave);
          if (isOurs) assert.equal(repeated, 0);
          assert.ok(messages! > 0 && messages! <= written, `${messages} of ${written}`);
          assert.equal(messages! - repeated! + lost!, last! + 1, 'each is read, or lost to a later one');
        }
      });
    }

    it('a slave reads on when a TypeScript master is killed, or closes, and another starts', async () => {
      const slave = PeerProcess.start(peers, 'c++');
      let last = 0;
      let master: PeerProcess | undefined;
      for (const end of ['kill', 'close', 'kill', 'close'] as const) {
        master = PeerProcess.start(peers, 'typescript');
        await master.open('master', name, 'threshold=1000 shm=posix');
        if (last === 0) await slave.open('slave', name, 'wait=0 attempts=0');
        const heard: number[] = [];
        await until(`messages of master ${last + 1}`, async () => {
          last++;
          const reading = slave.read(50).catch(() => undefined);
          await master!.write(Buffer.from(`${last}`)).catch(() => {});
          const message = await reading;
          if (message !== undefined) heard.push(Number(`${message}`));
          return heard.length >= 5;
        });
        assert.deepEqual(
          heard,
          [...heard].sort((a, b) => a - b),
          'in order, and none of an earlier master',
        );
        // Twice only where the original's reader was stopped between its look at the count and its copy.
        assert.ok(new Set(heard).size >= 4, `${heard}`);
        if (end === 'kill') await master.kill();
        else {
          await master.command('close');
          await master.command('quit');
        }
      }
    });

    it('an endpoint does in a file what it does in a segment', async () => {
      const peer = PeerProcess.start(peers, 'c++');
      await peer.open('master', name, 'threshold=5000');
      const slave = Eshm.open(name, { role: 'slave' });
      try {
        assert.equal(slave.shm, 'posix');
        assert.ok(existsSync(fileOf(name)));
        assert.equal(slave.peek(), undefined);
        await peer.write(Buffer.from('one'));
        await peer.write(Buffer.from('two'));
        assert.equal(`${slave.peek()}`, 'two');
        assert.equal(`${slave.readSync()}`, 'two');
        assert.equal(slave.missed, 1);
        const room = Buffer.alloc(16);
        assert.equal(slave.tryReadInto(room), -1);
        await peer.write(Buffer.from('three'));
        assert.equal(room.toString('utf8', 0, slave.tryReadInto(room)), 'three');
        await peer.write(Buffer.from('too large for it'));
        assert.throws(() => slave.tryReadInto(Buffer.alloc(4)), { code: 'ESHM_BUFFER_TOO_SMALL' });
        assert.equal(`${slave.tryRead()}`, 'too large for it');
        const reading = peer.read(60_000);
        await slave.send('acknowledged', { timeoutMs: 60_000, resendMs: 20 });
        assert.equal(`${await reading}`, 'acknowledged');
        const { m2sWriteCount, m2sReadCount, s2mReadCount } = slave.stats();
        assert.deepEqual([m2sWriteCount, m2sReadCount, s2mReadCount], [4n, 3n, 1n]);
        // A writer publishes a message first and counts it then, so who has read one may see the count move later.
        using file = openRaw(name, 'posix');
        addOne(file!, masterToSlave + channel.writeCount, 8, 'lowest');
        assert.equal(slave.stats().m2sWriteCount, 5n);
        const loop = slave[Symbol.asyncIterator]();
        const next = loop.next();
        await peer.write(Buffer.from('looped'));
        assert.equal(`${(await next).value}`, 'looped');
        await loop.return?.();
      } finally {
        slave.close();
      }
    });
  });
}
