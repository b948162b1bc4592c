/** Recordings of the tests: folders of their own, and all readers there are. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McapIndexedReader, McapStreamReader } from '@mcap/core';
import { openRecording, type RecordedMessage } from '../../../lib/recording/index.js';
import { readSpec } from './spec-reader.js';

/** A folder that is there when it is first asked for, and gone when the tests of a suite are over. */
export function ownFolder(): { readonly path: string; file(name: string): string } {
  let made: string | undefined;
  after(() => made !== undefined && rmSync(made, { recursive: true, force: true }));
  return {
    get path() {
      made ??= mkdtempSync(join(tmpdir(), 'eshm-recording-'));
      return made;
    },
    file(name) {
      return join(this.path, name);
    },
  };
}

/** Every message of a recording. */
export async function messagesOf(files: string | string[]): Promise<RecordedMessage[]> {
  await using recording = await openRecording(files);
  const found: RecordedMessage[] = [];
  for await (const message of recording.messages()) found.push(message);
  return found;
}

/**
 * Reads a finished file with the reader of the specification and with both of `@mcap/core`, with all their checks of
 * indexes and CRCs, and shows that they agree. Returns what the first has read.
 */
export async function readStrictly(file: string, unpack?: (bytes: Buffer) => Buffer) {
  const bytes = readFileSync(file);
  const spec = readSpec(bytes, unpack);
  const handlers = { zstd: (packed: Uint8Array) => unpack!(Buffer.from(packed)) };
  const stream = new McapStreamReader({ validateCrcs: true, decompressHandlers: handlers });
  stream.append(bytes);
  let streamed = 0;
  for (let record = stream.nextRecord(); record !== undefined; record = stream.nextRecord())
    if (record.type === 'Message') streamed += 1;
  assert.ok(stream.done());
  assert.equal(streamed, spec.messages.length);
  const readable = {
    size: async () => BigInt(bytes.length),
    read: async (offset: bigint, length: bigint) => bytes.subarray(Number(offset), Number(offset + length)),
  };
  const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers: handlers });
  // The index is by time; what an event tells may be earlier than a message that was seen before it was told.
  const inTime = spec.messages.toSorted((one, other) => Number(one.logTime - other.logTime));
  let indexed = 0;
  for await (const { channelId, logTime, data } of reader.readMessages({ validateCrcs: true })) {
    const expected = inTime[indexed++]!;
    assert.equal(reader.channelsById.get(channelId)!.topic, expected.topic);
    assert.equal(logTime, expected.logTime);
    assert.ok(expected.data.equals(data));
  }
  assert.equal(indexed, spec.messages.length);
  return spec;
}
