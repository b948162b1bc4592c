import zlib from 'node:zlib';
import {
  type McapChannel,
  type McapChunkIndex,
  type McapSchema,
  OPCODE,
  type RecordBuilder,
} from './mcap.js';

/** A topic, and what is counted of it. */
export interface Topic {
  readonly channel: McapChannel;
  readonly schema: McapSchema | undefined;
  /** Whether its record is in a chunk. */
  isNamed: boolean;
  /** Messages that are on the disk. */
  messages: bigint;
}

/** What a file has. */
export interface Contents {
  readonly topics: readonly Topic[];
  readonly chunks: readonly McapChunkIndex[];
  readonly metadata: { readonly offset: bigint; readonly length: bigint; readonly name: string };
}

/**
 * What a file says of itself behind its data: topics, statistics, where everything is, and the footer.
 *
 * @param builder - an empty one; it is left empty
 * @param start - where the first byte will be in the file
 */
export function summaryOf(
  builder: RecordBuilder,
  { topics, chunks, metadata }: Contents,
  start: bigint,
): Buffer {
  const groups: { groupOpcode: number; groupStart: bigint; groupLength: bigint }[] = [];
  const group = (groupOpcode: number, write: () => void) => {
    const before = builder.length;
    write();
    const groupLength = BigInt(builder.length - before);
    if (groupLength > 0n) groups.push({ groupOpcode, groupStart: start + BigInt(before), groupLength });
  };
  const schemas = topics.flatMap(({ schema }) => schema ?? []);
  group(OPCODE.schema, () => {
    for (const schema of schemas) builder.writeSchema(schema);
  });
  group(OPCODE.channel, () => {
    for (const { channel } of topics) builder.writeChannel(channel);
  });
  const times = chunks.flatMap(({ messageStartTime, messageEndTime }) => [messageStartTime, messageEndTime]);
  group(OPCODE.statistics, () =>
    builder.writeStatistics({
      messageCount: topics.reduce((sum, { messages }) => sum + messages, 0n),
      schemaCount: schemas.length,
      channelCount: topics.length,
      attachmentCount: 0,
      metadataCount: 1,
      chunkCount: chunks.length,
      messageStartTime: least(times),
      messageEndTime: greatest(times),
      channelMessageCounts: new Map(topics.map(({ channel, messages }) => [channel.id, messages])),
    }),
  );
  group(OPCODE.metadataIndex, () => builder.writeMetadataIndex(metadata));
  group(OPCODE.chunkIndex, () => {
    for (const chunk of chunks) builder.writeChunkIndex(chunk);
  });
  const summaryOffsetStart = start + BigInt(builder.length);
  for (const each of groups) builder.writeSummaryOffset(each);
  const summary = take(builder);
  // The CRC covers the footer up to itself.
  const footer = { summaryStart: start, summaryOffsetStart, summaryCrc: 0 };
  builder.writeFooter(footer);
  const beforeCrc = take(builder).subarray(0, -4);
  builder.writeFooter({ ...footer, summaryCrc: zlib.crc32(beforeCrc, zlib.crc32(summary)) });
  builder.writeMagic();
  return Buffer.concat([summary, take(builder)]);
}

function take(builder: RecordBuilder): Uint8Array {
  const bytes = builder.buffer;
  builder.reset();
  return bytes;
}

function least(times: readonly bigint[]): bigint {
  return times.reduce((least, time) => (time < least ? time : least), times[0] ?? 0n);
}

function greatest(times: readonly bigint[]): bigint {
  return times.reduce((greatest, time) => (time > greatest ? time : greatest), 0n);
}
