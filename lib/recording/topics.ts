import type { Direction, ShmKind } from '../index.js';

/** A topic to be, as a file takes it. */
export interface NewTopic {
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly schema?: { readonly name: string; readonly encoding: string; readonly data: string };
}

export const DIRECTIONS: readonly Direction[] = ['m2s', 's2m'];

/** What is known of a channel when a topic of it begins in a file. */
export interface ChannelFacts {
  readonly name: string;
  readonly key: number;
  readonly shm: ShmKind | undefined;
  /** Bytes in one message at most. */
  readonly maxDataSize: number | undefined;
  readonly generation: number | undefined;
}

/** What a topic has of a channel, as its metadata says it: by it eshm knows its own topics, whatever they are called. */
export type Content = Direction | 'state' | 'json';

/** The topic of a channel's messages as they are. */
export function rawTopic(facts: ChannelFacts, direction: Direction): NewTopic {
  return {
    topic: `${facts.name}/${direction}`,
    messageEncoding: 'application/octet-stream',
    metadata: metadataOf(facts, direction),
  };
}

/** The topic of what happens to a channel. */
export function stateTopic(facts: ChannelFacts): NewTopic {
  return {
    topic: `${facts.name}/state`,
    messageEncoding: 'json',
    metadata: metadataOf(facts, 'state'),
    schema: { name: 'eshm.State', encoding: 'jsonschema', data: JSON.stringify(STATE_SCHEMA) },
  };
}

/** The topic of a channel's messages as JSON. */
export function jsonTopic(
  facts: ChannelFacts,
  direction: Direction,
  title: string,
  schema: object,
): NewTopic {
  return {
    topic: `${facts.name}/${direction}/${title}`,
    messageEncoding: 'json',
    metadata: { ...metadataOf(facts, 'json'), 'eshm.direction': direction },
    schema: { name: title, encoding: 'jsonschema', data: JSON.stringify(schema) },
  };
}

function metadataOf({ name, key, shm, maxDataSize, generation }: ChannelFacts, content: Content) {
  const metadata: Record<string, string> = { 'eshm.name': name, 'eshm.content': content };
  metadata['eshm.key'] = `0x${(key >>> 0).toString(16).padStart(8, '0')}`;
  if (shm !== undefined) metadata['eshm.shm'] = shm;
  if (maxDataSize !== undefined) metadata['eshm.maxDataSize'] = `${maxDataSize}`;
  if (generation !== undefined) metadata['eshm.generation'] = `${generation}`;
  return metadata;
}

/** What {@link RecordedState} is in a file, but for its time, which is that of the message. */
const STATE_SCHEMA = {
  type: 'object',
  title: 'eshm.State',
  properties: {
    event: { type: 'string' },
    name: { type: 'string' },
    shm: { type: 'string' },
    generation: { type: 'integer' },
    maxDataSize: { type: 'integer' },
    role: { type: 'string' },
    direction: { type: 'string' },
    count: { type: 'integer' },
    missed: { type: 'integer' },
  },
  additionalProperties: true,
} as const;
