import { deriveKey, layoutFor } from '../../layout/index.js';
import { Eshm, type Order } from '../../lib/index.js';
import { bytes, f64, record } from '../../lib/record/index.js';
import { Segment } from '../../syscalls/index.js';

/** Eight doubles: 64 bytes. */
const Eight = record('Eight', { a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64 });

/** Two doubles at the ends of 4096 bytes. */
const Ends = record('Ends', { first: f64, between: bytes(4080), last: f64 });

interface EightDoubles {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
  g: number;
  h: number;
}

const OPTIONS = { staleThresholdMs: 10_000, shm: 'system-v' } as const;

let next = 0.5;

function fill(eight: EightDoubles): void {
  const value = next;
  eight.a = value;
  eight.b = value + 1;
  eight.c = value + 2;
  eight.d = value + 3;
  eight.e = value + 4;
  eight.f = value + 5;
  eight.g = value + 6;
  eight.h = value + 7;
}

const sumEight = ({ a, b, c, d, e, f, g, h }: EightDoubles): number => a + b + (c + d) + (e + f + (g + h));

const sumEnds = (ends: { first: number; last: number }): number => ends.first + ends.last;

/** Nanoseconds per update of eight doubles, one figure for each batch. */
export function timeUpdates(name: string, order: Order, count: number, batches: number): Float64Array {
  const master = Eshm.open(name, { role: 'master', record: Eight, order, ...OPTIONS });
  try {
    return Float64Array.from({ length: batches }, () => {
      const startMs = performance.now();
      for (let i = 0; i < count; i++) {
        next += 1;
        master.update(fill);
      }
      return ((performance.now() - startMs) * 1e6) / count;
    });
  } finally {
    master.close();
  }
}

/**
 * Nanoseconds per look at a message of `size` bytes, one figure for each batch. The master has written one; then the
 * channel is moved by its two counters alone, as a writer leaves them that has written the same again.
 */
export function timeLooks(
  name: string,
  how: string,
  size: number,
  count: number,
  batches: number,
): Float64Array {
  const master = Eshm.open(name, { role: 'master', ...OPTIONS });
  const slave = Eshm.open(name, {
    role: 'slave',
    shm: 'system-v',
    record: { in: size === 64 ? Eight : Ends },
  });
  const segment = Segment.attach(Segment.find(deriveKey(name)));
  try {
    master.write(Buffer.alloc(size, 0x3f));
    const act = how === 'view' ? viewing(slave, size) : reading(slave, size);
    const move = movingOf(segment);
    const figures = Float64Array.from({ length: batches }, () => {
      const idleMs = timeOf(() => {
        for (let i = 0; i < count; i++) move();
      });
      return ((timeOf(() => act(count, move)) - idleMs) * 1e6) / count;
    });
    const { m2sReadCount } = slave.stats();
    if (m2sReadCount < count * batches) throw new Error(`only ${m2sReadCount} were looked at`);
    return figures;
  } finally {
    segment.detach();
    slave.close();
    master.close();
  }
}

/** Moves the master's channel on by one message. */
function movingOf(segment: Segment): () => void {
  const { buffer, byteOffset } = segment.bytes;
  const { masterToSlave, channel } = layoutFor();
  const words = new Int32Array(buffer, byteOffset, segment.size >>> 2);
  const sequenceAt = (masterToSlave + channel.sequence) >>> 2;
  const countAt = (masterToSlave + channel.writeCount) >>> 2;
  return () => {
    words[sequenceAt] = (words[sequenceAt]! + 2) | 0;
    words[countAt] = (words[countAt]! + 1) | 0;
  };
}

type Act = (count: number, move: () => void) => void;

type Slave = Eshm<unknown, typeof Eight | typeof Ends>;

function viewing(slave: Slave, size: number): Act {
  const look = (size === 64 ? sumEight : sumEnds) as (live: unknown) => number;
  let sum = 0;
  return (count, move) => {
    for (let i = 0; i < count; i++) {
      move();
      sum += slave.view(look) ?? Number.NaN;
    }
    if (Number.isNaN(sum)) throw new Error('a look has found nothing');
  };
}

function reading(slave: Slave, size: number): Act {
  const target = Buffer.alloc(size);
  return (count, move) => {
    for (let i = 0; i < count; i++) {
      move();
      slave.tryReadInto(target);
    }
  };
}

function timeOf(act: () => void): number {
  const startMs = performance.now();
  act();
  return performance.now() - startMs;
}
