/** Ports to integers that have names. */

import { describe } from '../../layout/describe.js';
import { EshmError } from '../errors.js';
import { bitsOf, type Refuse } from './bits.js';
import { wrongType } from './faults.js';
import { FITS, misfit } from './fits.js';
import type { EnumerationKind, FlagsKind } from './kinds.js';
import type { Memory } from './memory.js';
import { type Port, scalarPort } from './scalars.js';

/** Most names that an error lists. */
const MOST_LISTED = 16;

type Integer = number | bigint;

/** Names as errors say them: `idle (0), moving (1)`. */
export function listed(values: Readonly<Record<string, Integer>>): string {
  const all = Object.entries(values).map(([name, value]) => `${name} (${value})`);
  const more = all.length - MOST_LISTED;
  return more > 0 ? `${all.slice(0, MOST_LISTED).join(', ')} and ${more} more` : all.join(', ');
}

/** The first name of each number. */
export function namesOf(values: Readonly<Record<string, Integer>>): ReadonlyMap<Integer, string> {
  return new Map(
    Object.entries(values)
      .reverse()
      .map(([name, value]) => [value, name]),
  );
}

/** A port to one of several names, or to a number that has none. */
export function enumerationPort(kind: EnumerationKind, memory: Memory, at: number, label: string): Port {
  const { of, closed } = kind;
  const number = scalarPort(of.type, of.size, memory, at, label) as Port<Integer>;
  const values = new Map(Object.entries(kind.values));
  const names = namesOf(kind.values);
  const fits = FITS[of.type] as (value: unknown) => boolean;
  const get = () => {
    const value = number.get();
    const name = names.get(value);
    if (name !== undefined || !closed) return name ?? value;
    throw new EshmError(
      'ESHM_CORRUPT',
      `Cannot read ${label}: value is ${value}, expected one of ${listed(kind.values)}`,
    );
  };
  const refused = (given: unknown): Error => {
    const number = closed ? '' : `, or ${of.size === 8 ? 'a bigint' : 'an integer'} of ${of.size * 8} bits`;
    const expected = `one of ${listed(kind.values)}${number}`;
    if (typeof given !== 'string') return wrongType(label, given, expected);
    return new RangeError(`Cannot set ${label}: value is '${given}', expected ${expected}`);
  };
  return {
    get,
    set: (given: string | Integer) => {
      const value = values.get(given as string);
      if (value !== undefined) number.set(value as never);
      else if (typeof given === 'string' || closed) throw refused(given);
      else if (fits(given)) number.set(given as never);
      else throw typeof given === 'object' ? refused(given) : misfit(of.type, label, given);
    },
    copy: get,
  };
}

/** A port to a set of names. */
export function flagsPort(kind: FlagsKind, memory: Memory, at: number, label: string): Port {
  const { of } = kind;
  const number = scalarPort(of.type, of.size, memory, at, label) as Port<Integer>;
  const bits = bitsOf(kind);
  return {
    get: () => bits.split(number.get() as never),
    set: (given: Iterable<string | Integer>) => {
      if (typeof given === 'string' || typeof given?.[Symbol.iterator] !== 'function') {
        throw wrongType(label, given, `an array or a set of names and numbers: ${listed(kind.values)}`);
      }
      number.set(bits.join(given as never, refusing(kind, label)) as never);
    },
    copy: () => bits.split(number.get() as never),
  };
}

function refusing({ of, values }: FlagsKind, label: string): Refuse {
  const [expected, integer] = [`one of ${listed(values)}`, of.size === 8 ? 'a bigint' : 'an integer'];
  return (element) => {
    if (typeof element === 'string') {
      throw new RangeError(`Cannot set ${label}: value has '${element}', expected ${expected}`);
    }
    const found = typeof element === 'number' || typeof element === 'bigint' ? element : describe(element);
    throw new RangeError(
      `Cannot set ${label}: value has ${found}, expected ${integer} of ${of.size * 8} bits, or ${expected}`,
    );
  };
}
