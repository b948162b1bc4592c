import { describe, describeNumber } from '../../layout/describe.js';
import { TYPES } from './types.js';

/** What is being written, and what is thrown when it cannot be: errors say where in the message it stands. */
export class Refusals {
  /** The item. */
  index = 0;
  /** What of it: `argument 2 of `, or nothing. */
  part = '';

  /** A value that is not of its type: a TypeError. */
  wrong(value: unknown, expected: string): TypeError {
    return new TypeError(`Cannot write items: ${this.#where()} is ${describe(value)}, expected ${expected}`);
  }

  notWhole(value: number): RangeError {
    return new RangeError(
      `Cannot write items: ${this.#where()} is ${value}, expected a whole number or a bigint`,
    );
  }

  out(value: number | bigint, most: number | bigint): RangeError {
    return new RangeError(
      `Cannot write items: ${this.#where()} is ${value}, expected a whole number from 0 to ${most}`,
    );
  }

  tooWide(value: bigint): RangeError {
    return new RangeError(
      `Cannot write items: ${this.#where()} is ${value}, expected 64 bits at most, which is what C++ programs read; the dialect 'python' has no limit`,
    );
  }

  notInPython(type: string): RangeError {
    const article = /^[aeiou]/.test(type) ? 'an' : 'a';
    return new RangeError(
      `Cannot write items: ${this.#where()} is ${article} ${type}, expected integer, boolean, real, string or binary; the dialect 'python' knows no more, items() without it does`,
    );
  }

  notOneValue(length: number, size: number): RangeError {
    const one = size > 0 ? ` (${size} bytes)` : '';
    return new RangeError(
      `Cannot write items: the bytes of ${this.#where()} are ${length}, expected one value with its tag and length${one}`,
    );
  }

  unknownType(type: unknown): TypeError | RangeError {
    const expected = `expected one of '${TYPES.join("', '")}', or the number of another type with its bytes`;
    const Wrong = typeof type === 'string' || typeof type === 'number' ? RangeError : TypeError;
    const found = typeof type === 'string' ? `'${type}'` : describeNumber(type);
    return new Wrong(`Cannot write items: the type of ${this.#where()} is ${found}, ${expected}`);
  }

  #where(): string {
    return `${this.part}item ${this.index}`;
  }
}
