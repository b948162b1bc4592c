/** A reader of MCAP, written from its specification alone: it believes nothing that another part of the file can show. */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';

/** A message with its topic. */
export interface SpecMessage {
  readonly topic: string;
  readonly sequence: number;
  readonly logTime: bigint;
  readonly publishTime: bigint;
  readonly data: Buffer;
}

/** A channel record; the text of its schema, if it has one. */
export interface SpecChannel {
  readonly topic: string;
  readonly encoding: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly schema: string | undefined;
}

const MAGIC = Buffer.from([0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a]);
const [HEADER, FOOTER, SCHEMA, CHANNEL, MESSAGE, CHUNK, INDEX, CHUNK_INDEX] = [1, 2, 3, 4, 5, 6, 7, 8];
const [STATISTICS, METADATA, METADATA_INDEX, SUMMARY_OFFSET, DATA_END] = [0x0b, 0x0c, 0x0d, 0x0e, 0x0f];

/** Fields one after the other. */
class Fields {
  at = 0;
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  step(size: number): number {
    this.at += size;
    return this.at - size;
  }
  u16 = () => this.bytes.readUInt16LE(this.step(2));
  u32 = () => this.bytes.readUInt32LE(this.step(4));
  u64 = () => this.bytes.readBigUInt64LE(this.step(8));
  take = (size: number) => this.bytes.subarray(this.step(size), this.at);
  text = () => this.take(this.u32()).toString();
  map<K, V>(key: () => K, value: () => V): [K, V][] {
    const pairs: [K, V][] = [];
    for (const end = this.u32() + this.at; this.at < end; ) pairs.push([key(), value()]);
    return pairs;
  }
}

interface Rec {
  readonly op: number;
  readonly offset: number;
  readonly end: number;
  readonly fields: Fields;
}

function records(bytes: Buffer, from: number, to: number): Rec[] {
  const found: Rec[] = [];
  for (let offset = from; offset < to; ) {
    const end = offset + 9 + Number(bytes.readBigUInt64LE(offset + 1));
    assert.ok(end <= to, `a record at ${offset} ends at ${end}, behind ${to}`);
    found.push({ op: bytes[offset]!, offset, end, fields: new Fields(bytes.subarray(offset + 9, end)) });
    offset = end;
  }
  return found;
}

/** Reads a whole file, and checks all that its parts say of each other. */
export function readSpec(bytes: Buffer, unpack: (bytes: Buffer) => Buffer = (bytes) => bytes) {
  assert.ok(bytes.subarray(0, 8).equals(MAGIC) && bytes.subarray(-8).equals(MAGIC), 'magic');
  const all = records(bytes, 8, bytes.length - 8);
  assert.equal(all[0]!.op, HEADER);
  assert.equal(all.at(-1)!.op, FOOTER);
  const footer = all.at(-1)!.fields;
  const [summaryStart, offsetStart] = [Number(footer.u64()), Number(footer.u64())];
  assert.equal(
    footer.u32(),
    crc32(bytes.subarray(summaryStart, all.at(-1)!.offset + 25)),
    'CRC of the summary',
  );
  const dataEnd = all.find(({ op }) => op === DATA_END)!;
  assert.equal(dataEnd.end, summaryStart);
  assert.equal(dataEnd.fields.u32(), crc32(bytes.subarray(0, dataEnd.offset)), 'CRC of the data');

  const schemas = new Map<number, string>();
  const channels = new Map<number, SpecChannel>();
  const messages: SpecMessage[] = [];
  const counts = new Map<number, bigint>();
  const chunks = new Map<
    bigint,
    { length: bigint; start: bigint; end: bigint; indexes: [number, bigint][] }
  >();
  const name = ({ op, fields }: Rec) => {
    const id = fields.u16();
    if (op === SCHEMA) {
      assert.ok(id > 0 && fields.text() !== '', 'a schema has a number and a name');
      fields.text();
      schemas.set(id, fields.take(fields.u32()).toString());
    } else {
      const schemaId = fields.u16();
      assert.ok(schemaId === 0 || schemas.has(schemaId), 'its schema comes before a channel');
      const [topic, encoding] = [fields.text(), fields.text()];
      const metadata = Object.fromEntries(fields.map(fields.text, fields.text));
      channels.set(id, { topic, encoding, metadata, schema: schemas.get(schemaId) });
    }
  };
  let chunk: { bytes: Buffer; offset: bigint } | undefined;
  for (const record of all.slice(1, all.indexOf(dataEnd))) {
    const { op, fields, offset, end } = record;
    if (op === CHUNK) {
      const [start, stop, size, crc] = [fields.u64(), fields.u64(), fields.u64(), fields.u32()];
      const compression = fields.text();
      const packed = fields.take(Number(fields.u64()));
      const inside = compression === '' ? packed : unpack(packed);
      assert.deepEqual([BigInt(inside.length), crc32(inside)], [size, crc], 'size and CRC of a chunk');
      for (const one of records(inside, 0, inside.length)) {
        if (one.op !== MESSAGE) {
          assert.ok(one.op === SCHEMA || one.op === CHANNEL, `${one.op} in a chunk`);
          name(one);
          continue;
        }
        const id = one.fields.u16();
        assert.ok(channels.has(id), 'its channel comes before a message');
        const [sequence, logTime, publishTime] = [one.fields.u32(), one.fields.u64(), one.fields.u64()];
        assert.ok(start <= logTime && logTime <= stop, 'a message lies within the times of its chunk');
        counts.set(id, (counts.get(id) ?? 0n) + 1n);
        const { topic } = channels.get(id)!;
        messages.push({ topic, sequence, logTime, publishTime, data: one.fields.bytes.subarray(22) });
      }
      chunk = { bytes: inside, offset: BigInt(offset) };
      chunks.set(chunk.offset, { length: BigInt(end - offset), start, end: stop, indexes: [] });
    } else if (op === INDEX) {
      const id = fields.u16();
      chunks.get(chunk!.offset)!.indexes.push([id, BigInt(offset)]);
      for (const [time, at] of fields.map(fields.u64, fields.u64)) {
        const found = new Fields(chunk!.bytes.subarray(Number(at)));
        assert.equal(found.bytes[0], MESSAGE, 'an index leads to a message');
        found.at = 9;
        const [channel, , logTime] = [found.u16(), found.u32(), found.u64()];
        assert.deepEqual([channel, logTime], [id, time], 'to one of its channel and time');
      }
    } else assert.equal(op, METADATA);
  }

  const summary = all.slice(all.indexOf(dataEnd) + 1, -1);
  const groups = new Map<number, [from: number, length: number]>();
  for (const { op, fields, offset, end } of summary) {
    if (op !== SUMMARY_OFFSET) {
      const [from = offset, length = 0] = groups.get(op) ?? [];
      groups.set(op, [from, length + end - offset]);
    }
    if (op === SCHEMA) assert.ok(schemas.has(fields.u16()));
    else if (op === CHANNEL) assert.ok(channels.has(fields.u16()));
    else if (op === STATISTICS) {
      const counted = [fields.u64(), fields.u16(), fields.u32(), fields.u32(), fields.u32(), fields.u32()];
      assert.deepEqual(counted, [BigInt(messages.length), schemas.size, channels.size, 0, 1, chunks.size]);
      const times = messages.map(({ logTime }) => logTime).sort((a, b) => Number(a - b));
      assert.deepEqual([fields.u64(), fields.u64()], [times[0] ?? 0n, times.at(-1) ?? 0n]);
      assert.deepEqual(new Map(fields.map(fields.u16, fields.u64)), counts);
    } else if (op === METADATA_INDEX) assert.equal(bytes[Number(fields.u64())], METADATA);
    else if (op === CHUNK_INDEX) {
      const [start, stop, at, length] = [fields.u64(), fields.u64(), fields.u64(), fields.u64()];
      assert.deepEqual(
        { start, end: stop, length, indexes: fields.map(fields.u16, fields.u64) },
        chunks.get(at),
      );
      chunks.delete(at);
    } else {
      assert.equal(op, SUMMARY_OFFSET);
      assert.ok(offset >= offsetStart);
      const group = fields.bytes[fields.at++]!;
      assert.deepEqual([Number(fields.u64()), Number(fields.u64())], groups.get(group), `group ${group}`);
    }
  }
  assert.equal(chunks.size, 0, 'every chunk is in the index');
  return { channels: [...channels.values()], messages };
}
