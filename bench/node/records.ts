import { Eshm, type Order } from '../../lib/index.js';
import { bytes, f64, record } from '../../lib/record/index.js';

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

const OPTIONS = { staleThresholdMs: 10_000 };

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

const sumEight = ({ a, b, c, d, e, f, g, h }: EightDoubles): number => a + b + c + d + e + f + g + h;

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

/** Nanoseconds per look at a message of `size` bytes, one figure for each batch. */
export function timeLooks(
  name: string,
  how: string,
  size: number,
  count: number,
  batches: number,
): Float64Array {
  const master = Eshm.open(name, { role: 'master', ...OPTIONS });
  const slave = Eshm.open(name, { role: 'slave', record: { in: size === 64 ? Eight : Ends } });
  const message = Buffer.alloc(size, 0x3f);
  const target = Buffer.alloc(size);
  const look = (size === 64 ? sumEight : sumEnds) as (live: unknown) => number;
  let sum = 0;
  const writes = () => {
    for (let i = 0; i < count; i++) master.write(message);
  };
  const views = () => {
    for (let i = 0; i < count; i++) {
      master.write(message);
      sum += slave.view(look) ?? 0;
    }
  };
  const reads = () => {
    for (let i = 0; i < count; i++) {
      master.write(message);
      slave.tryReadInto(target);
    }
  };
  const both = how === 'view' ? views : reads;
  try {
    const figures = Float64Array.from(
      { length: batches },
      () => ((timeOf(both) - timeOf(writes)) * 1e6) / count,
    );
    if (how === 'view' && !(Math.abs(sum) > 0)) throw new Error('nothing was seen');
    return figures;
  } finally {
    slave.close();
    master.close();
  }
}

function timeOf(act: () => void): number {
  const startMs = performance.now();
  act();
  return performance.now() - startMs;
}
