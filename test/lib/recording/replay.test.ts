/** What was recorded is played: into C++ programs, into endpoints of ours, and refused where it does not fit. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { McapWriter } from '@mcap/core';
import { Eshm } from '../../../lib/index.js';
import { type ReplayOptions, replay } from '../../../lib/recording/index.js';
import type { ObservedMessage } from '../../../lib/recording/observed.js';
import { recordFrom } from '../../../lib/recording/recorder.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { assertNothingLeft, uniqueName, until } from '../../support/channels.js';
import { FakeObservation, START_AT, seen } from './fake.js';
import { ownFolder } from './files.js';

describe('replay()', () => {
  let peers: Peers;
  let name: string;
  const folder = ownFolder();
  const open: { close(): void }[] = [];

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });
  beforeEach(() => {
    name = uniqueName('replay');
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) one.close();
    await PeerProcess.killAll();
    assertNothingLeft();
  });

  async function record(messages: readonly ObservedMessage[], maxDataSize = 4096): Promise<string> {
    const file = folder.file('replay.mcap');
    const names = [...new Set(messages.map((message) => message.name))];
    const observation = new FakeObservation(messages);
    observation.channelNow = { shm: 'system-v', generation: 1, maxDataSize };
    const recorder = await recordFrom(() => observation, names, { file, overwrite: true });
    await recorder.over();
    return file;
  }

  /** Numbered messages of {@link name}, so many ms apart. */
  const numbered = (count: number, apartMs: number, more: Partial<ObservedMessage> = {}) =>
    Array.from({ length: count }, (_, i) =>
      seen({ name, count: i + 1, at: START_AT + BigInt(Math.round(i * apartMs * 1e6)), ...more }),
    );

  const textsOf = (messages: readonly ObservedMessage[]) => messages.map(({ data }) => `${data}`);

  /** The messages that reach a slave of ours, until the replay is over. */
  async function readings(file: string, options: ReplayOptions): Promise<string[]> {
    const playing = replay(file, { waitForPeer: true, ...options });
    const slave = await Eshm.connect(name, { staleThresholdMs: 10_000 });
    open.push(slave);
    const texts: string[] = [];
    const reading = (async () => {
      for await (const data of slave) texts.push(`${data}`);
    })().catch(() => {});
    await (await playing).over();
    slave.close();
    await reading;
    return texts;
  }

  it('with ack a C++ slave reads every message of the master, in its order', async () => {
    const messages = numbered(40, 1);
    const file = await record(messages);
    const slave = PeerProcess.start(peers);
    const playing = replay(file, { ack: true, waitForPeer: true, resendMs: 50, ackTimeoutMs: 60_000 });
    await until('the master', async () => (await slave.ask(`open slave ${name}`)).startsWith('ok'));
    const read: string[] = [];
    while (read.at(-1) !== textsOf(messages).at(-1)) read.push(`${await slave.read(60_000)}`);
    const stats = await (await playing).over();
    // A reader that forgets is sent a message again.
    assert.deepEqual([...new Set(read)], textsOf(messages));
    assert.deepEqual([stats.messages, stats.unwritten, stats.passes], [40, 0, 1]);
  });

  it('with ack a C++ master reads every message of the slave', async () => {
    const messages = numbered(20, 1, { direction: 's2m' });
    const file = await record(messages);
    const master = PeerProcess.start(peers);
    await master.open('master', name, 'threshold=10000');
    const playing = await replay(file, { role: 'slave', ack: true, resendMs: 50, ackTimeoutMs: 60_000 });
    const read: string[] = [];
    while (read.at(-1) !== textsOf(messages).at(-1)) read.push(`${await master.read(60_000)}`);
    await playing.over();
    assert.deepEqual([...new Set(read)], textsOf(messages));
    await master.quit();
  });

  it('plays no message before its time, several channels on one clock, and tells how late they came', async () => {
    const other = uniqueName('replay');
    const file = await record(
      [...numbered(30, 5), ...numbered(10, 20).map((message) => ({ ...message, name: other }))].sort(
        (one, two) => Number(one.at - two.at),
      ),
    );
    const begun = performance.now();
    const playing = await replay(file);
    const stats = await playing.over();
    assert.ok(performance.now() - begun >= 9 * 20, 'as long as the slower one takes');
    assert.deepEqual(
      stats.traffic.map(({ name, messages }) => [name, messages]).sort(),
      [[name, 30] as const, [other, 10] as const].sort(),
    );
    const { p50, p99, max } = stats.lateMs!;
    assert.ok(0 <= p50 && p50 <= p99 && p99 <= max && stats.late <= stats.messages, JSON.stringify(stats));
    assert.deepEqual(playing.stats(), stats);
  });

  it('faster and slower, a part only, under another name, several times', async () => {
    const messages = numbered(20, 10);
    const file = await record(messages.map((message) => ({ ...message, name: 'robot' })));
    const texts = textsOf(messages);
    const names = { robot: name };
    const ack = { names, ack: true, ackTimeoutMs: 60_000 };
    let begun = performance.now();
    assert.deepEqual(await readings(file, { ...ack, speed: Number.POSITIVE_INFINITY }), texts);
    begun = performance.now();
    assert.deepEqual(await readings(file, { ...ack, speed: 0.5, from: 50, to: 100 }), texts.slice(5, 11));
    assert.ok(performance.now() - begun >= 100, 'half a tenth of a second at half the speed');
    const from = messages[17]!.at;
    begun = performance.now();
    assert.deepEqual(await readings(file, { ...ack, from, loop: 3 }), Array(3).fill(texts.slice(17)).flat());
    // Three times from the first to the last, and a period between.
    assert.ok(performance.now() - begun >= 3 * 20 + 2 * 10);
  });

  it('both ends at once, without anybody else', async () => {
    const file = await record([...numbered(10, 1), ...numbered(10, 1, { direction: 's2m' })]);
    const stats = await (await replay(file, { role: 'both' })).over();
    assert.deepEqual(
      stats.traffic.map(({ direction, messages }) => [direction, messages]),
      [
        ['m2s', 10],
        ['s2m', 10],
      ],
    );
  });

  it('ends in good order when it is closed or its signal is aborted, also while it waits for a peer', async () => {
    const file = await record(numbered(3, 3_600_000));
    const playing = await replay(file, { loop: Number.POSITIVE_INFINITY });
    await until('the first message', () => playing.stats().messages === 1);
    await playing.close();
    assert.equal(playing.stats().messages, 1);
    const stop = new AbortController();
    const waiting = replay(file, { waitForPeer: true, signal: stop.signal });
    await sleep(20);
    stop.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  it('says what does not fit', async () => {
    const file = await record(numbered(3, 1, { data: Buffer.alloc(100) }), 64);
    await assert.rejects((await replay(file)).over(), {
      code: 'ESHM_BUFFER_TOO_SMALL',
      message: `Cannot replay '${name}': a message at 0.000 s has 100 bytes, expected 64 at most, as the recording says of this channel; open both ends with a larger maxDataSize`,
    });
    assert.equal((await (await replay(file, { maxDataSize: 128 })).over()).messages, 3);
    await assert.rejects(replay(file, { role: 'slave' }), {
      name: 'RangeError',
      message: /has no messages of a slave on .*, expected some; see the option role$/,
    });
    await assert.rejects(replay(file, { names: { arm: 'arm' } }), {
      name: 'RangeError',
      message: `Cannot replay 'arm': it is not in the recording, expected one of '${name}'`,
    });
    const answers = await record(numbered(3, 1, { direction: 's2m' }));
    await assert.rejects(replay(answers, { role: 'slave', timeoutMs: 50 }), { code: 'ESHM_TIMEOUT' });
    const master = PeerProcess.start(peers);
    await master.open('master', name, 'threshold=10000');
    const unread = await replay(answers, { role: 'slave', ack: true, ackTimeoutMs: 50 });
    await assert.rejects(unread.over(), { code: 'ESHM_TIMEOUT' });
    await master.quit();
  });

  it('plays more than it reads ahead, each message once, in order', async () => {
    const messages = numbered(4096 + 500, 0.001);
    const file = await record(messages);
    const texts = await readings(file, { ack: true, ackTimeoutMs: 60_000, speed: Number.POSITIVE_INFINITY });
    assert.deepEqual(texts, textsOf(messages));
  });

  it('says that a file of another tool has no channel', async () => {
    const file = folder.file('foreign.mcap');
    const parts: Uint8Array[] = [];
    let size = 0n;
    const writer = new McapWriter({
      writable: {
        position: () => size,
        async write(part) {
          parts.push(Buffer.from(part));
          size += BigInt(part.length);
        },
      },
    });
    await writer.start({ profile: 'ros2', library: 'another' });
    const schemaId = await writer.registerSchema({
      name: 'geometry_msgs/msg/Pose',
      encoding: 'ros2msg',
      data: Buffer.from('float64 x'),
    });
    const channelId = await writer.registerChannel({
      schemaId,
      topic: `${name}/m2s`,
      messageEncoding: 'cdr',
      metadata: new Map(),
    });
    for (let sequence = 1; sequence <= 3; sequence++) {
      const logTime = START_AT + BigInt(sequence);
      await writer.addMessage({ channelId, sequence, logTime, publishTime: logTime, data: Buffer.alloc(8) });
    }
    await writer.end();
    writeFileSync(file, Buffer.concat(parts));
    await assert.rejects(replay(file), {
      code: 'ESHM_CORRUPT',
      message: `Cannot read recording ${file}: it is of another tool ('another') and has topics such as ${name}/m2s, expected a file of eshm record`,
    });
  });

  it('refuses options that are not allowed, before it opens anything', async () => {
    const refused = (options: object, expected: RegExp, type: string) =>
      assert.rejects(replay('nowhere.mcap', options), { name: type, message: expected });
    await refused({ pace: 2 }, /there is no option 'pace'/, 'TypeError');
    await refused({ role: 'auto' }, /role is 'auto', expected 'master', 'slave' or 'both'/, 'RangeError');
    await refused({ speed: 0 }, /speed is 0, expected a number above 0/, 'RangeError');
    await refused({ speed: '2' }, /speed is of type string/, 'TypeError');
    await refused({ loop: 0 }, /loop is 0, expected 1 times or more/, 'RangeError');
    await refused({ from: -1 }, /from is -1, expected 0 ms or more/, 'RangeError');
    await refused({ resendMs: 5 }, /resendMs is set without ack/, 'RangeError');
    await refused({ names: { a: 'x', b: 'x' } }, /two channels are to be 'x'/, 'RangeError');
    await refused({ names: {} }, /names is empty/, 'RangeError');
    await refused({ names: ['a'] }, /names is something else/, 'TypeError');
    await refused({ ack: 1 }, /ack is of type number, expected true or false/, 'TypeError');
    await refused({ signal: {} }, /signal is of class Object/, 'TypeError');
  });
});
