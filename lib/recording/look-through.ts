import { MAGIC, type Mcap, type McapChunkIndex, OPCODE, type Readable, type RecordBuilder } from './mcap.js';
import { DECOMPRESS } from './zstd.js';

/** Bytes before the contents of a record: what it is, and how long its contents are. */
const LEAD_SIZE = 9;

/** Longest record that is read at once; a length beyond it stands in no file that anybody wrote. */
const LONGEST_RECORD = 2n ** 31n;

/** A record: its contents, and all of it as it stands there. */
interface Found {
  readonly opcode: number;
  readonly contents: Buffer;
  readonly whole: Buffer;
}

/** The records that lie one after the other in `bytes`, up to the first that is not whole. */
function* recordsIn(bytes: Buffer): Generator<Found & { readonly offset: number }> {
  for (let offset = 0; offset + LEAD_SIZE <= bytes.length; ) {
    const length = bytes.readBigUInt64LE(offset + 1);
    const end = BigInt(offset + LEAD_SIZE) + length;
    if (end > BigInt(bytes.length)) return;
    const whole = bytes.subarray(offset, Number(end));
    yield { opcode: bytes[offset]!, contents: whole.subarray(LEAD_SIZE), whole, offset };
    offset = Number(end);
  }
}

/** The fields of a chunk; `undefined` for one that holds less than it says. */
function chunkOf(contents: Buffer) {
  if (contents.length < 32) return undefined;
  const compressionSize = contents.readUInt32LE(28);
  const at = 32 + compressionSize;
  if (contents.length < at + 8) return undefined;
  const size = contents.readBigUInt64LE(at);
  if (size > BigInt(contents.length - at - 8)) return undefined;
  return {
    messageStartTime: contents.readBigUInt64LE(0),
    messageEndTime: contents.readBigUInt64LE(8),
    uncompressedSize: contents.readBigUInt64LE(16),
    compression: contents.toString('utf8', 32, at),
    records: contents.subarray(at + 8, at + 8 + Number(size)),
  };
}

/**
 * A file without an index, because it was cut off or is still being written, with the index that it would have: what comes
 * after its last whole record is left out. It is looked through once, and held nowhere.
 *
 * @throws what taking a compressed chunk apart throws
 */
export async function lookThrough(mcap: Mcap, file: Readable): Promise<Readable> {
  const end = new End(mcap);
  const size = await file.size();
  let offset = BigInt(MAGIC.length);
  while (offset + BigInt(LEAD_SIZE) <= size) {
    const lead = Buffer.from(await file.read(offset, BigInt(LEAD_SIZE)));
    const length = BigInt(LEAD_SIZE) + lead.readBigUInt64LE(1);
    if (length > LONGEST_RECORD || offset + length > size) break;
    const opcode = lead[0]!;
    if (opcode === OPCODE.dataEnd) break;
    if (opcode === OPCODE.messageIndex) {
      end.takeIndex(await file.read(offset, 11n < length ? 11n : length), offset, length);
    } else if (opcode === OPCODE.chunk || opcode === OPCODE.schema || opcode === OPCODE.channel) {
      const whole = Buffer.from(await file.read(offset, length));
      if (!end.take({ opcode, whole, contents: whole.subarray(LEAD_SIZE) }, offset)) break;
    }
    offset += length;
  }
  if (offset === BigInt(MAGIC.length)) throw new Error('it was cut off before its first record was whole');
  return withEnd(file, offset, end.build(offset));
}

/** A chunk, and where the indexes of its messages are: in the file, or still to be made. */
interface FoundChunk {
  readonly index: Omit<McapChunkIndex, 'messageIndexOffsets' | 'messageIndexLength'>;
  readonly messageIndexOffsets: Map<number, bigint>;
  messageIndexLength: bigint;
  messages: MessageOffsets;
}

const NO_MESSAGES: MessageOffsets = new Map();

/** What has been found, as the index of the file. */
class End {
  readonly #mcap: Mcap;
  readonly #schemas = new Map<number, Buffer>();
  readonly #channels = new Map<number, Buffer>();
  readonly #chunks: FoundChunk[] = [];
  readonly #counts = new Map<number, bigint>();

  constructor(mcap: Mcap) {
    this.#mcap = mcap;
  }

  /** Takes note of a record; false where what is in it is damaged. */
  take(found: Found, offset: bigint): boolean {
    const { opcode, contents, whole } = found;
    if (opcode !== OPCODE.chunk) {
      this.#name(found);
      return true;
    }
    const chunk = chunkOf(contents);
    if (chunk === undefined) return false;
    const { compression, uncompressedSize, records, ...times } = chunk;
    const messages: MessageOffsets = new Map();
    for (const record of recordsIn(unpack(compression, records, uncompressedSize))) {
      if (record.opcode !== OPCODE.message) this.#name(record);
      else note(messages, record.contents, record.offset);
    }
    for (const [id, { length }] of messages)
      this.#counts.set(id, (this.#counts.get(id) ?? 0n) + BigInt(length));
    const index = {
      ...times,
      chunkStartOffset: offset,
      chunkLength: BigInt(whole.length),
      compression,
      compressedSize: BigInt(records.length),
      uncompressedSize,
    };
    this.#forget();
    this.#chunks.push({ index, messageIndexOffsets: new Map(), messageIndexLength: 0n, messages });
    return true;
  }

  /** Takes note of an index of messages, which is about the chunk before it. */
  takeIndex(lead: Uint8Array, offset: bigint, length: bigint): void {
    const chunk = this.#chunks.at(-1);
    if (chunk === undefined || lead.length < LEAD_SIZE + 2) return;
    chunk.messageIndexOffsets.set(Buffer.from(lead).readUInt16LE(LEAD_SIZE), offset);
    chunk.messageIndexLength += length;
  }

  /** The messages of the last chunk, where their indexes are in the file. */
  #forget(): void {
    const chunk = this.#chunks.at(-1);
    if (chunk === undefined) return;
    const isIndexed = [...chunk.messages.keys()].every((id) => chunk.messageIndexOffsets.has(id));
    if (isIndexed) chunk.messages = NO_MESSAGES;
  }

  /** The first record of a number counts: the others of it are the same. */
  #name({ opcode, contents, whole }: Found): void {
    const all =
      opcode === OPCODE.schema ? this.#schemas : opcode === OPCODE.channel ? this.#channels : undefined;
    if (all === undefined || contents.length < 2) return;
    const id = contents.readUInt16LE(0);
    if (!all.has(id)) all.set(id, Buffer.from(whole));
  }

  /** The bytes that belong behind `offset`. */
  build(offset: bigint): Buffer {
    this.#forget();
    const builder = new this.#mcap.McapRecordBuilder();
    const chunks = this.#chunks.map(({ index, messages, messageIndexOffsets, messageIndexLength }) => ({
      ...index,
      ...(messages.size > 0
        ? writeMessageIndexes(builder, messages, offset)
        : { messageIndexOffsets, messageIndexLength }),
    }));
    builder.writeDataEnd({ dataSectionCrc: 0 });
    const before = Buffer.from(builder.buffer);
    builder.reset();
    builder.writeStatistics({
      messageCount: [...this.#counts.values()].reduce((sum, count) => sum + count, 0n),
      schemaCount: this.#schemas.size,
      channelCount: this.#channels.size,
      attachmentCount: 0,
      metadataCount: 0,
      chunkCount: chunks.length,
      messageStartTime: 0n,
      messageEndTime: 0n,
      channelMessageCounts: this.#counts,
    });
    for (const chunk of chunks) builder.writeChunkIndex(chunk);
    const summary = Buffer.concat([...this.#schemas.values(), ...this.#channels.values(), builder.buffer]);
    builder.reset();
    builder.writeFooter({
      summaryStart: offset + BigInt(before.length),
      summaryOffsetStart: 0n,
      summaryCrc: 0,
    });
    builder.writeMagic();
    return Buffer.concat([before, summary, builder.buffer]);
  }
}

/** Times and offsets of the messages of a chunk, by their topics. */
type MessageOffsets = Map<number, [time: bigint, offset: bigint][]>;

function note(messages: MessageOffsets, contents: Buffer, offset: number): void {
  if (contents.length < 22) return;
  const id = contents.readUInt16LE(0);
  const entry: [bigint, bigint] = [contents.readBigUInt64LE(6), BigInt(offset)];
  const entries = messages.get(id);
  if (entries === undefined) messages.set(id, [entry]);
  else entries.push(entry);
}

function writeMessageIndexes(builder: RecordBuilder, messages: MessageOffsets, base: bigint) {
  const messageIndexOffsets = new Map<number, bigint>();
  const start = builder.length;
  for (const [channelId, records] of messages) {
    messageIndexOffsets.set(channelId, base + BigInt(builder.length));
    builder.writeMessageIndex({ channelId, records });
  }
  return { messageIndexOffsets, messageIndexLength: BigInt(builder.length - start) };
}

function unpack(compression: string, records: Buffer, size: bigint): Buffer {
  if (compression === '') return records;
  const decompress = DECOMPRESS[compression];
  if (decompress === undefined) throw new Error(`it is compressed with ${compression}, expected zstd`);
  return Buffer.from(decompress(records, size));
}

/** `file` up to `offset`, with `end` behind it. */
function withEnd(file: Readable, offset: bigint, end: Buffer): Readable {
  return {
    size: async () => offset + BigInt(end.length),
    async read(from, length) {
      const to = from + length;
      const first =
        from < offset ? await file.read(from, (to < offset ? to : offset) - from) : Buffer.alloc(0);
      const at = (position: bigint) => Number(position > offset ? position - offset : 0n);
      return Buffer.concat([first, end.subarray(at(from), at(to))]);
    },
  };
}
