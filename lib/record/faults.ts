import { describe, describeNumber } from '../../layout/describe.js';

/** The error for a value of the wrong type: a TypeError. */
export function wrongType(label: string, value: unknown, expected: string): TypeError {
  return new TypeError(`Cannot set ${label}: value is ${describe(value)}, expected ${expected}`);
}

/** The error for what is not an integer between two limits: a TypeError for what is no number, else a RangeError. */
export function notInteger(
  label: string,
  value: unknown,
  least: number,
  most: number,
): TypeError | RangeError {
  const expected = `an integer from ${least} to ${most}`;
  if (typeof value !== 'number') return wrongType(label, value, expected);
  return new RangeError(`Cannot set ${label}: value is ${describeNumber(value)}, expected ${expected}`);
}

/** The error for what is not a bigint between two limits. */
export function notBigint(
  label: string,
  value: unknown,
  least: bigint,
  most: bigint,
): TypeError | RangeError {
  const expected = `a bigint from ${least} to ${most}`;
  if (typeof value !== 'bigint') return wrongType(label, value, expected);
  return new RangeError(`Cannot set ${label}: value is ${value}, expected ${expected}`);
}

/** The error for an index that an array does not have. */
export function noElement(label: string, index: unknown, length: number): RangeError {
  return new RangeError(
    `Cannot find an element of ${label}: index is ${describeNumber(index)}, expected an integer from 0 to ${length - 1}`,
  );
}
