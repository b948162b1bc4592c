import { Struct, type StructConstructor } from 'typed-struct';
import { describe } from '../../layout/describe.js';
import type { ArrayKind, Kind } from './kinds.js';
import { isKind } from './kinds.js';
import { isScalar, type PlacedField } from './ports.js';

/** How fields are placed: as C compilers for x86-64 and arm64 do, or one after the other. */
export type RecordLayout = 'c' | 'packed';

/** A compiled typed-struct, whatever its fields. */
// biome-ignore lint/suspicious/noExplicitAny: of typed-struct's own types only this takes every one
export type AnyStruct = StructConstructor<any, any>;

/** A declaration, compiled. */
export interface Compiled {
  readonly struct: AnyStruct;
  readonly fields: readonly PlacedField[];
  readonly size: number;
  readonly align: number;
}

/** What each scalar is called in typed-struct, alone and as an array. */
const STRUCT_NAMES = {
  u8: ['UInt8', 'UInt8Array'],
  u16: ['UInt16LE', 'UInt16Array'],
  u32: ['UInt32LE', 'UInt32Array'],
  u64: ['BigUInt64LE', 'BigUInt64Array'],
  i8: ['Int8', 'Int8Array'],
  i16: ['Int16LE', 'Int16Array'],
  i32: ['Int32LE', 'Int32Array'],
  i64: ['BigInt64LE', 'BigInt64Array'],
  f32: ['Float32LE', 'Float32Array'],
  f64: ['Float64LE', 'Float64Array'],
  bool: ['Boolean8', undefined],
} as const;

/** A name that is a property's in JavaScript and a member's in C. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Checks the name of a record or of a field: a property of an accessor, and a member in C and Python.
 *
 * @throws {TypeError} for what is no string
 * @throws {RangeError} for what is no identifier, or what every object has already
 */
export function checkName(what: string, name: unknown): asserts name is string {
  if (typeof name !== 'string') {
    throw new TypeError(`Cannot declare ${what}: its name is ${describe(name)}, expected a string`);
  }
  if (!NAME.test(name)) {
    throw new RangeError(
      `Cannot declare ${what}: its name is '${name}', expected letters, digits and _ only, no digit first`,
    );
  }
  if (name in Object.prototype) {
    throw new RangeError(
      `Cannot declare ${what}: its name is '${name}', which every object in JavaScript has already, expected another`,
    );
  }
}

/**
 * Compiles a declaration to a typed-struct; all offsets are read off that.
 *
 * @throws {TypeError | RangeError} for a name or a kind that cannot be, a duplicate, or no field at all
 */
export function compile(
  name: string,
  declared: Iterable<readonly [string, Kind]>,
  layout: RecordLayout,
): Compiled {
  checkName('record', name);
  const struct = new Struct(name) as unknown as Builder;
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
    if (layout === 'c') struct.seek(paddingFor(struct.getSize(), kind.align));
    append(struct, field, kind);
  }
  if (kinds.size === 0)
    throw new RangeError(`Cannot declare ${name}: it has no fields, expected one or more`);
  const align = layout === 'c' ? Math.max(...[...kinds.values()].map((kind) => kind.align)) : 1;
  struct.seek(paddingFor(struct.getSize(), align));
  const compiled = struct.compile() as AnyStruct;
  const offsets = compiled.getOffsets() as Record<string, number>;
  const fields = [...kinds].map(([field, kind]) =>
    Object.freeze({ name: field, kind, offset: offsets[field]! }),
  );
  return { struct: compiled, fields: Object.freeze(fields), size: compiled.baseSize, align };
}

/** typed-struct's builder, whose type would grow with every field. */
// biome-ignore lint/suspicious/noExplicitAny: fields come one by one from a list
type Builder = Record<string, (...values: any[]) => unknown> & {
  seek(bytes: number): unknown;
  getSize(): number;
  compile(): unknown;
};

/** A kind that was compiled by itself: a record. */
interface HasStruct extends Kind {
  readonly struct: AnyStruct;
}

function append(struct: Builder, name: string, kind: Kind): void {
  if (isScalar(kind)) struct[STRUCT_NAMES[kind.type][0]]!(name);
  else if (kind.type === 'text') struct.String!(name, kind.size);
  else if (kind.type === 'enumeration') append(struct, name, (kind as unknown as ArrayKind).of);
  else if (kind.type === 'record') struct.Struct!(name, (kind as HasStruct).struct);
  else if (kind.type === 'array') appendArray(struct, name, kind as ArrayKind);
  else struct.Buffer!(name, kind.size);
}

function appendArray(struct: Builder, name: string, { of, length, size }: ArrayKind): void {
  const method = isScalar(of) ? STRUCT_NAMES[of.type][1] : undefined;
  if (method !== undefined) struct[method]!(name, length);
  else if (of.type === 'record') struct.StructArray!(name, (of as HasStruct).struct, length);
  else struct.Buffer!(name, size);
}

/** `seek(0)` goes to the end, where a declaration always is. */
function paddingFor(size: number, align: number): number {
  return (align - (size % align)) % align;
}
