import { type AnyRecord, array, type Kind, type RecordLayout, record } from '../../record/index.js';
import { identifier, Names } from './names.js';
import type { MemberShape, StructShape, TypeShape } from './shapes.js';
import { isRecordWord } from './words.js';

/** Records of structs, and what there is to say about them. */
export interface Declared {
  readonly records: readonly AnyRecord[];
  /** Lines about each, for people. */
  readonly remarks: ReadonlyMap<AnyRecord, readonly string[]>;
}

/** Declares a record for each struct, and for those that they are made of, at the offsets that they have. */
export function declareShapes(structs: readonly StructShape[]): Declared {
  const all = new Set<StructShape>();
  for (const struct of structs) collect(struct, all);
  const declarer = new Declarer(namesOf([...all]));
  return { records: structs.map((struct) => declarer.recordOf(struct)), remarks: declarer.remarks };
}

function collect(struct: StructShape, all: Set<StructShape>): void {
  if (all.has(struct)) return;
  all.add(struct);
  for (const { type } of struct.members) {
    let of = type;
    while ('of' in of) of = of.of;
    if ('struct' in of) collect(of.struct, all);
  }
}

/** A name for each: its own where no other has it, else with the namespaces that it is in. */
function namesOf(structs: readonly StructShape[]): ReadonlyMap<StructShape, string> {
  const names = new Names(isRecordWord);
  const shorts = structs.map(({ name }) => identifier(name));
  return new Map(
    structs.map((struct, i) => {
      const isAlone = shorts.indexOf(shorts[i]!) === shorts.lastIndexOf(shorts[i]!);
      return [struct, names.give(isAlone ? shorts[i]! : identifier(struct.qualified))];
    }),
  );
}

class Declarer {
  readonly remarks = new Map<AnyRecord, readonly string[]>();
  readonly #names: ReadonlyMap<StructShape, string>;
  readonly #records = new Map<StructShape, AnyRecord>();

  constructor(names: ReadonlyMap<StructShape, string>) {
    this.#names = names;
  }

  recordOf(struct: StructShape): AnyRecord {
    const known = this.#records.get(struct);
    if (known !== undefined) return known;
    const name = this.#names.get(struct)!;
    const names = new Names(isRecordWord);
    const fields = struct.members.map((member) => ({
      name: names.give(member.name),
      kind: this.#kindOf(member.type),
      offset: member.offset,
    }));
    const pairs = fields.map((field) => [field.name, field.kind] as const);
    const made = layoutsOf(struct, fields)
      .map((layout) => record(name, pairs, { layout, namespace: struct.namespace }) as AnyRecord)
      .find(
        (one) =>
          one.size === struct.size &&
          one.align >= (struct.align ?? 1) &&
          fields.every((field) => one.offsets[field.name] === field.offset),
      )!;
    this.#records.set(struct, made);
    this.remarks.set(made, remarksOf(struct, name, fields));
    return made;
  }

  #kindOf(type: TypeShape): Kind {
    if ('kind' in type) return type.kind;
    if ('struct' in type) return this.recordOf(type.struct);
    return array(this.#kindOf(type.of), type.length);
  }
}

interface Field {
  readonly name: string;
  readonly kind: Kind;
  readonly offset: number;
}

/** Layouts that may be that of a struct, the plainest first; the last one always is. */
function layoutsOf({ size, align }: StructShape, fields: readonly Field[]): RecordLayout[] {
  const offsets = Object.fromEntries(fields.map((field) => [field.name, field.offset]));
  return ['c', 'packed', { offsets, size, align: alignOf(size, align ?? 1, fields) }];
}

/** What the alignment of a struct must be, which compilers tell only where `alignas` says it. */
function alignOf(size: number, told: number, fields: readonly Field[]): number {
  const most = Math.max(...fields.map(({ kind }) => kind.align));
  // What a pragma has packed is aligned by no more than that.
  const pack = [most, 8, 4, 2].find(
    (limit) =>
      size % Math.min(most, limit) === 0 &&
      fields.every(({ kind, offset }) => offset % Math.min(kind.align, limit) === 0),
  );
  const align = Math.max(told, Math.min(most, pack ?? 1));
  return size % align === 0 ? align : 1;
}

function remarksOf(
  { name, qualified, namespace, members }: StructShape,
  given: string,
  fields: readonly Field[],
): string[] {
  const renamed = members
    .map((member: MemberShape, i) => [fields[i]!.name, member.name] as const)
    .filter(([now, before]) => now !== before)
    .map(([now, before]) => `${now} is '${before}' there`);
  const isSaid = qualified === (namespace === '' ? given : `${namespace}::${given}`);
  return [...(isSaid && name === given ? [] : [`It is ${qualified}`]), ...renamed];
}
