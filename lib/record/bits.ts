import { FITS } from './fits.js';
import type { FlagsKind } from './kinds.js';

/** Throws what is wrong with an element of a set that is none of its names. */
export type Refuse = (element: unknown) => never;

/** How the bits of an integer become names, and names bits. */
export interface Bits<T extends number | bigint = number | bigint> {
  /** The names whose bits are set, then the other bits, if any are. */
  split(value: T): (string | T)[];
  /** The same back. */
  join(given: Iterable<string | T>, refuse: Refuse): T;
}

/** Names and bits of a kind. */
export function bitsOf(kind: FlagsKind): Bits {
  return (kind.of.size === 8 ? bitsOf64(kind) : bitsOf32(kind)) as Bits;
}

/*
 * Both reckon with bits as numbers without a sign, which is put back at the end. A name of several bits is given where
 * names of single bits do not say all of them.
 */

function bitsOf32(kind: FlagsKind): Bits<number> {
  const { size, type } = kind.of;
  const mask = 2 ** (8 * size) - 1;
  const unused = 32 - 8 * size;
  const signed = (bits: number) => (type.startsWith('i') ? (bits << unused) >> unused : bits);
  const known = Object.entries(kind.values as Record<string, number>).map(
    ([name, value]) => [name, (value & mask) >>> 0] as const,
  );
  const values = new Map(known);
  const isSingle = (bits: number) => (bits & (bits - 1)) === 0;
  const single = known.reduce((all, [, bits]) => (isSingle(bits) ? all | bits : all), 0);
  const fits = FITS[type] as (value: unknown) => boolean;
  const isBits = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= mask;
  return {
    split(value) {
      const bits = (value & mask) >>> 0;
      let rest = bits;
      const found: (string | number)[] = [];
      for (const [name, of] of known) {
        if (of === 0 || (bits & of) >>> 0 !== of) continue;
        if (!isSingle(of) && (of & ~single) === 0) continue;
        found.push(name);
        rest &= ~of;
      }
      rest >>>= 0;
      if (rest !== 0) found.push(signed(rest));
      return found;
    },
    join(given, refuse) {
      let bits = 0;
      for (const one of given) {
        const named = values.get(one as string);
        if (named !== undefined) bits |= named;
        else if (fits(one) || isBits(one)) bits |= one as number;
        else refuse(one);
      }
      return signed((bits & mask) >>> 0);
    },
  };
}

/** The same for 64 bits. */
function bitsOf64(kind: FlagsKind): Bits<bigint> {
  const isSigned = kind.of.type === 'i64';
  const unsigned = (value: bigint) => BigInt.asUintN(64, value);
  const signed = (bits: bigint) => (isSigned ? BigInt.asIntN(64, bits) : bits);
  const known = Object.entries(kind.values as Record<string, bigint>).map(
    ([name, value]) => [name, unsigned(value)] as const,
  );
  const values = new Map(known);
  const isSingle = (bits: bigint) => (bits & (bits - 1n)) === 0n;
  const single = known.reduce((all, [, bits]) => (isSingle(bits) ? all | bits : all), 0n);
  return {
    split(value) {
      const bits = unsigned(value);
      let rest = bits;
      const found: (string | bigint)[] = [];
      for (const [name, of] of known) {
        if (of === 0n || (bits & of) !== of) continue;
        if (!isSingle(of) && (of & ~single) === 0n) continue;
        found.push(name);
        rest &= ~of;
      }
      if (rest !== 0n) found.push(signed(rest));
      return found;
    },
    join(given, refuse) {
      let bits = 0n;
      for (const one of given) {
        const named = values.get(one as string);
        if (named !== undefined) bits |= named;
        else if (typeof one === 'bigint' && (unsigned(one) === one || BigInt.asIntN(64, one) === one))
          bits |= unsigned(one);
        else refuse(one);
      }
      return signed(bits);
    },
  };
}
