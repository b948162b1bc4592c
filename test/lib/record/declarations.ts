import fc from 'fast-check';
import * as r from '../../../lib/record/index.js';

const SCALARS: r.Kind[] = [r.u8, r.u16, r.u32, r.u64, r.i8, r.i16, r.i32, r.i64, r.f32, r.f64, r.bool];

type Layout = 'c' | 'packed' | 'placed';

const layouts = fc.constantFrom<Layout>('c', 'packed', 'placed');

/** A number that makes names of a run unique. */
let names = 0;

function recordOf(kinds: fc.Arbitrary<r.Kind>): fc.Arbitrary<r.AnyRecord> {
  return fc
    .tuple(
      fc.array(kinds, { minLength: 1, maxLength: 8 }),
      layouts,
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 9, maxLength: 9 }),
      fc.constantFrom(1, 2, 4, 8, 16),
    )
    .map(([of, layout, gaps, align]) => {
      const fields = of.map((kind, i) => [`f${i}`, kind] as const);
      const placed = () => placement(fields, gaps, align);
      return r.record(`R${names++}`, fields, {
        layout: layout === 'placed' ? placed() : layout,
      }) as r.AnyRecord;
    });
}

/** Fields with gaps between them, and before and behind them. */
function placement(
  fields: (readonly [string, r.Kind])[],
  gaps: readonly number[],
  align: number,
): r.Placement {
  const offsets: Record<string, number> = {};
  let size = 0;
  for (const [i, [name, kind]] of fields.entries()) {
    size += gaps[i]!;
    offsets[name] = size;
    size += kind.size;
  }
  size += gaps.at(-1)!;
  return { offsets, size: size + ((align - (size % align)) % align), align };
}

const leaves: fc.Arbitrary<r.Kind> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SCALARS) },
  fc.integer({ min: 1, max: 19 }).map((size) => r.text(size)),
  fc.integer({ min: 1, max: 19 }).map((size) => r.text(size, { encoding: 'latin1' })),
  fc.integer({ min: 1, max: 19 }).map((size) => r.bytes(size)),
  fc
    .constantFrom(r.u8, r.u16, r.u32, r.i8, r.i16, r.i32)
    .map((kind) => r.enumeration(kind, { idle: 0, first: 0, moving: 1, halted: 100 })),
  fc.constantFrom(r.u64, r.i64).map((kind) => r.enumeration(kind, { idle: 0n, moving: 2n ** 40n })),
  fc
    .constantFrom(r.u8, r.u16, r.u32, r.i8, r.i16, r.i32)
    .map((kind) => r.flags(kind, { armed: 1, failed: 4, field: 0x30 })),
  fc.constantFrom(r.u64, r.i64).map((kind) => r.flags(kind, { armed: 1n, far: 2n ** 40n })),
);

const arrays = (of: fc.Arbitrary<r.Kind>): fc.Arbitrary<r.Kind> =>
  fc.tuple(of, fc.integer({ min: 1, max: 5 })).map(([kind, length]) => r.array(kind, length));

const flat = fc.oneof({ weight: 3, arbitrary: leaves }, arrays(leaves), arrays(arrays(leaves)));

const parts = recordOf(flat);

/** Records of all kinds, up to two records deep, under either layout. */
export const declarations: fc.Arbitrary<r.AnyRecord> = recordOf(
  fc.oneof({ weight: 4, arbitrary: flat }, parts, arrays(parts), recordOf(fc.oneof(flat, parts))),
);

/** A value of any kind, as a write takes it and a snapshot shows it. */
export function valuesOf(kind: r.Kind): fc.Arbitrary<unknown> {
  switch (kind.type) {
    case 'bool':
      return fc.boolean();
    case 'f32':
      return fc.float().map((value) => value + 0);
    case 'f64':
      return fc.double().map((value) => value + 0);
    case 'u64':
      return fc.bigInt(0n, 2n ** 64n - 1n);
    case 'i64':
      return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
    case 'text':
      return fc
        .string({ maxLength: kind.size, unit: 'grapheme' })
        .map((text) => text.replaceAll('\0', ''))
        .filter((text) =>
          (kind as r.TextKind).encoding === 'latin1'
            ? text.length <= kind.size && !/[^\0-\xff]/.test(text)
            : Buffer.byteLength(text) <= kind.size,
        );
    case 'bytes':
      return fc.uint8Array({ minLength: kind.size, maxLength: kind.size });
    case 'enumeration':
      return fc
        .constantFrom(...Object.entries((kind as r.EnumerationKind).values))
        .map(([name]) => (name === 'first' ? 'idle' : name));
    case 'flags': {
      const names = Object.keys((kind as r.FlagsKind).values);
      const rest = kind.size === 8 ? 2n : 2;
      return fc
        .tuple(fc.subarray(names), fc.boolean())
        .map(([some, more]) => (more ? [...some, rest] : some));
    }
    case 'array': {
      const { of, length } = kind as r.ArrayKind;
      return fc.array(valuesOf(of), { minLength: length, maxLength: length });
    }
    case 'record':
      return fc.record(
        Object.fromEntries((kind as r.AnyRecord).fields.map((field) => [field.name, valuesOf(field.kind)])),
      );
    default: {
      const bits = Number(kind.type.slice(1));
      const least = kind.type.startsWith('i') ? -(2 ** (bits - 1)) : 0;
      return fc.integer({ min: least, max: least + 2 ** bits - 1 });
    }
  }
}
