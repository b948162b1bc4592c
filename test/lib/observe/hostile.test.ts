/** Many observers of one channel, and channels whose memory holds anything at all. */
import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { layoutFor } from '../../../layout/index.js';
import { Eshm, EshmError, type ObservedMessage, type Observer, type ShmKind } from '../../../lib/index.js';
import { channelName, Site } from '../../../lib/store/index.js';
import { assertNothingLeft, fileOf, segmentOf, uniqueName, until } from '../../support/channels.js';
import { openRaw, rawImage, removeRaw } from '../../support/raw-memory.js';
import { size } from '../../support/sizes.js';

const KINDS: readonly ShmKind[] = ['system-v', 'posix'];
const OBSERVERS = 10;

const { segmentSize, header, channel, masterToSlave, slaveToMaster } = layoutFor();

/** Places that say something: every word of the header, and of both channels all but the bytes of their messages. */
const WORDS = [
  ...Object.values(header),
  ...[masterToSlave, slaveToMaster].flatMap((start) =>
    Object.values(channel)
      .filter((at) => at !== channel.data)
      .map((at) => start + at),
  ),
];

/** Bytes that come over a place, from one word on or from anywhere. */
const scribbles = fc.array(
  fc.record({
    at: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...WORDS) }, fc.nat(segmentSize - 1)),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
      fc
        .constantFrom(0, 0xff, 0x7f, 1)
        .chain((byte) => fc.nat({ max: 300 }).map((length) => new Uint8Array(length + 1).fill(byte))),
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

/** A message that says that it is larger than its slot: written, as far as sequence and count go. */
const tooLarge = [
  { at: masterToSlave + channel.dataSize, bytes: Uint8Array.of(0xff, 0xff, 0xff, 0x7f) },
  { at: masterToSlave + channel.sequence, bytes: Uint8Array.of(4) },
  { at: masterToSlave + channel.writeCount, bytes: Uint8Array.of(2) },
];

/** What an observer sees until it is closed, and what its loop throws. */
function follow(observer: Observer) {
  const seen: ObservedMessage[] = [];
  const loop = (async () => {
    for await (const message of observer) seen.push(message);
  })();
  return { seen, loop };
}

for (const shm of KINDS) {
  describe(`observers of a channel in ${shm}`, () => {
    let name: string;
    beforeEach(() => {
      name = uniqueName('observe');
    });
    afterEach(() => assertNothingLeft());

    it('are as many as one likes: each sees all, and none is counted', async () => {
      using master = Eshm.open(name, { role: 'master', shm });
      const observers = Array.from({ length: OBSERVERS }, () => Eshm.observe(name, { shm }));
      const followers = observers.map(follow);
      for (let count = 1; count <= 30; count++) {
        master.write(`message ${count}`);
        await until('all have seen it', () => followers.every(({ seen }) => seen.length === count));
      }
      if (shm === 'system-v') assert.equal(segmentOf(name)!.attachments, 1 + OBSERVERS);
      for (const observer of observers) observer.close();
      for (const { seen, loop } of followers) {
        await loop;
        assert.deepEqual(
          seen.map(({ data, count, missed }) => [`${data}`, count, missed]),
          Array.from({ length: 30 }, (_, i) => [`message ${i + 1}`, i + 1, 0]),
        );
      }
      const { m2sReadCount, slavePid, slaveAlive } = master.stats();
      assert.deepEqual([m2sReadCount, slavePid, slaveAlive], [0n, 0, false]);
      if (shm === 'system-v') assert.equal(segmentOf(name)!.attachments, 1);
    });

    /** Leaves memory under the name as a master and its messages left it, and nobody in it. */
    function leaveChannel(): void {
      const master = Eshm.open(name, { role: 'master', shm });
      master.write('a message');
      const image = rawImage(name, shm)!;
      master.close();
      new Site(channelName(name), shm)
        .create(segmentSize, 0o600, (store) => {
          if (store.file === undefined) store.bytes.set(image);
          else store.file.write(0, image, 0, image.length);
          return true;
        })!
        .detach();
    }

    /** A channel that is made in the place of what is there. */
    async function assertFinds(observer: Observer, seen: readonly ObservedMessage[]): Promise<void> {
      removeRaw(name, shm);
      using master = Eshm.open(name, { role: 'master', shm });
      master.write('sound');
      await until('the new one', () => `${seen.at(-1)?.data}` === 'sound');
      assert.equal(observer.state()?.m2s.data.toString(), 'sound');
    }

    it('go on when anything at all comes over its bytes, and find the one after it', async () => {
      leaveChannel();
      using observer = Eshm.observe(name, { shm });
      const { seen, loop } = follow(observer);
      let end: unknown;
      loop.catch((error) => {
        end = error;
      });
      let told = 0;
      observer.on('corrupt', (error) => {
        assert.equal(error.code, 'ESHM_CORRUPT');
        told += 1;
      });
      const memory = openRaw(name, shm)!;
      const image = memory.read(0, memory.size);
      await fc.assert(
        fc.asyncProperty(scribbles, async (all) => {
          for (const { at, bytes } of all) {
            memory.write(at, bytes.subarray(0, segmentSize - at));
            // A channel in which nothing has happened for a while is looked at each millisecond or so.
            await sleep(2);
            observer.state();
          }
          assert.equal(end, undefined);
          memory.write(0, image);
        }),
        { numRuns: size({ short: 60, long: 3000 }) },
      );
      for (const { at, bytes } of tooLarge) memory.write(at, bytes);
      await until('what was too large is told', () => told > 0);
      memory[Symbol.dispose]();
      await assertFinds(observer, seen);
      assert.equal(end, undefined);
      for (const { data } of seen) assert.ok(data.length <= 4096);
    });

    if (shm === 'posix') {
      it('go on when their file is cut short', async () => {
        leaveChannel();
        using observer = Eshm.observe(name, { shm });
        const { seen } = follow(observer);
        for (const length of [masterToSlave + 8, header.masterGeneration, 0]) {
          truncateSync(fileOf(name), length);
          for (let looks = 0; looks < 5; looks++) {
            await turn();
            observer.state();
          }
        }
        await assertFinds(observer, seen);
      });
    }

    it('that come to anything at all see it as a channel or say what it is', async () => {
      await fc.assert(
        fc.asyncProperty(scribbles, async (all) => {
          leaveChannel();
          {
            using memory = openRaw(name, shm)!;
            for (const { at, bytes } of all) memory.write(at, bytes.subarray(0, segmentSize - at));
          }
          try {
            using observer = Eshm.observe(name, { shm });
            const { seen } = follow(observer);
            observer.state();
            await turn();
            await assertFinds(observer, seen);
          } catch (error) {
            assert.ok(error instanceof EshmError, `${error}`);
            assert.equal(error.code, 'ESHM_SHM_ATTACH');
          } finally {
            removeRaw(name, shm);
          }
        }),
        { numRuns: size({ short: 40, long: 1000 }) },
      );
    });
  });
}
