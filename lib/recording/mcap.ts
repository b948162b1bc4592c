/*
 * The part of @mcap/core that is used here. Declared here, because the package is optional, and a program that does not
 * have it must compile.
 */
import { EshmError } from '../errors.js';

/** A message as the file has it. */
export interface McapMessage {
  readonly channelId: number;
  /** 32 bits. */
  readonly sequence: number;
  /** Nanoseconds since the epoch. */
  readonly logTime: bigint;
  readonly publishTime: bigint;
  readonly data: Uint8Array;
}

/** What the messages of a topic are; `id` is its number in the file, from 1. */
export interface McapSchema {
  readonly id: number;
  readonly name: string;
  readonly encoding: string;
  readonly data: Uint8Array;
}

/** A topic; `schemaId` 0 is none. */
export interface McapChannel {
  readonly id: number;
  readonly schemaId: number;
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: Map<string, string>;
}

/** Where the messages of one topic are in a chunk. */
export interface McapMessageIndex {
  readonly channelId: number;
  readonly records: [logTime: bigint, offset: bigint][];
}

/** Where a chunk is in the file. */
export interface McapChunkIndex {
  readonly messageStartTime: bigint;
  readonly messageEndTime: bigint;
  readonly chunkStartOffset: bigint;
  readonly chunkLength: bigint;
  readonly messageIndexOffsets: Map<number, bigint>;
  readonly messageIndexLength: bigint;
  readonly compression: string;
  readonly compressedSize: bigint;
  readonly uncompressedSize: bigint;
}

/** What a file says of itself at its end. */
export interface McapStatistics {
  readonly messageCount: bigint;
  readonly schemaCount: number;
  readonly channelCount: number;
  readonly attachmentCount: number;
  readonly metadataCount: number;
  readonly chunkCount: number;
  readonly messageStartTime: bigint;
  readonly messageEndTime: bigint;
  readonly channelMessageCounts: Map<number, bigint>;
}

/** Makes the bytes of records, one after the other. Those that return a number return the bytes of the record. */
export interface RecordBuilder {
  readonly length: number;
  /** A copy of what was made since the last `reset`. */
  readonly buffer: Uint8Array;
  reset(): void;
  writeMagic(): void;
  writeHeader(header: { profile: string; library: string }): bigint;
  writeSchema(schema: McapSchema): bigint;
  writeChannel(channel: McapChannel): bigint;
  writeChunk(chunk: {
    messageStartTime: bigint;
    messageEndTime: bigint;
    uncompressedSize: bigint;
    uncompressedCrc: number;
    compression: string;
    records: Uint8Array;
  }): bigint;
  writeMessageIndex(index: McapMessageIndex): bigint;
  writeChunkIndex(index: McapChunkIndex): bigint;
  writeMetadata(metadata: { name: string; metadata: Map<string, string> }): bigint;
  writeMetadataIndex(index: { offset: bigint; length: bigint; name: string }): bigint;
  writeStatistics(statistics: McapStatistics): bigint;
  writeSummaryOffset(offset: { groupOpcode: number; groupStart: bigint; groupLength: bigint }): bigint;
  writeDataEnd(end: { dataSectionCrc: number }): bigint;
  writeFooter(footer: { summaryStart: bigint; summaryOffsetStart: bigint; summaryCrc: number }): bigint;
}

/** Collects the records of one chunk. */
export interface ChunkBuilder {
  readonly numMessages: number;
  readonly byteLength: number;
  /** A copy. */
  readonly buffer: Uint8Array;
  readonly indices: Iterable<McapMessageIndex>;
  readonly messageStartTime: bigint;
  readonly messageEndTime: bigint;
  addSchema(schema: McapSchema): void;
  addChannel(channel: McapChannel): void;
  addMessage(message: McapMessage): void;
  reset(): void;
}

/** Bytes that are read at offsets. */
export interface Readable {
  size(): Promise<bigint>;
  read(offset: bigint, size: bigint): Promise<Uint8Array>;
}

/** Turns the records of a compressed chunk into what they were. */
export type Decompress = (bytes: Uint8Array, size: bigint) => Uint8Array;

/** Reads a file by the index at its end. */
export interface IndexedReader {
  readonly header: { readonly profile: string; readonly library: string };
  readonly chunkIndexes: readonly McapChunkIndex[];
  readonly channelsById: ReadonlyMap<number, McapChannel>;
  readonly schemasById: ReadonlyMap<number, McapSchema>;
  readonly statistics: McapStatistics | undefined;
  readMessages(options: {
    topics?: readonly string[];
    startTime?: bigint;
    endTime?: bigint;
    validateCrcs?: boolean;
  }): AsyncGenerator<McapMessage, void, void>;
}

/** The module. */
export interface Mcap {
  readonly McapRecordBuilder: new () => RecordBuilder;
  readonly McapChunkBuilder: new (options: { useMessageIndex?: boolean }) => ChunkBuilder;
  readonly McapIndexedReader: {
    Initialize(options: {
      readable: Readable;
      decompressHandlers: Readonly<Record<string, Decompress>>;
    }): Promise<IndexedReader>;
  };
}

/** What a record in a file is: its first byte. */
export const OPCODE = {
  header: 0x01,
  footer: 0x02,
  schema: 0x03,
  channel: 0x04,
  message: 0x05,
  chunk: 0x06,
  messageIndex: 0x07,
  chunkIndex: 0x08,
  statistics: 0x0b,
  metadataIndex: 0x0d,
  dataEnd: 0x0f,
} as const;

/** What every file begins and ends with. */
export const MAGIC = Buffer.from('\x89MCAP0\r\n', 'latin1');

/** A string and not a literal, so that nobody who records nothing needs it: no bundler looks for it. */
const PACKAGE: string = '@mcap/core';

/**
 * Loads `@mcap/core`, which only who records, replays or looks at recordings installs.
 *
 * @param action - what it is needed for, for the message
 * @throws {EshmError} ESHM_UNSUPPORTED when it is not installed
 */
export async function loadMcap(action: string): Promise<Mcap> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ PACKAGE)) as Mcap;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new EshmError(
      'ESHM_UNSUPPORTED',
      `Cannot ${action}: the package @mcap/core is not installed, expected version 2.2; run \`npm install @mcap/core@2.2.2\` where eshm is installed`,
      { cause: error },
    );
  }
}

/** Node, Deno and Bun give a code each; what is missing inside `@mcap/core` is another matter. */
function isMissing(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isNotFound = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return isNotFound && /['"](npm:)?@mcap\/core\b/.test(`${message}`);
}
