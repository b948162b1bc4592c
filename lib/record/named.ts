import { describe, describeNumber } from '../../layout/describe.js';
import { FITS } from './fits.js';
import {
  asKind,
  checkOptions,
  type EnumerationKind,
  type FlagsKind,
  type IntegerKind,
  isKind,
  type NamedType,
} from './kinds.js';
import { checkName, checkNamespace } from './names.js';

/** Options of {@link flags}, and of {@link enumeration}: what `eshm header` prints. Nothing of it is on the wire. */
export interface NamedOptions {
  /** What the type is called in C, C++ and Python; after record and field by default (`Pose_mode`). */
  readonly name?: string;
  /** The namespace that it is in, in C++: `'robot'`, `'robot::arm'`; none by default. */
  readonly namespace?: string;
  /** Whether it is an `enum class` in C++; false by default. */
  readonly scoped?: boolean;
}

/** Options of {@link enumeration}. */
export interface EnumerationOptions extends NamedOptions {
  /** Whether a number without a name is refused, both ways; false by default. */
  readonly closed?: boolean;
}

/**
 * One of a set of names, an integer on the wire. A number without a name comes as that number and is written as one;
 * with `{ closed: true }` it is ESHM_CORRUPT where it is read and a RangeError where it is written.
 *
 * @param kind - an integer kind; of 64 bits, the numbers are bigints
 * @param values - the number of each name. Of several names for one number, a read gives the first
 * @param options - `closed`, and what `eshm header` prints: `name`, `namespace`, `scoped`
 * @typeParam Names - the names
 * @typeParam Value - what the integer is: number, or bigint for one of 64 bits
 * @typeParam Closed - the option `closed`
 * @throws {TypeError | RangeError} for anything else
 *
 * @example
 * const State = record('State', { mode: enumeration(u8, { idle: 0, moving: 1 }) });
 * State.decode(Uint8Array.of(1)).mode; // 'moving'
 * State.decode(Uint8Array.of(9)).mode; // 9
 */
export function enumeration<
  Names extends string,
  Value extends number | bigint,
  Closed extends boolean = false,
>(
  kind: IntegerKind<Value>,
  values: Readonly<Record<Names, Value>>,
  options: EnumerationOptions & { readonly closed?: Closed } = {},
): EnumerationKind<Names, Value, Closed extends true ? never : Value> {
  checkNamed('enumeration', kind, values);
  const { closed } = checkOptions('enumeration', options, { closed: [false, true] } as const, NAMED_OPTIONS);
  const { size, align } = kind;
  return Object.freeze(
    asKind({
      type: 'enumeration' as const,
      of: kind,
      values: Object.freeze({ ...values }),
      closed,
      size,
      align,
      ...checkNamedOptions('enumeration', options),
    }),
  );
}

/**
 * A set of names, each a bit (or several) of one integer: what C or-s together. A read gives the names whose bits are
 * set, in the order of the declaration, then the other bits as one number, if any are set; a write takes the same, in any
 * order. A name of several bits is given where names of single bits do not say all of them.
 *
 * @param kind - an integer kind; of 64 bits, the numbers are bigints
 * @param values - the bits of each name
 * @param options - what `eshm header` prints: `name`, `namespace`, `scoped`
 * @throws {TypeError | RangeError} for anything else
 *
 * @example
 * const Status = record('Status', { set: flags(u8, { armed: 1, failed: 4 }) });
 * Status.decode(Uint8Array.of(0x45)).set.join(' '); // 'armed failed 64'
 */
export function flags<Names extends string, Value extends number | bigint>(
  kind: IntegerKind<Value>,
  values: Readonly<Record<Names, Value>>,
  options: NamedOptions = {},
): FlagsKind<Names, Value> {
  checkNamed('flags', kind, values);
  checkOptions('flags', options, {}, NAMED_OPTIONS);
  const { size, align } = kind;
  return Object.freeze(
    asKind({
      type: 'flags' as const,
      of: kind,
      values: Object.freeze({ ...values }),
      size,
      align,
      ...checkNamedOptions('flags', options),
    }),
  );
}

const NAMED_OPTIONS = ['name', 'namespace', 'scoped'];

function checkNamedOptions(what: string, { name, namespace = '', scoped = false }: NamedOptions): NamedType {
  if (name !== undefined) checkName(what, name);
  checkNamespace(what, namespace);
  if (typeof scoped !== 'boolean')
    throw new RangeError(`Cannot declare ${what}: scoped is ${describe(scoped)}, expected true or false`);
  return { name, namespace, scoped };
}

const INTEGERS: ReadonlySet<string> = new Set(['u8', 'u16', 'u32', 'u64', 'i8', 'i16', 'i32', 'i64']);

/** Least and greatest number of an integer kind, as errors say them. */
function limitsIn({ type, size }: IntegerKind<number | bigint>): readonly [bigint, bigint] {
  const bits = BigInt(size * 8);
  return type.startsWith('i') ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
}

function checkNamed(
  what: string,
  kind: IntegerKind<number | bigint>,
  values: Readonly<Record<string, number | bigint>>,
): void {
  if (!isKind(kind) || !INTEGERS.has(kind.type)) {
    const found = isKind(kind) ? kind.type : describe(kind);
    throw new TypeError(`Cannot declare ${what}: kind is ${found}, expected an integer`);
  }
  if (typeof values !== 'object' || values === null) {
    throw new TypeError(`Cannot declare ${what}: values is ${describe(values)}, expected names and numbers`);
  }
  const entries = Object.entries(values);
  if (entries.length === 0)
    throw new RangeError(`Cannot declare ${what}: it has no names, expected one or more`);
  const fits = FITS[kind.type] as (value: unknown) => boolean;
  for (const [name, value] of entries) {
    if (fits(value)) continue;
    const [least, most] = limitsIn(kind);
    const integer = kind.size === 8 ? 'a bigint' : 'an integer';
    const found = typeof value === 'bigint' ? `${value}n` : describeNumber(value);
    throw new RangeError(
      `Cannot declare ${what}: ${name} is ${found}, expected ${integer} from ${least} to ${most} (${kind.type})`,
    );
  }
}
