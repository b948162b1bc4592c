import type { ShmKind } from '../index.js';
import type { McapChannel } from './mcap.js';
import type { Source } from './source.js';
import type { Content } from './topics.js';

/** A channel as a recording has it. */
export interface RecordedChannel {
  /** Its name. */
  readonly name: string;
  /** Its System V key: signed 32 bits. */
  readonly key: number;
  /** In which kind of memory it was at the beginning; `undefined` where it was not there. */
  readonly shm: ShmKind | undefined;
  /** Bytes in one message at most; `undefined` where it was never there. */
  readonly maxDataSize: number | undefined;
  /** Messages from the master to the slave. */
  readonly m2s: number;
  /** Messages from the slave to the master. */
  readonly s2m: number;
}

/** A topic of a channel in one file. */
export interface Topic {
  readonly name: string;
  readonly content: Content;
  readonly topic: string;
}

const CONTENTS: readonly string[] = ['m2s', 's2m', 'state', 'json'];

export function topicsOf({ reader }: Source): Map<number, Topic> {
  const found = new Map<number, Topic>();
  for (const [id, { topic, metadata }] of reader.channelsById) {
    const [name, content] = [metadata.get('eshm.name'), metadata.get('eshm.content')];
    if (name === undefined || content === undefined || !CONTENTS.includes(content)) continue;
    found.set(id, { name, content: content as Content, topic });
  }
  return found;
}

export function channelsOf(sources: readonly Source[]): RecordedChannel[] {
  const found = new Map<string, RecordedChannel>();
  for (const source of sources) {
    for (const [id, { name, content }] of topicsOf(source)) {
      const { reader } = source;
      const facts = factsOf(name, reader.channelsById.get(id)!);
      const before = found.get(name) ?? { ...facts, m2s: 0, s2m: 0 };
      const messages = Number(reader.statistics?.channelMessageCounts.get(id) ?? 0n);
      found.set(name, {
        ...before,
        shm: before.shm ?? facts.shm,
        maxDataSize: greatest(before.maxDataSize, facts.maxDataSize),
        ...(content === 'm2s' || content === 's2m' ? { [content]: before[content] + messages } : {}),
      });
    }
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** A channel that was replaced by a larger one needs the larger one. */
function greatest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

function factsOf(
  name: string,
  { metadata }: McapChannel,
): Pick<RecordedChannel, 'name' | 'key' | 'shm' | 'maxDataSize'> {
  const shm = metadata.get('eshm.shm');
  const size = Number(metadata.get('eshm.maxDataSize'));
  return {
    name,
    key: Number(metadata.get('eshm.key') ?? 0) | 0,
    shm: shm === 'system-v' || shm === 'posix' ? shm : undefined,
    maxDataSize: Number.isInteger(size) && size > 0 ? size : undefined,
  };
}
