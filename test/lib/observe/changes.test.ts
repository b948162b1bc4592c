/** What comes under the name while it is observed: another channel, another kind of memory, something else, nothing to read. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { deriveKey, layoutFor, MAGIC, VERSION } from '../../../layout/index.js';
import { sleepSync } from '../../../lib/idle/index.js';
import { Eshm, type ObservedMessage, type Observer, type ShmKind } from '../../../lib/index.js';
import { channelName, Site } from '../../../lib/store/index.js';
import { Segment } from '../../../syscalls/index.js';
import { requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { assertNothingLeft, fileOf, uniqueName, until } from '../../support/channels.js';
import { NOBODY, needsAnotherUser } from '../../support/needs.js';
import { openRaw, removeRaw } from '../../support/raw-memory.js';
import { builtUrl, evaluate } from '../../support/run-node.js';

const KINDS: readonly ShmKind[] = ['system-v', 'posix'];

/** What an observer sees and tells from now on; its loop ends with it. */
function witness(observer: Observer) {
  const events: string[] = [];
  const seen: ObservedMessage[] = [];
  for (const event of ['appeared', 'vanished', 'replaced'] as const) {
    observer.on(event, ({ shm }) => events.push(`${event} ${shm}`));
  }
  observer.on('unreadable', ({ shm }, error) => events.push(`unreadable ${shm} ${error.message}`));
  const loop = (async () => {
    for await (const message of observer) seen.push(message);
  })();
  return { events, seen, loop, texts: () => seen.map(({ data }) => `${data}`) };
}

/** Makes something under the name that is no channel. */
function putForeign(name: string, shm: ShmKind): void {
  if (shm === 'posix') writeFileSync(fileOf(name), Buffer.alloc(100, 1));
  else Segment.create(deriveKey(name), 100, 0o600).detach();
}

const otherOf = (shm: ShmKind): ShmKind => (shm === 'posix' ? 'system-v' : 'posix');

describe('an observer', () => {
  let name: string;
  beforeEach(() => {
    name = uniqueName('observe');
  });
  afterEach(async () => {
    await PeerProcess.killAll();
    assertNothingLeft();
  });

  for (const shm of KINDS) {
    it(`says replaced, once, when another channel is in the place of one of ${shm}, and loses no message`, async () => {
      let master = Eshm.open(name, { role: 'master', shm });
      using observer = Eshm.observe(name);
      const { events, seen, texts } = witness(observer);
      master.write('first');
      await until('the first message', () => seen.length === 1);
      // Nobody else runs between these: no look finds the name free.
      master.write('last of it');
      master.close();
      master = Eshm.open(name, { role: 'master', shm });
      master.write('first of the other');
      // By then it is time to look what is under the name, before anything else.
      sleepSync(100);
      await until('the first message of the other', () => texts().includes('first of the other'));
      assert.deepEqual(texts(), ['first', 'last of it', 'first of the other']);
      assert.deepEqual(
        seen.map(({ count, missed }) => [count, missed]),
        [
          [1, 0],
          [2, 0],
          [1, 0],
        ],
      );
      assert.deepEqual(events, [`appeared ${shm}`, `replaced ${shm}`]);
      master.close();
      await until('it is gone', () => events.length === 3);
      assert.equal(events[2], `vanished ${shm}`);
    });

    it(`goes on in the other kind of memory when its C++ master moves there from ${shm}, and comes back`, async function () {
      const peersOf = {
        'system-v': await requirePeers(this, ['c++'], { shm: 'system-v' }),
        posix: await requirePeers(this, ['c++'], { shm: 'posix' }),
      };
      using observer = Eshm.observe(name);
      const { events, seen } = witness(observer);
      const way = [shm, otherOf(shm), shm];
      for (const [turn, here] of way.entries()) {
        await using master = PeerProcess.start(peersOf[here]);
        await master.open('master', name, 'threshold=10000');
        for (const count of [1, 2]) {
          await master.write(Buffer.from(`${turn} ${count}`));
          await until('it is seen', () => seen.length === 2 * turn + count);
        }
        assert.equal(observer.state()?.shm, here);
        await master.quit();
        await until('it is gone', () => events.at(-1) === `vanished ${here}`);
        assert.equal(observer.state(), null);
      }
      assert.deepEqual(
        seen.map(({ data, shm, count, missed }) => [`${data}`, shm, count, missed]),
        way.flatMap((here, turn) => [1, 2].map((count) => [`${turn} ${count}`, here, count, 0])),
      );
      assert.deepEqual(
        events,
        way.flatMap((here) => [`appeared ${here}`, `vanished ${here}`]),
      );
    });

    it(`is with the channel where something else lies in the other place, in ${shm}`, async () => {
      putForeign(name, shm);
      using master = Eshm.open(name, { role: 'master', shm: otherOf(shm) });
      using observer = Eshm.observe(name);
      const { events, texts } = witness(observer);
      master.write('here');
      await until('the message', () => texts().includes('here'));
      assert.equal(observer.state()?.shm, otherOf(shm));
      await until('it tells of the other', () => events.length === 2);
      assert.deepEqual(
        events.map((event) => event.replace(/ (the |Cannot).*/, '')),
        [`appeared ${otherOf(shm)}`, `unreadable ${shm}`],
      );
      assert.match(events[1]!, /: its size of 100 bytes fits no ESHM channel$/);
      // Whoever asks for that place alone is told at once.
      assert.throws(() => Eshm.observe(name, { shm }), { code: 'ESHM_SHM_ATTACH', message: /100 bytes/ });
      removeRaw(name, shm);
    });

    it(`refuses what is no channel, in ${shm}, where there is none in the other place`, () => {
      putForeign(name, shm);
      const refusal = {
        code: 'ESHM_SHM_ATTACH',
        message: /^Cannot observe '.*' in the .*: its size of 100 bytes fits no ESHM channel$/,
      };
      assert.throws(() => Eshm.observe(name), refusal);
      // Of several names it is the same: what is wrong with one is not made good by another.
      const other = uniqueName('observe');
      const master = Eshm.open(other, { role: 'master' });
      assert.throws(() => Eshm.observe([other, name]), refusal);
      master.close();
      removeRaw(name, shm);
    });

    it(`tells of what comes later and is no channel, in ${shm}, and goes on when it has gone`, async () => {
      using observer = Eshm.observe(name);
      const { events, texts } = witness(observer);
      putForeign(name, shm);
      await until('it tells', () => events.length === 1);
      assert.match(events[0]!, /^unreadable .*100 bytes/);
      removeRaw(name, shm);
      using master = Eshm.open(name, { role: 'master', shm });
      await until('it is found', () => events.length === 2);
      master.write('here');
      await until('the message', () => texts().includes('here'));
      assert.deepEqual(events.slice(1), [`appeared ${shm}`]);
    });

    it(`looks again at what it could not read in ${shm}, and says once why it cannot`, async () => {
      const { segmentSize, header } = layoutFor();
      const other = Buffer.alloc(segmentSize);
      other.writeUInt32LE(MAGIC, header.magic);
      other.writeUInt32LE(VERSION + 1, header.version);
      using observer = Eshm.observe(name);
      const { events, seen } = witness(observer);
      let looks = 0;
      const counted = setInterval(() => looks++, 40);
      new Site(channelName(name), shm)
        .create(segmentSize, 0o600, (store) => {
          if (store.file === undefined) store.bytes.set(other);
          else store.file.write(0, other, 0, segmentSize);
          return true;
        })!
        .detach();
      await until('it tells', () => events.length > 0);
      const from = looks;
      await until('it has looked again', () => looks > from + 3);
      assert.equal(events.length, 1);
      assert.match(
        events[0]!,
        new RegExp(`^unreadable ${shm} .*: its version is ${VERSION + 1}, expected ${VERSION};`),
      );
      {
        using memory = openRaw(name, shm)!;
        memory.write(header.version, Uint8Array.of(VERSION));
        await until('it is a channel', () => events.length === 2);
        assert.equal(events[1], `appeared ${shm}`);
        const { masterToSlave, channel } = layoutFor();
        memory.write(masterToSlave + channel.dataSize, Uint8Array.of(1));
        memory.write(masterToSlave + channel.sequence, Uint8Array.of(2));
        memory.write(masterToSlave + channel.writeCount, Uint8Array.of(1));
        await until('the message', () => seen.length === 1);
      }
      clearInterval(counted);
      removeRaw(name, shm);
    });

    it(`of another user sees ${shm} with permission to read alone, and says what to do without`, async function () {
      needsAnotherUser(this);
      using hidden = Eshm.open(name, { role: 'master', shm, mode: 0o600 });
      const readable = uniqueName('observe');
      using master = Eshm.open(readable, { role: 'master', shm, mode: 0o644 });
      const writing = setInterval(() => master.write('for all'), 5);
      const code = `
        const { Eshm } = await import(${JSON.stringify(builtUrl('lib/index.js'))});
        const [hidden, readable] = ${JSON.stringify([name, readable])};
        let error;
        try { Eshm.observe(hidden); } catch (caught) { error = caught; }
        const observer = Eshm.observe(readable);
        const { value } = await observer[Symbol.asyncIterator]().next();
        observer.close();
        console.log(JSON.stringify({
          seen: String(value.data), code: error?.code, errno: error?.errnoName, message: error?.message,
        }));`;
      const { seen, ...error } = await evaluate<Record<string, string>>(code, {
        uid: NOBODY,
        gid: NOBODY,
        env: { PATH: process.env.PATH },
      }).finally(() => clearInterval(writing));
      assert.equal(seen, 'for all');
      assert.deepEqual([error.code, error.errno], ['ESHM_SHM_ATTACH', 'EACCES']);
      assert.match(error.message!, new RegExp(`^Cannot observe '${name}': .*EACCES`));
      assert.match(
        error.message!,
        /mode 0600 and belongs to uid 0, this process runs as uid 65534: run as uid 0, or /,
      );
      assert.match(
        error.message!,
        shm === 'posix' ? /\(chmod a\+r \/dev\/shm\/eshm_/ : /create it with a wider mode/,
      );
      // Attached nowhere, and nobody's.
      assert.equal(hidden.stats().slavePid, 0);
    });
  }
});
