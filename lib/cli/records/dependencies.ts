import type { AnyRecord, ArrayKind, Kind } from '../../record/index.js';

/** A kind without the arrays around it, and their lengths from the outermost in. */
export interface Unwrapped {
  readonly kind: Kind;
  readonly lengths: readonly number[];
}

/** Takes the arrays off a kind: `array(array(f64, 3), 2)` is f64, twice three times. */
export function unwrap(kind: Kind): Unwrapped {
  const lengths: number[] = [];
  let of = kind;
  while (of.type === 'array') {
    lengths.push((of as ArrayKind).length);
    of = (of as ArrayKind).of;
  }
  return { kind: of, lengths };
}

/**
 * Records with all that they are made of, each once and after its parts.
 *
 * @throws {RangeError} for two of one name
 */
export function withParts(records: readonly AnyRecord[]): readonly AnyRecord[] {
  const found = new Map<string, AnyRecord>();
  const add = (record: AnyRecord): void => {
    const other = found.get(record.name);
    if (other === record) return;
    if (other !== undefined) {
      throw new RangeError(
        `Cannot print a header: two records are called ${record.name}, expected one; give one another name`,
      );
    }
    for (const field of record.fields) {
      const { kind } = unwrap(field.kind);
      if (kind.type === 'record') add(kind as AnyRecord);
    }
    found.set(record.name, record);
  };
  for (const record of records) add(record);
  return [...found.values()];
}

/** Bytes that belong to no field. */
export interface Gap {
  readonly offset: number;
  readonly size: number;
}

/** What lies between two fields, or behind the last one, under a layout that pads nothing by itself. */
export function gapsOf(record: AnyRecord): readonly Gap[] {
  if (record.layout === 'c') return [];
  const gaps: Gap[] = [];
  let end = 0;
  for (const { offset, kind } of [...record.fields, { offset: record.size, kind: { size: 0 } }]) {
    if (offset > end) gaps.push({ offset: end, size: offset - end });
    end = offset + kind.size;
  }
  return gaps;
}
