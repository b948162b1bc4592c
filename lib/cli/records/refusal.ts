/** What a record can have, in words. */
export const EXPECTED =
  'numbers of a fixed width, char arrays, enumerations, plain structs and arrays of those';

/** Why something of a header can be no record: which member it is, and what is wrong with it. */
export class Refusal extends RangeError {
  /** `Driver.p`, or `Driver` for what concerns all of it. */
  readonly label: string;
  /** `it is a pointer`. */
  readonly why: string;

  constructor(label: string, why: string, expected = EXPECTED) {
    super(`Cannot read ${label}: ${why}, expected ${expected}`);
    this.label = label;
    this.why = why;
  }

  /** The same as a part of a line: `Driver.p is a pointer`. */
  get brief(): string {
    return `${this.label} ${this.why.replace(/^it /, '')}`;
  }
}
