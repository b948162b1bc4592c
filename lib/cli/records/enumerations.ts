import type { AnyRecord, EnumerationKind, FlagsKind, Kind, RecordField } from '../../record/index.js';
import { unwrap } from './dependencies.js';

/** A kind of names and numbers. */
export type NamedKind = EnumerationKind | FlagsKind;

/** A type that is printed for enumerations or flags. */
export interface NamedUse {
  readonly kind: NamedKind;
  /** The record and the field that have it first. */
  readonly record: AnyRecord;
  readonly field: RecordField;
}

/** The enumerations and flags of a file's records: those with a name once, whoever has them, others for each field. */
export class Enumerations {
  /** Each once, in their order. */
  readonly all: readonly NamedUse[];
  readonly #uses = new Map<RecordField, NamedUse>();

  constructor(records: readonly AnyRecord[]) {
    const named = new Map<string, NamedUse>();
    const all = new Set<NamedUse>();
    for (const record of records) {
      for (const field of record.fields) {
        const { kind } = unwrap(field.kind);
        if (!isNamed(kind)) continue;
        const key = kind.name === undefined ? undefined : textOf(kind);
        const use = (key !== undefined && named.get(key)) || { kind, record, field };
        if (key !== undefined) named.set(key, use);
        this.#uses.set(field, use);
        all.add(use);
      }
    }
    this.all = [...all];
  }

  /** What is printed for the enumeration or the flags of a field. */
  of(field: RecordField): NamedUse {
    return this.#uses.get(field)!;
  }

  /** Those that are to stand before a record: it has them first. */
  before(record: AnyRecord): readonly NamedUse[] {
    return this.all.filter((use) => use.record === record);
  }
}

export function isNamed(kind: Kind): kind is NamedKind {
  return kind.type === 'enumeration' || kind.type === 'flags';
}

/** All that is printed of a kind: two with the same are one type. */
function textOf({ type, of, values, name, namespace, scoped }: NamedKind): string {
  const numbers = Object.entries(values).map(([word, value]) => [word, `${value}`]);
  return JSON.stringify([type, of.type, name, namespace, scoped, numbers]);
}
