import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import * as kinds from '../../record/index.js';
import {
  type AnyRecord,
  array,
  enumeration,
  type Kind,
  record,
  type ScalarKind,
  text,
} from '../../record/index.js';
import { compileHeader, sameFile } from './compiler.js';
import { type Debug, type Entry, numberOf, qualifiedNameOf, targetOf } from './dwarf.js';

/** Names that say nothing about what is in the type. */
const TRANSPARENT = new Set(['typedef', 'const_type', 'volatile_type']);

/** What a struct must not have, by its entry in the debug information. */
const REFUSED_MEMBERS: Readonly<Record<string, string>> = {
  inheritance: 'a base class',
  variant_part: 'variants',
};

/** DWARF's encodings of base types. */
const ENCODINGS: Readonly<Record<string, string>> = {
  '2': 'bool',
  '4': 'float',
  '5': 'signed',
  '6': 'signed char',
  '7': 'unsigned',
  '8': 'unsigned char',
};

const SCALARS: Readonly<Record<string, ScalarKind<never>>> = {
  bool1: kinds.bool as ScalarKind<never>,
  float4: kinds.f32,
  float8: kinds.f64,
  signed1: kinds.i8,
  signed2: kinds.i16,
  signed4: kinds.i32,
  signed8: kinds.i64 as ScalarKind<never>,
  unsigned1: kinds.u8,
  unsigned2: kinds.u16,
  unsigned4: kinds.u32,
  unsigned8: kinds.u64 as ScalarKind<never>,
} as never;

/**
 * Records of the structs that a C or C++ header declares, as its compiler places them: it is asked, by its debug
 * information, and the text of the header is not looked at.
 *
 * @throws {RangeError} for what no record can be, with the struct and the member; for a header that does not compile;
 * for a compiler or binutils that are not there
 */
export function recordsFromHeader(header: string): readonly AnyRecord[] {
  const debug = compileHeader(header);
  const path = realpathSync(header);
  const number = debug.files.find((file) => sameFile(file.path, path))?.number ?? '';
  const reader = new StructReader(debug);
  const structs = [...debug.entries.values()].filter(
    (entry) =>
      (entry.tag === 'structure_type' || entry.tag === 'class_type') &&
      numberOf(entry, 'decl_file') === Number(number) &&
      !entry.attributes.has('declaration'),
  );
  const found = new Map(structs.map((entry) => [entry.at, reader.recordOf(entry)]));
  if (found.size === 0) {
    throw new RangeError(`Cannot read ${basename(header)}: it declares no struct, expected one or more`);
  }
  return [...found.values()];
}

/** Makes records of structs, each once. */
class StructReader {
  readonly #debug: Debug;
  readonly #records = new Map<number, AnyRecord>();
  readonly #typedefs: ReadonlyMap<number, string>;

  constructor(debug: Debug) {
    this.#debug = debug;
    const names = new Map<number, string>();
    for (const entry of debug.entries.values()) {
      const target = entry.tag === 'typedef' ? targetOf(debug, entry) : undefined;
      if (target !== undefined && !names.has(target.at)) names.set(target.at, entry.attributes.get('name')!);
    }
    this.#typedefs = names;
  }

  /** @param field - the member that is such a struct, for errors; it may be of a header that the user never saw */
  recordOf(struct: Entry, field?: string): AnyRecord {
    const known = this.#records.get(struct.at);
    if (known !== undefined) return known;
    const name = struct.attributes.get('name') ?? this.#typedefs.get(struct.at);
    const label = field ?? name ?? 'a struct';
    if (name === undefined) throw new RangeError(`Cannot read ${label}: it has no name, expected one`);
    if (name.includes('<')) throw refuse(label, `it is a ${name}, which a template makes`);
    const members = this.#membersOf(label, struct);
    const size = numberOf(struct, 'byte_size')!;
    const made = (['c', 'packed'] as const)
      .map(
        (layout) =>
          record(
            name,
            members.map((member) => [member.name, member.kind] as const),
            { layout },
          ) as AnyRecord,
      )
      .find(
        (one) => one.size === size && members.every((member) => one.offsets[member.name] === member.offset),
      );
    if (made === undefined) {
      throw new RangeError(
        `Cannot read ${label}: the compiler places its ${size} bytes as neither layout does, expected no alignas and no packing of single members`,
      );
    }
    this.#records.set(struct.at, made);
    return made;
  }

  #membersOf(label: string, struct: Entry): { name: string; kind: Kind; offset: number }[] {
    const members: { name: string; kind: Kind; offset: number }[] = [];
    for (const child of struct.children) {
      const refused = REFUSED_MEMBERS[child.tag];
      if (refused !== undefined) throw refuse(label, `it has ${refused}`);
      if (child.tag !== 'member' || child.attributes.has('external')) continue;
      const member = child.attributes.get('name');
      if (child.attributes.has('artificial') || member?.startsWith('_vptr'))
        throw refuse(label, 'it has virtual functions');
      if (member === undefined) throw refuse(label, 'it has a member without a name');
      if (child.attributes.has('bit_size')) throw refuse(label, `${member} is a bit-field`);
      const offset = numberOf(child, 'data_member_location');
      if (offset === undefined) throw refuse(label, `${member} is at no fixed offset`);
      members.push({
        name: member,
        kind: this.#kindOf(`${label}.${member}`, targetOf(this.#debug, child)),
        offset,
      });
    }
    if (members.length === 0) throw refuse(label, 'it has no members');
    return members;
  }

  /** @param alias - a name for it that says more than its own, `std::string` */
  #kindOf(label: string, type: Entry | undefined, alias?: string): Kind {
    if (type === undefined) throw refuse(label, 'its type is not told');
    if (TRANSPARENT.has(type.tag)) {
      return this.#kindOf(label, targetOf(this.#debug, type), this.#libraryNameOf(type) ?? alias);
    }
    switch (type.tag) {
      case 'base_type':
        return this.#scalarOf(label, type);
      case 'structure_type':
      case 'class_type':
        return this.#structOf(label, type, alias);
      case 'enumeration_type':
        return this.#enumerationOf(label, type);
      case 'array_type':
        return this.#arrayOf(label, type);
      default:
        throw refuse(label, `it is a ${type.tag.replace(/_type$/, '').replaceAll('_', ' ')}`);
    }
  }

  /** What is wrong within the C++ library's own structs says nothing to the user: that it is one is enough. */
  #structOf(label: string, struct: Entry, alias: string | undefined): AnyRecord {
    try {
      return this.recordOf(struct, label);
    } catch (error) {
      const name = alias ?? this.#libraryNameOf(struct);
      throw name === undefined ? error : refuse(label, `it is a ${name}`);
    }
  }

  /** `std::string`; `undefined` for what is not in `std`. */
  #libraryNameOf(type: Entry): string | undefined {
    const name = type.attributes.has('name') ? qualifiedNameOf(this.#debug, type) : '';
    return name.startsWith('std::') ? name : undefined;
  }

  #scalarOf(label: string, type: Entry): ScalarKind<never> {
    const encoding = ENCODINGS[/^\d+/.exec(type.attributes.get('encoding') ?? '')?.[0] ?? ''] ?? '';
    const size = numberOf(type, 'byte_size');
    const scalar = SCALARS[`${encoding.replace(' char', '')}${size}`];
    if (scalar === undefined)
      throw refuse(label, `${type.attributes.get('name')} of ${size} bytes is no number of a fixed width`);
    return scalar;
  }

  #enumerationOf(label: string, type: Entry): Kind {
    const values = Object.fromEntries(
      type.children
        .filter(({ tag }) => tag === 'enumerator')
        .map((one) => [one.attributes.get('name')!, numberOf(one, 'const_value')!]),
    );
    const under = targetOf(this.#debug, type);
    const of =
      under === undefined ? SCALARS[`unsigned${numberOf(type, 'byte_size')}`] : this.#kindOf(label, under);
    return enumeration(of as ScalarKind<number>, values);
  }

  #arrayOf(label: string, type: Entry): Kind {
    const lengths = type.children.map((range) => {
      const count = numberOf(range, 'count') ?? (numberOf(range, 'upper_bound') ?? -1) + 1;
      if (count < 1) throw refuse(label, 'it is an array without a length');
      return count;
    });
    const element = targetOf(this.#debug, type);
    // `char` is text where it is an array; `signed char` and `unsigned char` are numbers, as int8_t and uint8_t.
    const isText = element !== undefined && this.#isChar(element);
    const inner = isText ? text(lengths.pop()!) : this.#kindOf(label, element);
    return lengths.reduceRight((kind, length) => array(kind, length), inner);
  }

  #isChar(type: Entry): boolean {
    if (TRANSPARENT.has(type.tag)) {
      const target = targetOf(this.#debug, type);
      return target !== undefined && this.#isChar(target);
    }
    return type.tag === 'base_type' && type.attributes.get('name') === 'char';
  }
}

function refuse(label: string, why: string): RangeError {
  return new RangeError(
    `Cannot read ${label}: ${why}, expected numbers of a fixed width, char arrays, enumerations, plain structs and arrays of those`,
  );
}
