import type { Direction } from '../index.js';
import { channelsOf, type RecordedChannel, topicsOf } from './channels.js';
import { Counting } from './counting.js';
import { compare, Head, partsOf, startOf } from './head.js';
import { loadMcap } from './mcap.js';
import { corrupt, openSource, type Source } from './source.js';
import { parseState, type RecordedState } from './state.js';
import type { Content } from './topics.js';

/** A message as it was recorded. */
export interface RecordedMessage {
  /** The channel's name. */
  readonly name: string;
  /** Which way. */
  readonly direction: Direction;
  /** Its bytes; nobody else has them. */
  readonly data: Buffer;
  /** Its number in its direction. */
  readonly count: number;
  /** Messages that were overwritten before they were seen, since the one before. */
  readonly missed: number;
  /** How often a master had started on the channel; `undefined` where the recording does not say. */
  readonly generation: number | undefined;
  /** When it was seen, in ns since the epoch. */
  readonly at: bigint;
}

/** Which part of a recording. */
export interface RecordingRange {
  /** These channels only. */
  readonly names?: readonly string[] | undefined;
  /** One direction only. */
  readonly direction?: Direction | undefined;
  /** Nothing before this time, in ns since the epoch. */
  readonly from?: bigint | undefined;
  /** Nothing after this time, in ns since the epoch. */
  readonly to?: bigint | undefined;
}

/**
 * A recording that is there: one file, or the parts of one that was split. {@link openRecording} opens it.
 *
 * Any number of readings may go on at a time. Belongs to the thread that opened it.
 */
export class Recording implements AsyncDisposable {
  /** The files, in the order of their time. */
  readonly files: readonly string[];
  /** The channels, in the order of their names. */
  readonly channels: readonly RecordedChannel[];
  /** Time of the first message or state, in ns since the epoch. */
  readonly startAt: bigint;
  /** Time of the last one. */
  readonly endAt: bigint;
  /** Files that were cut off, or are still being written: they read up to their last whole chunk. */
  readonly cutFiles: readonly string[];
  readonly #sources: readonly Source[];

  /** @internal */
  constructor(sources: readonly Source[]) {
    this.#sources = [...sources].sort((one, other) => compare(startOf(one), startOf(other)));
    this.files = this.#sources.map(({ path }) => path);
    this.cutFiles = this.#sources.filter(({ isCut }) => isCut).map(({ path }) => path);
    this.channels = channelsOf(this.#sources);
    const chunks = this.#sources.flatMap(({ reader }) => reader.chunkIndexes);
    const times = chunks.flatMap(({ messageStartTime, messageEndTime }) => [
      messageStartTime,
      messageEndTime,
    ]);
    this.startAt = times.reduce((least, at) => (at < least ? at : least), times[0] ?? 0n);
    this.endAt = times.reduce((greatest, at) => (at > greatest ? at : greatest), 0n);
  }

  /**
   * The messages of a part, in the order of their time. Holds a second of the recording in memory, not all of it.
   *
   * @param range - all of it by default
   * @throws {EshmError} ESHM_CORRUPT for a file in which something is damaged, when it is come to
   */
  async *messages(range: RecordingRange = {}): AsyncGenerator<RecordedMessage, void, void> {
    const countings = new Map<string, Counting>();
    const generations = new Map<string, number | undefined>();
    const contents: readonly Content[] = range.direction === undefined ? ['m2s', 's2m'] : [range.direction];
    for await (const { name, content, message } of this.#read(range, [...contents, 'state'])) {
      const { data, logTime: at, sequence } = message;
      const counting = (direction: string) => {
        const key = `${name}\0${direction}`;
        let found = countings.get(key);
        if (found === undefined) {
          found = new Counting();
          countings.set(key, found);
        }
        return found;
      };
      if (content === 'state') {
        const state = parseState(data, at);
        if (state?.generation !== undefined) generations.set(name, state.generation);
        const { event, direction, count, missed } = state ?? {};
        if (event === 'message' && typeof count === 'number' && typeof missed === 'number')
          counting(`${direction}`).state({ count, missed });
        continue;
      }
      const numbered = counting(content).next(sequence);
      const generation = generations.get(name);
      yield { name, direction: content as Direction, data: copy(data), ...numbered, generation, at };
    }
  }

  /**
   * What happened to the channels, in the order of its time: appeared, vanished, replaced, stale, recovered, and how they
   * were where a file begins.
   *
   * @param range - all of it by default; a direction means nothing here
   * @throws {EshmError} as {@link messages}
   */
  async *states(range: RecordingRange = {}): AsyncGenerator<RecordedState, void, void> {
    for await (const { message } of this.#read(range, ['state'])) {
      const state = parseState(message.data, message.logTime);
      const isEarly = range.from !== undefined && message.logTime < range.from;
      if (state !== undefined && state.event !== 'message' && !isEarly) yield state;
    }
  }

  /** Closes the files; readings that go on end with an error. */
  async close(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
  }

  /** As {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Messages of all files in the order of their time, those of one time as they stand in the files. */
  async *#read({ names, from, to }: RecordingRange, contents: readonly Content[]) {
    const heads: Head[] = [];
    let rank = 0;
    const waiting = this.#sources.filter(({ reader }) => reader.chunkIndexes.length > 0);
    try {
      for (;;) {
        heads.sort((one, other) => compare(one.at, other.at) || one.rank - other.rank);
        const [first] = heads;
        // A file whose time has not come is not read yet.
        const next = waiting[0];
        if (next !== undefined && (first === undefined || startOf(next) <= first.at)) {
          waiting.shift();
          for (const [wanted, start, end] of partsOf(contents, from, to)) {
            const head = new Head(next, wanted, names, start, end, rank++);
            if (await head.advance()) heads.push(head);
          }
          continue;
        }
        if (first === undefined) return;
        yield first.current;
        if (!(await first.advance())) heads.shift();
      }
    } finally {
      for (const head of heads) await head.close();
    }
  }
}

/** The reader gives bytes of a chunk, which it keeps. */
function copy(data: Uint8Array): Buffer {
  return Buffer.from(data);
}

/**
 * Opens a recording: a file, or several, as the parts of one that was split; also one that is still being written, or whose
 * recorder was killed, which reads up to its last whole chunk.
 *
 * @param files - paths, in any order
 * @throws {TypeError | RangeError} for what are no paths
 * @throws {EshmError} ESHM_UNSUPPORTED when `@mcap/core` is not installed, and for a file that cannot be read; ESHM_CORRUPT
 * for one that is no MCAP, or of another tool
 */
export async function openRecording(files: string | readonly string[]): Promise<Recording> {
  const paths = typeof files === 'string' ? [files] : files;
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) {
    throw new TypeError(
      'Cannot read recording: files is something else, expected a path or an array of paths',
    );
  }
  if (paths.length === 0)
    throw new RangeError('Cannot read recording: files is empty, expected a path or more');
  const mcap = await loadMcap('read a recording');
  const sources: Source[] = [];
  try {
    for (const path of new Set(paths)) {
      const source = await openSource(mcap, path);
      sources.push(source);
      checkOurs(source);
    }
    return new Recording(sources);
  } catch (error) {
    await Promise.all(sources.map((source) => source.close()));
    throw error;
  }
}

/** @throws {EshmError} ESHM_CORRUPT for a file without one topic that eshm has recorded */
function checkOurs(source: Source): void {
  const { reader, path } = source;
  if (topicsOf(source).size > 0 || reader.header.library === 'eshm') return;
  const topics = [...reader.channelsById.values()].map(({ topic }) => topic);
  const some = topics.length === 0 ? 'no topics' : `topics such as ${topics.slice(0, 3).join(', ')}`;
  throw corrupt(
    path,
    `it is of another tool ('${reader.header.library}') and has ${some}, expected a file of eshm record`,
  );
}
