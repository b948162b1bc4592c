/** What is written is what is read: by other readers of MCAP, and by our own, whatever became of the file. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { deriveKey } from '../../../layout/index.js';
import { EshmError } from '../../../lib/index.js';
import { openRecording, type RecordedMessage } from '../../../lib/recording/index.js';
import type { ObservedMessage } from '../../../lib/recording/observed.js';
import { recordFrom } from '../../../lib/recording/recorder.js';
import { formatKey } from '../../../syscalls/index.js';
import { type Change, FakeObservation, START_AT, seen } from './fake.js';
import { messagesOf, ownFolder, readStrictly } from './files.js';

/** Records what a test has prepared, to its end. */
async function record(file: string, script: Iterable<ObservedMessage | Change>, options = {}) {
  const recorder = await recordFrom(() => new FakeObservation(script), ['robot'], {
    file,
    overwrite: true,
    ...options,
  });
  await recorder.over();
  return recorder.stats();
}

const plain = ({
  name,
  direction,
  data,
  count,
  missed,
  generation,
  at,
}: ObservedMessage | RecordedMessage) => ({
  name,
  direction,
  data: data.toString('hex'),
  count,
  missed,
  generation,
  at,
});

/** Messages as an observer may see them: counts that go on, jump, begin anew; two directions; equal times. */
const observed = fc
  .array(
    fc.record({
      direction: fc.constantFrom('m2s' as const, 's2m' as const),
      data: fc.uint8Array({ maxLength: 40 }),
      count: fc.oneof(fc.nat(20), fc.constantFrom(2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40)),
      missed: fc.nat(3),
      generation: fc.integer({ min: 1, max: 3 }),
      afterNs: fc.bigInt({ min: 0n, max: 3_000_000_000n }),
    }),
    { maxLength: 60 },
  )
  .map((all) => {
    let at = START_AT;
    return all.map(({ afterNs, data, ...one }) => {
      at += afterNs;
      return seen({ ...one, data: Buffer.from(data), at });
    });
  });

describe('a recording', () => {
  const folder = ownFolder();

  it('has every message as it was seen, for the strict readers of @mcap/core, for one of the specification and for ours', async () => {
    const file = folder.file('any.mcap');
    await fc.assert(
      fc.asyncProperty(observed, async (messages) => {
        await record(file, messages);
        const { messages: inFile } = await readStrictly(file);
        const raw = inFile.filter(({ topic }) => topic !== 'robot/state');
        assert.deepEqual(
          raw.map(({ topic, sequence, logTime, publishTime, data }) => [
            topic,
            sequence,
            logTime,
            publishTime,
            data.toString('hex'),
          ]),
          messages.map(({ direction, count, at, data }) => [
            `robot/${direction}`,
            count % 2 ** 32,
            at,
            at,
            data.toString('hex'),
          ]),
        );
        assert.deepEqual((await messagesOf(file)).map(plain), messages.map(plain));
      }),
      { numRuns: 40 },
    );
  });

  it('that was cut anywhere reads up to its last whole chunk', async () => {
    const [file, cut] = [folder.file('whole.mcap'), folder.file('cut.mcap')];
    // More than a chunk of a megabyte, twice.
    const messages = Array.from({ length: 600 }, (_, i) =>
      seen({ count: i + 1, data: Buffer.alloc(4096, i) }),
    );
    await record(file, messages);
    const bytes = readFileSync(file);
    const found = new Set<number>();
    const lengths = [200, bytes.length - 1, bytes.length - 37, bytes.length - 2000];
    for (const length of [
      ...lengths,
      ...Array.from({ length: 40 }, (_, i) => Math.floor((i * bytes.length) / 40) + 150),
    ]) {
      writeFileSync(cut, bytes.subarray(0, length));
      await using recording = await openRecording(cut);
      assert.deepEqual(recording.cutFiles, [cut]);
      const read = await messagesOf(cut);
      assert.equal(recording.channels[0]?.m2s ?? 0, read.length);
      assert.deepEqual(read.map(plain), messages.slice(0, read.length).map(plain));
      found.add(read.length);
    }
    assert.equal(found.size, 4, `nothing, one chunk, two, all: ${[...found]}`);
  });

  it('that is damaged reads, or says what is wrong with it', async () => {
    const [file, damaged] = [folder.file('whole.mcap'), folder.file('damaged.mcap')];
    await record(
      file,
      Array.from({ length: 20 }, (_, i) => seen({ count: i + 1 })),
    );
    const bytes = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
        const copy = Buffer.from(bytes);
        copy[at] = byte;
        writeFileSync(damaged, copy);
        const error = await messagesOf(damaged).then(
          () => undefined,
          (error) => error,
        );
        if (error === undefined) return;
        assert.ok(error instanceof EshmError, `${error}`);
        assert.equal(error.code, 'ESHM_CORRUPT');
        assert.ok(error.message.startsWith(`Cannot read recording ${damaged}: `), error.message);
      }),
      { numRuns: 400 },
    );
  });

  it('in many files is read as one, whatever their order', async () => {
    const messages = Array.from({ length: 900 }, (_, i) =>
      seen({ count: i + 1, data: Buffer.alloc(1000, i) }),
    );
    const stats = await record(folder.file('parts.mcap'), messages, { splitSize: 2 ** 17 });
    assert.ok(stats.files >= 5, `${stats.files} files`);
    const files = Array.from({ length: stats.files }, (_, i) =>
      folder.file(`parts-${`${i + 1}`.padStart(6, '0')}.mcap`),
    );
    for (const file of files) {
      const { channels, messages } = await readStrictly(file);
      assert.ok(messages.length > 0 && readFileSync(file).length <= 2 ** 17);
      assert.deepEqual(channels.map(({ topic }) => topic).sort(), ['robot/m2s', 'robot/state']);
    }
    assert.deepEqual((await messagesOf(files.reverse())).map(plain), messages.map(plain));
  });

  it('gives the part that is asked for, with what its messages are', async () => {
    const file = folder.file('part.mcap');
    const messages = Array.from({ length: 100 }, (_, i) =>
      seen({ count: i + 1, direction: i % 4 === 0 ? 's2m' : 'm2s', generation: 3 }),
    );
    await record(file, messages);
    await using recording = await openRecording(file);
    assert.deepEqual(
      [recording.startAt, recording.endAt],
      [START_AT, messages.at(-1)!.at],
      'the state of the channel comes first',
    );
    const [from, to] = [messages[20]!.at, messages[80]!.at];
    const read = async (range: object) => {
      const found = [];
      for await (const message of recording.messages(range)) found.push(message);
      return found;
    };
    const part = await read({ from, to, direction: 's2m' });
    assert.deepEqual(
      part.map(({ at, generation }) => [at, generation]),
      messages
        .filter(({ at, direction }) => direction === 's2m' && at >= from && at <= to)
        .map(({ at }) => [at, 3]),
    );
    assert.deepEqual(await read({ names: ['arm'] }), []);
  });

  it('tells what happened to the channel between its messages', async () => {
    const file = folder.file('states.mcap');
    const changes: Change[] = [
      { event: 'stale', role: 'master' },
      { event: 'recovered', role: 'master' },
    ];
    await record(file, [seen({ count: 1 }), changes[0]!, seen({ count: 2 }), changes[1]!]);
    const { messages, channels } = await readStrictly(file);
    assert.deepEqual(
      messages.map(({ topic }) => topic),
      ['robot/state', 'robot/m2s', 'robot/state', 'robot/m2s', 'robot/state'],
    );
    await using recording = await openRecording(file);
    const found = [];
    for await (const { event, role, at } of recording.states())
      found.push([event, role, Number(at - START_AT) / 1e6]);
    assert.deepEqual(found, [
      ['recording', undefined, 0],
      ['stale', 'master', 1],
      ['recovered', 'master', 2],
    ]);
    const raw = channels.find(({ topic }) => topic === 'robot/m2s')!;
    assert.deepEqual(raw.metadata, {
      'eshm.name': 'robot',
      'eshm.content': 'm2s',
      'eshm.key': formatKey(deriveKey('robot')),
      'eshm.shm': 'posix',
      'eshm.maxDataSize': '4096',
      'eshm.generation': '1',
    });
    assert.equal(raw.schema, undefined);
    const state = channels.find(({ topic }) => topic === 'robot/state')!;
    assert.equal(JSON.parse(state.schema!).properties.generation.type, 'integer');
  });

  it('that is none is refused with what was found', async () => {
    const refused = async (text: string | Buffer, expected: RegExp) => {
      const file = folder.file('other');
      writeFileSync(file, text);
      await assert.rejects(openRecording(file), { code: 'ESHM_CORRUPT', message: expected });
    };
    await refused('', /: it is empty, expected an MCAP file$/);
    await refused(
      Buffer.from('\x89MCAP0\r\n', 'latin1'),
      /: it was cut off before its first record was whole$/,
    );
    await refused('\x7fELF and more', /: it begins with other bytes, expected an MCAP file$/);
    await assert.rejects(openRecording(folder.file('nowhere.mcap')), {
      code: 'ESHM_UNSUPPORTED',
      message: /nowhere\.mcap: there is no such file \(ENOENT\)$/,
    });
    await assert.rejects(openRecording(folder.path), { message: /: it is a folder \(EISDIR\)$/ });
    await assert.rejects(openRecording([]), RangeError);
    await assert.rejects(openRecording(5 as never), TypeError);
  });
});
