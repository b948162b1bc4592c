import { describe } from '../../layout/describe.js';

/* Values of options: each as it is, or what holds where it was not given. `action` is what cannot be done else. */

/** Largest u32: the widest a duration or a count can be on the wire. */
const U32_MAX = 2 ** 32 - 1;

/** A word of a closed set. @throws {TypeError | RangeError} */
export function word<T extends string, F>(
  name: string,
  value: T | undefined,
  fallback: F,
  allowed: readonly T[],
  action = 'open',
): T | F {
  if (value === undefined) return fallback;
  if (typeof value !== 'string') {
    throw new TypeError(`Cannot ${action}: ${name} is ${describe(value)}, expected a string`);
  }
  if (!allowed.includes(value)) {
    const others = fallback === null ? ' or null' : '';
    throw new RangeError(
      `Cannot ${action}: ${name} is '${value}', expected one of '${allowed.join("', '")}'${others}`,
    );
  }
  return value;
}

/** A whole number within bounds. @throws {TypeError | RangeError} */
export function integer(
  name: string,
  value: number | undefined,
  fallback: number,
  least = 0,
  most = U32_MAX,
  action = 'open',
): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number') {
    throw new TypeError(`Cannot ${action}: ${name} is ${describe(value)}, expected a number`);
  }
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(
      `Cannot ${action}: ${name} is ${value}, expected an integer from ${least} to ${most}`,
    );
  }
  return value;
}

/** True or false. @throws {TypeError} */
export function flag(name: string, value: boolean | undefined, fallback: boolean, action = 'open'): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') {
    throw new TypeError(`Cannot ${action}: ${name} is ${describe(value)}, expected true or false`);
  }
  return value;
}

/** Permission bits. @throws {TypeError | RangeError} */
export function permissions(mode: number | undefined, fallback: number): number {
  const value = integer('mode', mode, fallback);
  if (value > 0o777) {
    throw new RangeError(`Cannot open: mode is 0o${value.toString(8)}, expected permission bits up to 0o777`);
  }
  return value;
}
