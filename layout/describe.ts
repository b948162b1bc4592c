/**
 * What `value` is, for people: what follows `is` where it is not what was expected. `null`, `of type string`,
 * `of class Date`; never the value itself, because `4096` does not say that it is text.
 */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `of type ${typeof value}`;
  return `of class ${value.constructor?.name ?? 'none'}`;
}

/** As {@link describe}, where a number was expected: a number as it is, because then its value is what is wrong. */
export function describeNumber(value: unknown): string {
  return typeof value === 'number' ? `${value}` : describe(value);
}
