import { describe } from '../../layout/describe.js';
import type { AnyStruct } from './declare.js';
import * as kinds from './kinds.js';
import { array, bytes, type Kind, type ScalarKind, text } from './kinds.js';
import { checkName } from './names.js';
import type { PlacedField } from './ports.js';
import { type AnyRecord, checkRecordOptions, type RecordOptions, recordOf } from './record.js';

/** An instance of a typed-struct, over bytes that a probe may change. */
type Instance = Record<string, unknown>;

const ARRAYS = new Map<unknown, Kind>([
  [Uint8Array, kinds.u8],
  [Uint16Array, kinds.u16],
  [Uint32Array, kinds.u32],
  [BigUint64Array, kinds.u64],
  [Int8Array, kinds.i8],
  [Int16Array, kinds.i16],
  [Int32Array, kinds.i32],
  [BigInt64Array, kinds.i64],
  [Float32Array, kinds.f32],
  [Float64Array, kinds.f64],
]);

/** Integers by what they are with all bits set. */
const INTEGERS: readonly (readonly [number | bigint, ScalarKind<number> | ScalarKind<bigint>, number])[] = [
  [0xff, kinds.u8, 1],
  [0xffff, kinds.u16, 2],
  [0xffff_ffff, kinds.u32, 4],
  [2n ** 64n - 1n, kinds.u64, 8],
  [-1, kinds.i8, 1],
  [-1, kinds.i16, 2],
  [-1, kinds.i32, 4],
  [-1n, kinds.i64, 8],
];

/**
 * A record of a typed-struct that is compiled already, packed as it was declared: fields stay where they are, and what
 * lies between them is padding.
 *
 * typed-struct does not tell the kinds of its fields, so they are found out: by the objects it makes for them, and by
 * what its getters make of bytes that are put there.
 *
 * @param struct - what `compile()` returned
 * @param options - `allowShorter`, `namespace`
 * @throws {TypeError} for anything else, and for fields that no record can have: big-endian numbers, bits, BCD, CRC,
 * flags of several bytes, fields without a fixed length, fields of one's own making
 * @throws {RangeError} for fields that share bytes, and for names that {@link record} refuses
 *
 * @example
 * const PoseStruct = new Struct('Pose').Float64LE('x').Float64LE('y').compile();
 * const Pose = record.from(PoseStruct);
 * Pose.offsets.y; // 8
 */
export function fromStruct(
  struct: AnyStruct,
  options: Pick<RecordOptions, 'allowShorter' | 'namespace'> = {},
): AnyRecord {
  if (typeof struct !== 'function' || typeof struct.getOffsets !== 'function') {
    throw new TypeError(
      `Cannot make a record: struct is ${describe(struct)}, expected a typed-struct that is compiled`,
    );
  }
  const name = (struct as unknown as { name: string }).name;
  checkName('record', name);
  const checked = checkRecordOptions(name, options);
  const fields = fieldsOf(name, struct);
  const size = struct.baseSize;
  const isDense = fields.reduce((sum, { kind }) => sum + kind.size, 0) === size;
  const offsets = Object.freeze(Object.fromEntries(fields.map((field) => [field.name, field.offset])));
  const layout = isDense ? 'packed' : Object.freeze({ offsets, size, align: 1 });
  return recordOf(name, { fields, size, align: 1, layout }, checked, struct);
}

function fieldsOf(name: string, struct: AnyStruct): readonly PlacedField[] {
  const probe = new Probe(name, struct);
  const offsets = Object.entries(struct.getOffsets() as Record<string, number>).sort(([, a], [, b]) => a - b);
  if (offsets.length === 0)
    throw new TypeError(`Cannot make a record: ${name} has no fields, expected one or more`);
  let end = 0;
  let before = '';
  return Object.freeze(
    offsets.map(([field, offset]) => {
      checkName(`field of ${name}`, field);
      const kind = probe.kindOf(field, offset);
      if (offset < end) {
        throw new RangeError(
          `Cannot make a record: ${before} and ${field} of ${name} share bytes, expected fields apart`,
        );
      }
      end = offset + kind.size;
      before = field;
      return Object.freeze({ name: field, kind, offset });
    }),
  );
}

/** One instance of a typed-struct, to be asked what its fields are. */
class Probe {
  readonly #name: string;
  readonly #bytes: Buffer;
  readonly #instance: Instance;

  constructor(name: string, struct: AnyStruct) {
    this.#name = name;
    // Memory of its own, so that arrays which are aligned in the struct are so here.
    this.#bytes = Buffer.from(new ArrayBuffer(struct.baseSize));
    try {
      this.#instance = new struct(this.#bytes) as Instance;
    } catch (cause) {
      throw new TypeError(
        `Cannot make a record: ${name} cannot be laid over memory: ${(cause as Error).message}`,
        {
          cause,
        },
      );
    }
  }

  kindOf(field: string, offset: number): Kind {
    const isObject = Object.getOwnPropertyDescriptor(this.#instance, field)?.get === undefined;
    const kind = isObject ? this.#objectKind(field, offset) : this.#valueKind(field, offset);
    if (kind === undefined || offset < 0) {
      throw new TypeError(
        `Cannot make a record: field ${field} of ${this.#name} is none that a record can have, expected little-endian numbers, flags of a byte, text and bytes of a fixed length, structs, or arrays of those`,
      );
    }
    return kind;
  }

  /** What typed-struct has an object for: arrays, bytes, structs. */
  #objectKind(field: string, offset: number): Kind | undefined {
    const value = this.#instance[field];
    if (Buffer.isBuffer(value)) return value.length > 0 ? bytes(value.length) : undefined;
    if (ArrayBuffer.isView(value)) {
      const kind = ARRAYS.get(value.constructor);
      const { length } = value as Uint8Array;
      return kind === undefined || length === 0 ? undefined : array(kind, length);
    }
    if (Array.isArray(value)) {
      if (value.length === 0) return undefined;
      const [first] = value as unknown[];
      if (typeof first === 'string')
        return array(text(this.#textSize(() => (value as string[])[0]!, offset)), value.length);
      return array(fromStruct((first as object).constructor as unknown as AnyStruct), value.length);
    }
    if (typeof value !== 'object' || value === null) return undefined;
    return fromStruct(value.constructor as unknown as AnyStruct);
  }

  /** What typed-struct has a getter for. */
  #valueKind(field: string, offset: number): Kind | undefined {
    const get = () => this.#instance[field];
    this.#bytes.fill(0xff);
    const full = get();
    if (typeof full === 'string') return text(this.#textSize(get as () => string, offset));
    if (typeof full === 'boolean') return this.#with(offset + 1, [1], get) === false ? kinds.bool : undefined;
    if (Number.isNaN(full)) {
      if (this.#with(offset, [0, 0, 0x80, 0x3f], get) === 1) return kinds.f32;
      return this.#with(offset, [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], get) === 1 ? kinds.f64 : undefined;
    }
    return INTEGERS.find(([most, , size]) => most === full && this.#counts(offset, size, get))?.[1];
  }

  /** Whether exactly `size` bytes make the integer, the first one the least. */
  #counts(offset: number, size: number, get: () => unknown): boolean {
    for (let byte = 0; byte < 8; byte++) {
      const expected = byte < size ? 2 ** (8 * byte) : 0;
      if (Number(this.#with(offset + byte, [1], get)) !== expected) return false;
    }
    return true;
  }

  #textSize(get: () => string, offset: number): number {
    this.#bytes.fill(0).fill(0x61, offset);
    return get().length;
  }

  /** What `get` makes of these bytes, all others 0. */
  #with(at: number, values: readonly number[], get: () => unknown): unknown {
    this.#bytes.fill(0);
    this.#bytes.set(values.slice(0, Math.max(0, this.#bytes.length - at)), Math.min(at, this.#bytes.length));
    return get();
  }
}
