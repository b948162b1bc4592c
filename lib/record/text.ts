import { wrongType } from './faults.js';
import { dead, type Memory } from './memory.js';
import type { Port } from './scalars.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where no text of it is ever longer than what fits: of a whole text, whose length is checked before it is encoded. */
const MOST_BYTES_PER_UNIT = 3;

/** A port to text that ends with NUL, in `size` bytes at `at`. */
export function textPort(size: number, memory: Memory, at: number, label: string): Port<string> {
  const { life, owner } = memory;
  const spare = new Uint8Array(size * MOST_BYTES_PER_UNIT);
  const get = () => {
    if (!life.isAlive) throw dead(owner);
    const window = memory.now.u8.subarray(at, at + size);
    const end = window.indexOf(0);
    return decoder.decode(window.subarray(0, end < 0 ? size : end));
  };
  return {
    get,
    set: (value: string) => {
      if (!life.isAlive) throw dead(owner);
      if (typeof value !== 'string') throw wrongType(label, value, 'a string');
      if (value.includes('\0')) {
        throw new RangeError(`Cannot set ${label}: value has a NUL, which would end it, expected none`);
      }
      const fits = value.length < size;
      const written = fits ? encoder.encodeInto(value, spare).written : encoder.encode(value).length;
      if (written >= size) {
        throw new RangeError(
          `Cannot set ${label}: value has ${written} bytes, expected ${size - 1} at most, because a NUL ends it`,
        );
      }
      const window = memory.now.u8.subarray(at, at + size);
      window.fill(0);
      for (let i = 0; i < written; i++) window[i] = spare[i]!;
    },
    copy: get,
  };
}
