import zlib from 'node:zlib';
import type { ChunkBuilder, Mcap, McapChunkIndex, McapSchema, RecordBuilder } from './mcap.js';
import { OutFile } from './out-file.js';
import { summaryOf, type Topic } from './summary.js';
import type { NewTopic } from './topics.js';
import type { Compress } from './zstd.js';

/** How a file is written. */
export interface McapFileOptions {
  readonly compress: Compress | undefined;
  /** Replace a file that is there. */
  readonly overwrite: boolean;
  /** Of the file as a whole. */
  readonly metadata: Readonly<Record<string, string>>;
}

const LIBRARY = 'eshm';

/**
 * One MCAP file that is being written: messages are collected in a chunk, chunks go to the disk one after the other, the
 * index follows when it is finished. Where the disk takes no more, what is there is finished if that can be.
 *
 * Belongs to one thread. Nothing here blocks it for longer than it takes to open a file.
 */
export class McapFile {
  readonly path: string;
  readonly #out: OutFile;
  readonly #builder: RecordBuilder;
  readonly #chunk: ChunkBuilder;
  readonly #compress: Compress | undefined;
  readonly #topics: Topic[] = [];
  readonly #schemas: McapSchema[] = [];
  readonly #chunks: McapChunkIndex[] = [];
  #metadataIndex = { offset: 0n, length: 0n, name: LIBRARY };
  /** Waits for what is on its way. @throws what writing throws */
  written(): Promise<void> {
    return this.#writing;
  }

  /** When the first message was added. */
  #startTime: bigint | undefined;
  /** What is being written; the next chunk follows it. */
  #writing: Promise<void> = Promise.resolve();
  #isBusy = false;
  #finished: Promise<void> | undefined;

  /**
   * Creates the file.
   *
   * @throws what `open` throws: EEXIST for a file that is there, unless it may be overwritten
   */
  constructor(mcap: Mcap, path: string, { compress, overwrite, metadata }: McapFileOptions) {
    this.path = path;
    this.#out = new OutFile(path, overwrite);
    this.#builder = new mcap.McapRecordBuilder();
    this.#chunk = new mcap.McapChunkBuilder({ useMessageIndex: true });
    this.#compress = compress;
    this.#builder.writeMagic();
    this.#builder.writeHeader({ profile: '', library: LIBRARY });
    const offset = BigInt(this.#builder.length);
    const length = this.#builder.writeMetadata({
      name: LIBRARY,
      metadata: new Map(Object.entries(metadata)),
    });
    this.#metadataIndex = { offset, length, name: LIBRARY };
    this.#enqueue(() => this.#out.append(this.#take()));
  }

  /** Bytes: those that are written, and those of the chunk that is not. */
  get size(): number {
    return this.#out.size + this.#chunk.byteLength;
  }

  /** About how many bytes it would have if it were finished now, uncompressed; rather more than less. */
  get finishedSize(): number {
    const topics = this.#topics.length;
    const indexes = 16 * this.#chunk.numMessages + (this.#chunks.length + 2) * (128 + 32 * topics);
    const named = this.#topics.reduce((sum, { schema }) => sum + 512 + (schema?.data.length ?? 0), 0);
    return this.size + indexes + named + 512;
  }

  /** Bytes of the chunk that is being collected. */
  get collected(): number {
    return this.#chunk.byteLength;
  }

  /** Whether a chunk is on its way to the disk. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** When the first message was, in ns since the epoch; `undefined` before it. */
  get startTime(): bigint | undefined {
    return this.#startTime;
  }

  /** Adds a topic; it is in the file with its first message. Returns its number. */
  addTopic({ topic, messageEncoding, metadata, schema }: NewTopic): number {
    let written: McapSchema | undefined;
    if (schema !== undefined) {
      written = { ...schema, id: this.#schemas.length + 1, data: Buffer.from(schema.data) };
      this.#schemas.push(written);
    }
    const channel = {
      id: this.#topics.length,
      schemaId: written?.id ?? 0,
      topic,
      messageEncoding,
      metadata: new Map(Object.entries(metadata)),
    };
    this.#topics.push({ channel, schema: written, isNamed: false, messages: 0n });
    return channel.id;
  }

  /** Adds a message to the chunk. `data` is copied. */
  add(id: number, sequence: number, at: bigint, data: Uint8Array): void {
    const topic = this.#topics[id]!;
    if (!topic.isNamed) {
      topic.isNamed = true;
      if (topic.schema !== undefined) this.#chunk.addSchema(topic.schema);
      this.#chunk.addChannel(topic.channel);
    }
    this.#chunk.addMessage({ channelId: id, sequence, logTime: at, publishTime: at, data });
    this.#startTime ??= at;
  }

  /**
   * Puts the chunk behind what is being written, and begins the next.
   *
   * @returns resolves when it is on the disk
   * @throws what writing throws; the file is as it was before the chunk then
   */
  flush(): Promise<void> {
    return this.#finished ?? this.#flush();
  }

  #flush(): Promise<void> {
    const { numMessages, messageStartTime, messageEndTime } = this.#chunk;
    if (numMessages === 0) return this.#writing;
    const bytes = this.#chunk.buffer;
    const indices = [...this.#chunk.indices];
    this.#chunk.reset();
    return this.#enqueue(async () => {
      const records = this.#compress === undefined ? bytes : await this.#compress(bytes);
      const uncompressedSize = BigInt(bytes.length);
      const start = BigInt(this.#out.size);
      const compression = this.#compress === undefined ? '' : 'zstd';
      const chunkLength = this.#builder.writeChunk({
        messageStartTime,
        messageEndTime,
        uncompressedSize,
        uncompressedCrc: zlib.crc32(bytes),
        compression,
        records,
      });
      const messageIndexOffsets = new Map<number, bigint>();
      let messageIndexLength = 0n;
      for (const index of indices) {
        messageIndexOffsets.set(index.channelId, start + chunkLength + messageIndexLength);
        messageIndexLength += this.#builder.writeMessageIndex(index);
      }
      await this.#out.append(this.#take());
      for (const { channelId, records } of indices)
        this.#topics[channelId]!.messages += BigInt(records.length);
      this.#chunks.push({
        messageStartTime,
        messageEndTime,
        chunkStartOffset: start,
        chunkLength,
        messageIndexOffsets,
        messageIndexLength,
        compression,
        compressedSize: BigInt(records.length),
        uncompressedSize,
      });
    });
  }

  /**
   * Writes what is left and the index, and closes the file. Where the chunks before could not be written, the file ends
   * with the last that could.
   *
   * @throws what writing throws; the file is closed then too, and reads up to its last chunk
   */
  finish(): Promise<void> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async #finish(): Promise<void> {
    try {
      await this.#flush();
      await this.#enqueue(() => this.#appendSummary());
      await this.#out.sync();
    } catch (error) {
      await this.#salvage();
      throw error;
    } finally {
      this.#out.close();
    }
  }

  /** Ends the file with its last whole chunk: what of the next had come to the disk is the room that the index needs. */
  async #salvage(): Promise<void> {
    try {
      this.#builder.reset();
      await this.#out.cutToWhole();
      await this.#appendSummary();
    } catch {
      // A file without an index is read by looking through it; half an index is none.
      await this.#out.cutToWhole().catch(() => {});
    }
  }

  async #appendSummary(): Promise<void> {
    this.#builder.writeDataEnd({ dataSectionCrc: this.#out.crc });
    await this.#out.append(this.#take());
    const named = this.#topics.filter(({ messages }) => messages > 0n);
    const summary = { topics: named, chunks: this.#chunks, metadata: this.#metadataIndex };
    await this.#out.append(summaryOf(this.#builder, summary, BigInt(this.#out.size)));
  }

  /** What the builder has made. */
  #take(): Uint8Array {
    const bytes = this.#builder.buffer;
    this.#builder.reset();
    return bytes;
  }

  /** Has `write` run behind what is being written; none runs any more behind one that failed. */
  #enqueue(write: () => Promise<void>): Promise<void> {
    this.#isBusy = true;
    const writing = this.#writing.then(write);
    this.#writing = writing;
    const done = () => {
      if (this.#writing === writing) this.#isBusy = false;
    };
    // Whoever waits for it hears of its failure; that nobody waits ends no process.
    writing.then(done, done);
    return writing;
  }
}
