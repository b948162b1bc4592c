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

/** The records that are fields of a record, or elements of its arrays. */
export function partsOf(record: AnyRecord): readonly AnyRecord[] {
  return record.fields
    .map(({ kind }) => unwrap(kind).kind)
    .filter((kind): kind is AnyRecord => kind.type === 'record');
}

/** Records with all that they are made of, each once and after its parts. */
export function withParts(records: readonly AnyRecord[]): readonly AnyRecord[] {
  const found = new Set<AnyRecord>();
  const add = (record: AnyRecord): void => {
    if (found.has(record)) return;
    for (const part of partsOf(record)) add(part);
    found.add(record);
  };
  for (const record of records) add(record);
  return [...found];
}

/** Bytes that belong to no field. */
export interface Gap {
  readonly offset: number;
  readonly size: number;
}

/** What lies between two fields, before the first and behind the last one. */
export function gapsOf(record: AnyRecord): readonly Gap[] {
  const gaps: Gap[] = [];
  let end = 0;
  const fields = record.fields.toSorted((a, b) => a.offset - b.offset);
  for (const { offset, kind } of [...fields, { offset: record.size, kind: { size: 0 } }]) {
    if (offset > end) gaps.push({ offset: end, size: offset - end });
    end = offset + kind.size;
  }
  return gaps;
}
