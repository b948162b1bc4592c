import type { StructConstructor } from 'typed-struct';
import { describe, describeNumber } from '../../layout/describe.js';
import type { Kind } from './kinds.js';
import { isKind } from './kinds.js';
import { checkName } from './names.js';
import type { PlacedField } from './ports.js';

/**
 * How fields are placed: as C compilers for x86-64 and arm64 do, one after the other, or where a {@link Placement} says.
 */
export type RecordLayout = 'c' | 'packed' | Placement;

/** Where each field is, in bytes: for structs that a pragma or an attribute has moved. */
export interface Placement {
  /** Bytes from the start to each field; no two share a byte. */
  readonly offsets: Readonly<Record<string, number>>;
  /** Bytes in all. */
  readonly size: number;
  /** Where others have it as a field under the layout `c`, its offset is a multiple of this; 1 by default. */
  readonly align?: number;
}

/** A compiled typed-struct, whatever its fields. */
// biome-ignore lint/suspicious/noExplicitAny: of typed-struct's own types only this takes every one
export type AnyStruct = StructConstructor<any, any>;

/** A declaration, compiled. */
export interface Compiled {
  readonly fields: readonly PlacedField[];
  readonly size: number;
  readonly align: number;
  readonly layout: RecordLayout;
}

/**
 * Places the fields of a declaration.
 *
 * @throws {TypeError | RangeError} for a name or a kind that cannot be, a duplicate, no field at all, or a placement that
 * does not fit the fields
 */
export function compile(
  name: string,
  declared: Iterable<readonly [string, Kind]>,
  layout: RecordLayout,
): Compiled {
  checkName('record', name);
  const kinds = new Map<string, Kind>();
  for (const [field, kind] of declared) {
    checkName(`field of ${name}`, field);
    if (kinds.has(field))
      throw new RangeError(`Cannot declare ${name}: field ${field} comes twice, expected once`);
    if (!isKind(kind)) {
      throw new TypeError(
        `Cannot declare ${name}: field ${field} is ${describe(kind)}, expected a kind, for example f64`,
      );
    }
    kinds.set(field, kind);
  }
  if (kinds.size === 0)
    throw new RangeError(`Cannot declare ${name}: it has no fields, expected one or more`);
  return typeof layout === 'object' ? placed(name, kinds, layout) : inOrder(kinds, layout);
}

function inOrder(kinds: ReadonlyMap<string, Kind>, layout: 'c' | 'packed'): Compiled {
  let size = 0;
  let align = 1;
  const fields = [...kinds].map(([name, kind]) => {
    if (layout === 'c') {
      size += paddingFor(size, kind.align);
      align = Math.max(align, kind.align);
    }
    const offset = size;
    size += kind.size;
    return Object.freeze({ name, kind, offset });
  });
  return { fields: Object.freeze(fields), size: size + paddingFor(size, align), align, layout };
}

function placed(name: string, kinds: ReadonlyMap<string, Kind>, layout: Placement): Compiled {
  const { offsets, size, align = 1 } = layout;
  checkPlacement(name, kinds, layout);
  const fields = [...kinds].map(([field, kind]) =>
    Object.freeze({ name: field, kind, offset: offsets[field]! }),
  );
  let end = 0;
  let before = '';
  for (const { name: field, kind, offset } of fields.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end) {
      throw new RangeError(
        `Cannot declare ${name}: ${before} and ${field} share bytes, expected fields apart`,
      );
    }
    end = offset + kind.size;
    before = field;
  }
  if (end > size) {
    throw new RangeError(
      `Cannot declare ${name}: field ${before} ends at ${end}, expected ${size} at most (size)`,
    );
  }
  const kept = Object.freeze({ offsets: Object.freeze({ ...offsets }), size, align });
  return { fields: Object.freeze(fields), size, align, layout: kept };
}

function checkPlacement(
  name: string,
  kinds: ReadonlyMap<string, Kind>,
  { offsets, size, align = 1 }: Placement,
): void {
  if (typeof offsets !== 'object' || offsets === null) {
    throw new TypeError(
      `Cannot declare ${name}: layout.offsets is ${describe(offsets)}, expected an object with that of each field`,
    );
  }
  const unknown = Object.keys(offsets).find((field) => !kinds.has(field));
  if (unknown !== undefined) {
    throw new RangeError(`Cannot declare ${name}: layout.offsets has ${unknown}, which is no field of it`);
  }
  for (const field of kinds.keys()) checkPlace(`${name}: layout.offsets.${field}`, offsets[field], 0);
  checkPlace(`${name}: layout.size`, size, 1);
  checkPlace(`${name}: layout.align`, align, 1);
  if ((align & (align - 1)) !== 0 || size % align !== 0) {
    throw new RangeError(
      `Cannot declare ${name}: layout.align is ${align}, expected a power of two of which layout.size (${size}) is a multiple`,
    );
  }
}

function checkPlace(what: string, value: unknown, least: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= 2 ** 29) return;
  const Wrong = typeof value === 'number' ? RangeError : TypeError;
  throw new Wrong(
    `Cannot declare ${what} is ${describeNumber(value)}, expected an integer of ${least} or more`,
  );
}

/** How many bytes lie between `size` and the next multiple of `align`. */
function paddingFor(size: number, align: number): number {
  return (align - (size % align)) % align;
}
