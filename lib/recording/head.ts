import { EshmError } from '../errors.js';
import { type Topic, topicsOf } from './channels.js';
import type { McapMessage } from './mcap.js';
import { corrupt, type Source } from './source.js';
import type { Content } from './topics.js';

/** The next message of some topics of one file. */
export class Head {
  /** Of two at one time, the one with the lower comes first. */
  readonly rank: number;
  readonly #source: Source;
  readonly #topics: ReadonlyMap<number, Topic>;
  readonly #messages: AsyncGenerator<McapMessage, void, void>;
  #current: { readonly name: string; readonly content: Content; readonly message: McapMessage } | undefined;

  constructor(
    source: Source,
    contents: readonly Content[],
    names: readonly string[] | undefined,
    from: bigint | undefined,
    to: bigint | undefined,
    rank: number,
  ) {
    this.#source = source;
    this.rank = rank;
    this.#topics = new Map(
      [...topicsOf(source)].filter(
        ([, { name, content }]) => contents.includes(content) && (names?.includes(name) ?? true),
      ),
    );
    this.#messages = source.reader.readMessages({
      topics: [...this.#topics.values()].map(({ topic }) => topic),
      ...(from === undefined ? {} : { startTime: from }),
      ...(to === undefined ? {} : { endTime: to }),
    });
  }

  get current() {
    return this.#current!;
  }

  get at(): bigint {
    return this.current.message.logTime;
  }

  /** @throws {EshmError} ESHM_CORRUPT */
  async advance(): Promise<boolean> {
    if (this.#topics.size === 0) return false;
    for (;;) {
      let result: IteratorResult<McapMessage, void>;
      try {
        result = await this.#messages.next();
      } catch (cause) {
        throw cause instanceof EshmError
          ? cause
          : corrupt(this.#source.path, (cause as Error).message, cause);
      }
      if (result.done) return false;
      // Another topic may have the same name.
      const topic = this.#topics.get(result.value.channelId);
      if (topic === undefined) continue;
      this.#current = { name: topic.name, content: topic.content, message: result.value };
      return true;
    }
  }

  async close(): Promise<void> {
    await this.#messages.return();
  }
}

/**
 * What is read of a file: from `from` on all that is wanted, and before it what happened to the channels, which tells what
 * the messages are.
 */
export function partsOf(
  contents: readonly Content[],
  from: bigint | undefined,
  to: bigint | undefined,
): (readonly [contents: readonly Content[], from: bigint | undefined, to: bigint | undefined])[] {
  if (from === undefined) return [[contents, from, to]];
  return [
    [['state'], undefined, to === undefined || from <= to ? from - 1n : to],
    [contents, from, to],
  ];
}

export function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export function startOf({ reader }: Source): bigint {
  const times = reader.chunkIndexes.map(({ messageStartTime }) => messageStartTime);
  return times.reduce((least, at) => (at < least ? at : least), times[0] ?? 0n);
}
