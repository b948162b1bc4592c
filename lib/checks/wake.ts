import { describe } from '../../layout/describe.js';

/**
 * How a reader that does not block is woken, from the least delay to the least load:
 *
 * - `'eager'`: polls without an end while some 800 messages or more come a second, for up to a whole core.
 * - `'balanced'`: learns the stream's rhythm, sleeps until shortly before the next message is due, and looks closely only
 *   then. Who has written since the last read, and so may await an answer, waits eagerly.
 * - `'lazy'`: looks with every heartbeat, which costs nothing: up to some 8 ms late.
 *
 * @useDeclaredType
 */
export type Wake = 'eager' | 'balanced' | 'lazy';

/** @throws {TypeError | RangeError} for anything but a {@link Wake}; `undefined` is `'balanced'` */
export function checkWake(action: string, wake: Wake | undefined): Wake {
  switch (wake) {
    case undefined:
      return 'balanced';
    case 'eager':
    case 'balanced':
    case 'lazy':
      return wake;
  }
  const expected = `expected 'eager', 'balanced' or 'lazy'`;
  if (typeof wake === 'string') throw new RangeError(`Cannot ${action}: wake is '${wake}', ${expected}`);
  throw new TypeError(`Cannot ${action}: wake is ${describe(wake)}, ${expected}`);
}
