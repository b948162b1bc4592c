/** Messages as JSON beside their bytes, with the schema of each topic. */
import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { fromObject, items } from '../../../lib/items/index.js';
import {
  array,
  bool,
  bytes,
  enumeration,
  f32,
  f64,
  flags,
  record,
  text,
  u8,
  u64,
} from '../../../lib/record/index.js';
import { recordFrom } from '../../../lib/recording/recorder.js';
import { FakeObservation, seen } from './fake.js';
import { messagesOf, ownFolder, readStrictly } from './files.js';

const Point = record('Point', { x: f64, y: f64 });
const TwoCounts = record('TwoCounts', { a: u64, b: u64 });
const Pose = record('Pose', {
  seq: u64,
  at: Point,
  q: array(f32, 2),
  path: array(Point, 2),
  mode: enumeration(u8, { idle: 0, moving: 1 }),
  set: flags(u8, { armed: 1 }),
  ok: bool,
  frame: text(4),
  raw: bytes(2),
});

const given = {
  seq: 2n ** 60n + 1n,
  at: { x: 1.5, y: Number.NaN },
  q: [0.5, Number.POSITIVE_INFINITY],
  path: [
    { x: 1, y: 2 },
    { x: 3, y: 4 },
  ],
  mode: 'moving' as const,
  set: ['armed', 64] as const,
  ok: true,
  frame: 'map',
  raw: Uint8Array.of(1, 255),
};

describe('messages as JSON', () => {
  const folder = ownFolder();

  async function recordAll(data: readonly Uint8Array[], options: object) {
    const file = folder.file('json.mcap');
    const messages = data.map((one, i) => seen({ count: i + 1, data: Buffer.from(one) }));
    await (
      await recordFrom(() => new FakeObservation(messages), ['robot'], { file, overwrite: true, ...options })
    ).over();
    assert.equal((await messagesOf(file)).length, data.length, 'every message as its bytes');
    return readStrictly(file);
  }

  it('a record has its fields, exact integers as numbers, what is no number as null', async () => {
    const { channels, messages } = await recordAll([Pose.encode(given), Buffer.from('another')], {
      records: [Pose],
    });
    const json = messages.filter(({ topic }) => topic === 'robot/m2s/Pose');
    assert.deepEqual(
      json.map(({ sequence, data }) => [sequence, `${data}`]),
      [
        [
          1,
          '{"seq":1152921504606846977,"at":{"x":1.5,"y":null},"q":[0.5,null],"path":[{"x":1,"y":2},{"x":3,"y":4}],"mode":"moving","set":["armed","64"],"ok":true,"frame":"map","raw":"Af8="}',
        ],
      ],
    );
    const { encoding, metadata, schema } = channels.find(({ topic }) => topic === 'robot/m2s/Pose')!;
    assert.deepEqual(
      [encoding, metadata['eshm.content'], metadata['eshm.direction']],
      ['json', 'json', 'm2s'],
    );
    const point = {
      type: 'object',
      title: 'Point',
      properties: { x: { type: 'number' }, y: { type: 'number' } },
    };
    assert.deepEqual(JSON.parse(schema!), {
      type: 'object',
      title: 'Pose',
      properties: {
        seq: { type: 'integer' },
        at: point,
        q: { type: 'array', items: { type: 'number' } },
        path: { type: 'array', items: point },
        mode: { type: 'string' },
        set: { type: 'array', items: { type: 'string' } },
        ok: { type: 'boolean' },
        frame: { type: 'string' },
        raw: { type: 'string', contentEncoding: 'base64' },
      },
    });
  });

  it('of several records a message is told by its size; two of one size are refused', async () => {
    const { messages } = await recordAll([Point.encode({ x: 1, y: 2 }), Pose.encode(given)], {
      records: [Pose, Point],
    });
    const topics = messages.map(({ topic }) => topic).filter((topic) => topic.split('/').length === 3);
    assert.deepEqual(topics, ['robot/m2s/Point', 'robot/m2s/Pose']);
    const twins = { records: [Point, TwoCounts] };
    await assert.rejects(recordAll([], twins), {
      name: 'RangeError',
      message: /^Cannot record: Point and TwoCounts both have 16 bytes/,
    });
  });

  it('items have their keys, with a schema by the first message; others are bytes alone', async () => {
    const codec = items();
    const first = Buffer.from(
      codec.encode(fromObject({ counter: 42n, temperature: 21, on: true, name: 'a"b' })),
    );
    const event = codec.encode([
      { type: 'event', key: 'alarm', value: { name: 'hot', parameters: fromObject({ at: 90.5 }) } },
    ]);
    const { channels, messages } = await recordAll([first, Buffer.from(event), Buffer.from('none of it')], {
      items: true,
    });
    const json = messages
      .filter(({ topic }) => topic === 'robot/m2s/items')
      .map(({ data }) => JSON.parse(`${data}`));
    assert.deepEqual(json, [
      { counter: 42, temperature: 21, on: true, name: 'a"b' },
      { alarm: { event: 'hot', parameters: { at: 90.5 } } },
    ]);
    const { schema } = channels.find(({ topic }) => topic === 'robot/m2s/items')!;
    assert.deepEqual(JSON.parse(schema!).properties, {
      counter: { type: 'integer' },
      temperature: { type: 'number' },
      on: { type: 'boolean' },
      name: { type: 'string' },
    });
  });

  it('compressed, where this Node can; else it says from which on', async () => {
    const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer) => Buffer };
    const file = folder.file('zstd.mcap');
    const messages = Array.from({ length: 500 }, (_, i) => seen({ count: i + 1 }));
    const recording = recordFrom(() => new FakeObservation(messages), ['robot'], {
      file,
      compress: true,
      overwrite: true,
    });
    if (zstdDecompressSync === undefined) {
      await assert.rejects(recording, {
        code: 'ESHM_UNSUPPORTED',
        message:
          /^Cannot record with compress: zstd is not in this runtime .*, expected Node 22\.15 or later$/,
      });
      return;
    }
    await (await recording).over();
    assert.equal((await messagesOf(file)).length, 500);
    await readStrictly(file, (packed) => zstdDecompressSync(packed));
  });
});
