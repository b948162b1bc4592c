import { deriveKey, layoutFor } from '../../layout/index.js';
import { type CodecOption, Eshm } from '../../lib/index.js';
import { type GivenItem, type Item, items } from '../../lib/items/index.js';
import { Segment } from '../../syscalls/index.js';

/** How a message of five values is made and read. */
interface Way {
  readonly codec: CodecOption;
  /** What a program has to say, with another counter each time. */
  readonly given: (counter: number) => unknown;
  /** The counter of what was read. */
  readonly counterOf: (read: unknown) => number | bigint;
}

const object = (counter: number) => ({
  counter,
  temperature: 20.5,
  enabled: true,
  status: 'OK',
  source: 'TypeScript',
});

const list = (counter: number): GivenItem[] => [
  { type: 'integer', key: 'counter', value: counter },
  { type: 'real', key: 'temperature', value: 20.5 },
  { type: 'boolean', key: 'enabled', value: true },
  { type: 'string', key: 'status', value: 'OK' },
  { type: 'string', key: 'source', value: 'TypeScript' },
];

const counterOf = (read: unknown) => (read as ReturnType<typeof object>).counter;

async function wayOf(format: string): Promise<Way> {
  switch (format) {
    case 'items':
      return {
        codec: items(),
        given: list,
        counterOf: (read) => (read as Item[] & { 0: { value: bigint } })[0].value,
      };
    case 'json': {
      const decode = (bytes: Buffer) => JSON.parse(bytes.toString());
      return { codec: { encode: JSON.stringify, decode }, given: object, counterOf };
    }
    case 'msgpackr': {
      const { pack, unpack } = await import('msgpackr');
      const codec = { encode: (value: unknown) => pack(value), decode: (bytes: Buffer) => unpack(bytes) };
      return { codec, given: object, counterOf };
    }
  }
  throw new Error(`no format ${format}`);
}

const OPTIONS = { staleThresholdMs: 10_000, shm: 'system-v' } as const;

/** Nanoseconds for making and writing a message of five values, one figure for each batch. */
export async function timeItemWrites(
  name: string,
  format: string,
  count: number,
  batches: number,
): Promise<Float64Array> {
  const { codec, given } = await wayOf(format);
  const master = Eshm.open(name, { role: 'master', codec, ...OPTIONS });
  try {
    let counter = 0;
    return Float64Array.from({ length: batches }, () => {
      const startMs = performance.now();
      for (let i = 0; i < count; i++) master.write(given(counter++));
      return ((performance.now() - startMs) * 1e6) / count;
    });
  } finally {
    master.close();
  }
}

/**
 * Nanoseconds for reading such a message and making values of it. The master has written one; then the channel is moved by
 * its two counters alone, as a writer leaves them that has written the same again.
 */
export async function timeItemReads(
  name: string,
  format: string,
  count: number,
  batches: number,
): Promise<Float64Array> {
  const { codec, given, counterOf } = await wayOf(format);
  const master = Eshm.open(name, { role: 'master', codec, ...OPTIONS });
  const slave = Eshm.open(name, { role: 'slave', codec, ...OPTIONS });
  const segment = Segment.attach(Segment.find(deriveKey(name)));
  try {
    master.write(given(5));
    const { masterToSlave, channel } = layoutFor();
    const words = new Int32Array(segment.bytes.buffer, segment.bytes.byteOffset, segment.size >>> 2);
    const sequenceAt = (masterToSlave + channel.sequence) >>> 2;
    const countAt = (masterToSlave + channel.writeCount) >>> 2;
    return Float64Array.from({ length: batches }, () => {
      let wrong = 0;
      const startMs = performance.now();
      for (let i = 0; i < count; i++) {
        words[sequenceAt] = (words[sequenceAt]! + 2) | 0;
        words[countAt] = (words[countAt]! + 1) | 0;
        if (Number(counterOf(slave.tryRead())) !== 5) wrong++;
      }
      const spentMs = performance.now() - startMs;
      if (wrong > 0) throw new Error(`${wrong} messages were not what was written`);
      return (spentMs * 1e6) / count;
    });
  } finally {
    segment.detach();
    slave.close();
    master.close();
  }
}
