import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { layoutFor } from '../../../layout/index.js';
import {
  Eshm,
  type ObservedEitherWay,
  type ObservedMessage,
  type Observer,
  type ShmKind,
} from '../../../lib/index.js';
import { record, u32 } from '../../../lib/record/index.js';
import { requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { assertNothingLeft, fileOf, imageOf, uniqueName, until } from '../../support/channels.js';

const KINDS: readonly ShmKind[] = ['system-v', 'posix'];

/** The next `count` messages. */
async function take<M2s, S2m>(
  observer: Observer<M2s, S2m>,
  count: number,
): Promise<ObservedEitherWay<M2s, S2m>[]> {
  const seen: ObservedEitherWay<M2s, S2m>[] = [];
  for await (const message of observer) {
    seen.push(message);
    if (seen.length === count) break;
  }
  return seen;
}

/**
 * Has a peer that forgets what was written between its reads read what the other writes: it is written until it has, each
 * when the observer has seen the one before. Returns how often.
 */
async function readBy(
  reader: PeerProcess,
  writer: PeerProcess,
  hex: string,
  seen: () => number | undefined,
): Promise<number> {
  let answer: string | undefined;
  const read = reader.ask('read 60000').then((line) => (answer = line));
  for (let written = 1; ; written++) {
    await writer.ask(`write ${hex}`);
    await until('it is seen', () => seen() === written);
    if (answer === undefined) continue;
    assert.equal(await read, `data ${hex}`);
    return written;
  }
}

const bytesOf = (name: string, shm: ShmKind) =>
  shm === 'posix' ? readFileSync(fileOf(name)) : imageOf(name);

/** A channel's bytes less the hearts, which beat. */
function still(bytes: Buffer): Buffer {
  const { header } = layoutFor();
  for (const at of [header.masterHeartbeat, header.slaveHeartbeat]) bytes.fill(0, at, at + 8);
  return bytes;
}

/** A channel's bytes less all that those who talk over it change: hearts, messages and counts. */
function untouched(bytes: Buffer): Buffer {
  const { channel, channelSize, headerSize } = layoutFor();
  for (const start of [headerSize, headerSize + channelSize])
    bytes.fill(0, start, start + channel.readCount + 8);
  return still(bytes);
}

for (const shm of KINDS) {
  describe(`Eshm.observe() of ${shm}`, () => {
    afterEach(async () => {
      await PeerProcess.killAll();
      assertNothingLeft();
    });

    it('sees both ways of two C++ programs, and changes no byte', async function () {
      const peers = await requirePeers(this, ['c++'], { shm });
      await using master = PeerProcess.start(peers);
      await using slave = PeerProcess.start(peers);
      const name = uniqueName('observe');
      await master.ask(`open master ${name} threshold=10000`);
      await slave.ask(`open slave ${name} threshold=10000`);
      const before = still(bytesOf(name, shm));
      const observer = Eshm.observe(name);
      await turn();
      assert.equal(observer.state()?.shm, shm);
      assert.deepEqual(still(bytesOf(name, shm)), before);
      const seen: ObservedMessage[] = [];
      const loop = (async () => {
        for await (const message of observer) seen.push(message);
      })();
      const down = await readBy(slave, master, '6f6e65', () => seen.at(-1)?.count);
      const up = await readBy(master, slave, '74776f', () => (seen.length > down ? seen.at(-1)?.count : 0));
      assert.deepEqual(
        seen.map(({ direction, data }) => `${direction} ${data}`),
        [...Array(down).fill('m2s one'), ...Array(up).fill('s2m two')],
      );
      assert.ok(seen.every(({ missed }) => missed === 0));
      assert.ok(seen.every(({ at }, i) => i === 0 || seen[i - 1]!.at < at));
      // What the peers count is what they did: each wrote so often, and read once.
      assert.deepEqual([await master.ask('stats'), await slave.ask('stats')].map(countsIn), [
        [down, 1, up, 1],
        [down, 1, up, 1],
      ]);
      // Of what two C++ programs never touch, nothing has moved while they talked.
      assert.deepEqual(untouched(bytesOf(name, shm)), untouched(before));
      // Nothing is written from here on: neither by the observer that looks, nor when it leaves.
      const after = still(bytesOf(name, shm));
      await turn();
      observer.state();
      assert.deepEqual(still(bytesOf(name, shm)), after);
      observer.close();
      await loop;
      assert.deepEqual(still(bytesOf(name, shm)), after);
      await slave.ask('close');
      await master.ask('close');
    });

    it('gives nothing torn of a writer that never pauses, and numbers every message', async function () {
      const peers = await requirePeers(this, ['c++'], { shm });
      await using master = PeerProcess.start(peers);
      const name = uniqueName('observe-fast');
      await master.ask(`open master ${name} threshold=10000`);
      using observer = Eshm.observe(name);
      const written = master.ask('torture-write 1 mixed');
      let count = 0;
      for await (const message of observer) {
        const { data, missed } = message;
        assert.equal(message.count, count + missed + 1);
        count = message.count;
        // Each is its own number, less 1, as a byte over and over.
        assert.ok(data.length > 0 && data.equals(Buffer.alloc(data.length, count - 1)), `message ${count}`);
        if (count > 20_000) break;
      }
      await written;
      await master.ask('close');
    });

    it('begins before there is a channel, and lives through a kill and a master in its place', async function () {
      const peers = await requirePeers(this, ['c++'], { shm });
      const name = uniqueName('observe-restart');
      using observer = Eshm.observe(name);
      const events: string[] = [];
      for (const event of ['appeared', 'vanished', 'replaced', 'stale', 'recovered'] as const) {
        observer.on(event, (what) => events.push(`${event}${'role' in what ? ` ${what.role}` : ''}`));
      }
      assert.equal(observer.state(), null);
      const seen: string[] = [];
      void (async () => {
        for await (const { data } of observer) seen.push(`${data}`);
      })();
      await using first = PeerProcess.start(peers);
      await first.ask(`open master ${name}`);
      await first.ask('write 61');
      await until('the first message', () => seen.includes('a'));
      await first.kill();
      await until('stale', () => events.includes('stale master'));
      await using second = PeerProcess.start(peers);
      await second.ask(`open master ${name}`);
      await until('recovered', () =>
        events.some((event) => event !== 'appeared' && event !== 'stale master'),
      );
      await second.ask('write 62');
      await until('the second message', () => seen.includes('b'));
      await second.ask('close');
      // It may have vanished for a moment before, when the second master put another one in its place.
      await until('vanished at last', () => events.at(-1) === 'vanished');
      assert.equal(observer.state(), null);
      assert.equal(events[0], 'appeared');
    });

    it('of several names gives each its own, and misses what came while nobody asked', async () => {
      const names = [uniqueName('observe-a'), uniqueName('observe-b')];
      const masters = names.map((name) => Eshm.open(name, { role: 'master', shm }));
      using observer = Eshm.observe(names, { shm });
      const first = take(observer, 1);
      masters[0]!.write('0');
      assert.equal(`${(await first)[0]!.data}`, '0');
      await turn();
      for (let i = 1; i <= 10; i++) for (const master of masters) master.write(`${i}`);
      const seen = await take(observer, 2);
      assert.deepEqual(
        seen.map(({ name, data, missed }) => [names.indexOf(name), `${data}`, missed]).sort(),
        [
          [0, '10', 9],
          [1, '10', 9],
        ],
      );
      for (const master of masters) master.close();
    });

    it('tells of what is no record, and goes on', async () => {
      const name = uniqueName('observe-record');
      using master = Eshm.open(name, { role: 'master', shm });
      using observer = Eshm.observe(name, { shm, record: { m2s: record('Count', { n: u32 }) } });
      const corrupt: string[] = [];
      observer.on('corrupt', (error, message) => corrupt.push(`${error.code} ${message?.bytes}`));
      const seen = take(observer, 1);
      master.write('no record');
      await until('corrupt', () => corrupt.length === 1);
      master.write(Uint8Array.of(7, 0, 0, 0));
      assert.deepEqual((await seen)[0]!.data, { n: 7 });
      assert.deepEqual((await seen)[0]!.bytes, Buffer.of(7, 0, 0, 0));
      assert.deepEqual(corrupt, ['ESHM_CORRUPT no record']);
    });

    it('warns of the first of them where nobody listens, and names the channel', async () => {
      const name = uniqueName('observe-record');
      let decoded = 0;
      const decode = (bytes: Buffer) => {
        decoded++;
        if (bytes.length !== 4) throw new Error(`${bytes.length} bytes`);
        return bytes;
      };
      using master = Eshm.open(name, { role: 'master', shm });
      using observer = Eshm.observe(name, { shm, codec: { m2s: { decode } } });
      const warnings: (Error & { code?: string })[] = [];
      const onWarning = (warning: Error) => warnings.push(warning);
      process.on('warning', onWarning);
      try {
        const loop = observer[Symbol.asyncIterator]();
        for (const count of [1, 3]) {
          const next = loop.next();
          master.write('no record');
          await until('the message that is none', () => decoded === count);
          master.write('good');
          assert.equal(`${(await next).value?.data}`, 'good');
        }
        assert.deepEqual(
          warnings.map(({ code, message }) => `${code} ${message.split(';')[0]}`),
          [`ESHM_CORRUPT Cannot read message from '${name}': its codec cannot decode it: 9 bytes`],
        );
      } finally {
        process.off('warning', onWarning);
      }
    });

    it('ends with the reason of its signal', async () => {
      const controller = new AbortController();
      const observer = Eshm.observe(uniqueName('observe-signal'), { shm, signal: controller.signal });
      const seen = take(observer, 1);
      controller.abort(new Error('enough'));
      await assert.rejects(seen, /enough/);
      await assert.rejects(take(observer, 1), /enough/);
    });

    it('tells the size of a slot by the first message', async () => {
      const name = uniqueName('observe-size');
      using master = Eshm.open(name, { role: 'master', shm, maxDataSize: 4090 - 40 });
      using observer = Eshm.observe(name, { shm });
      for (const count of [1, 2]) {
        const seen = take(observer, 1);
        master.write(`message ${count}`);
        const [message] = await seen;
        assert.deepEqual([`${message!.data}`, message!.count], [`message ${count}`, count]);
      }
      // In a file the upper half is an epoch.
      assert.equal(BigInt.asUintN(32, observer.state()!.m2s.writeCount), 2n);
    });
  });
}

describe('Eshm.observe()', () => {
  afterEach(() => assertNothingLeft());

  it('refuses what is no name, no option and no record', () => {
    const observe = Eshm.observe as (name: unknown, options?: object) => unknown;
    assert.throws(() => observe([]), /there is no name/);
    assert.throws(() => observe(5), TypeError);
    assert.throws(() => observe('x', { role: 'slave' }), /there is no option 'role'/);
    assert.throws(() => observe('x', { record: 5 }), /record is of type number/);
    assert.throws(() => observe('x', { record: { out: 1 } }), /record has a 'out'/);
    const Count = record('Count', { n: u32 });
    const codec = { decode: String };
    for (const [options, message] of [
      [
        { encoding: 'utf8', record: Count },
        "encoding is 'utf8' while both ways have a record, expected one of them; no message would be text",
      ],
      [
        { encoding: 'cstring', record: { m2s: Count }, codec: { s2m: codec } },
        "encoding is 'cstring' while both ways have a record or a codec, expected one of them; no message would be text",
      ],
      [
        { encoding: 'utf8', codec },
        "encoding is 'utf8' while both ways have a codec, expected one of them; no message would be text",
      ],
      [
        { record: Count, codec: { s2m: codec } },
        "the way 's2m' has a record and a codec, expected one of them",
      ],
      [{ maxDataSize: 0 }, 'maxDataSize is 0, expected an integer from 1 to 536870912'],
      [{ maxDataSize: '9' }, 'maxDataSize is of type string, expected a number'],
      [{ shm: 'file' }, "shm is 'file', expected one of 'auto', 'system-v', 'posix'"],
      [{ shm: 5 }, 'shm is of type number, expected a string'],
      [{ encoding: 'latin1' }, "encoding is 'latin1', expected one of 'cstring', 'utf8' or null"],
    ] as const) {
      assert.throws(() => observe('x', options), { message: `Cannot observe: ${message}` });
    }
  });
});

/** Written and read messages in the answer to `stats`. */
function countsIn(stats: string): number[] {
  return [...stats.matchAll(/(?:m2s|s2m)_\w+_count=(\d+)/g)].map(([, n]) => Number(n));
}
