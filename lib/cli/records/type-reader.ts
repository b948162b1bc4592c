import * as kinds from '../../record/index.js';
import {
  bytes,
  enumeration,
  type IntegerKind,
  type Kind,
  type NamedOptions,
  type ScalarKind,
  text,
} from '../../record/index.js';
import {
  bigintOf,
  type Debug,
  type Entry,
  numberOf,
  ownNamespaceOf,
  qualifiedNameOf,
  targetOf,
} from './dwarf.js';
import { identifier } from './names.js';
import { Refusal } from './refusal.js';
import type { TypeShape } from './shapes.js';
import { isRecordWord } from './words.js';

/** Names that say nothing about what is in the type. */
const TRANSPARENT = new Set(['typedef', 'const_type', 'volatile_type', 'atomic_type', 'restrict_type']);

/** What no record has, in words. */
const REFUSED: Readonly<Record<string, string>> = {
  pointer_type: 'a pointer',
  reference_type: 'a reference',
  rvalue_reference_type: 'a reference',
  ptr_to_member_type: 'a pointer to a member',
  subroutine_type: 'a function',
  union_type: 'a union',
  unspecified_type: 'a nullptr',
};

/** DWARF's encodings of base types. */
const ENCODINGS: Readonly<Record<string, string>> = {
  '2': 'bool',
  '4': 'float',
  '5': 'signed',
  '6': 'signed',
  '7': 'unsigned',
  '8': 'unsigned',
  '16': 'unsigned',
};

const SCALARS: Readonly<Record<string, ScalarKind<never>>> = {
  bool1: kinds.bool,
  float4: kinds.f32,
  float8: kinds.f64,
  signed1: kinds.i8,
  signed2: kinds.i16,
  signed4: kinds.i32,
  signed8: kinds.i64,
  unsigned1: kinds.u8,
  unsigned2: kinds.u16,
  unsigned4: kinds.u32,
  unsigned8: kinds.u64,
} as never;

/** Types of characters: arrays of these are text. */
const CHARACTERS = new Set(['char', 'char8_t']);

/** What a struct becomes; `undefined` for one that has nothing in it. */
type ReadStruct = (struct: Entry, label: string, own: string) => TypeShape | undefined;

/** What a type is called, also by a typedef; `undefined` for one without a name. */
type NameOf = (type: Entry) => string | undefined;

/** Reads the types of members from a compiler's debug information. */
export class TypeReader {
  readonly #debug: Debug;
  readonly #readStruct: ReadStruct;
  readonly #nameOf: NameOf;
  readonly #kinds = new Map<Entry, Kind>();
  /** How many enumerations of the header there are of each name in each namespace. */
  #counts: ReadonlyMap<string, number> | undefined;
  /** Names of enumerations, by their kinds. */
  readonly enumerations = new Map<Kind, string>();

  constructor(debug: Debug, readStruct: ReadStruct, nameOf: NameOf) {
    this.#debug = debug;
    this.#readStruct = readStruct;
    this.#nameOf = nameOf;
  }

  /**
   * @param label - what errors call it
   * @param own - a name for a struct that has none
   * @param alias - a name for it that says more than its own, `std::string`
   * @returns `undefined` for what has nothing in it
   * @throws {Refusal} for what no record can have
   */
  read(type: Entry | undefined, label: string, own: string, alias?: string): TypeShape | undefined {
    if (type === undefined) throw new Refusal(label, 'it has a type that is not told');
    if (TRANSPARENT.has(type.tag))
      return this.read(targetOf(this.#debug, type), label, own, this.#libraryNameOf(type) ?? alias);
    switch (type.tag) {
      case 'base_type':
        return { kind: scalarOf(label, type) };
      case 'structure_type':
      case 'class_type':
        return this.#structOf(type, label, own, alias);
      case 'enumeration_type':
        return { kind: this.#enumerationOf(label, type) };
      case 'array_type':
        return this.#arrayOf(label, own, type);
      default: {
        const what = alias ?? REFUSED[type.tag] ?? `a ${type.tag.replace(/_type$/, '').replaceAll('_', ' ')}`;
        throw new Refusal(label, `it is ${what === alias ? `a ${what}` : what}`);
      }
    }
  }

  /** A type without typedefs and qualifiers. */
  bare(type: Entry | undefined): Entry | undefined {
    let bare = type;
    while (bare !== undefined && TRANSPARENT.has(bare.tag)) bare = targetOf(this.#debug, bare);
    return bare;
  }

  /** What is wrong within the C++ library's own structs says nothing to the user: that it is one is enough. */
  #structOf(struct: Entry, label: string, own: string, alias: string | undefined): TypeShape | undefined {
    try {
      return this.#readStruct(struct, label, own);
    } catch (error) {
      const name = alias ?? this.#libraryNameOf(struct);
      throw name === undefined ? error : new Refusal(label, `it is a ${name}`);
    }
  }

  /** `std::string`; `undefined` for what is not in `std`. */
  #libraryNameOf(type: Entry): string | undefined {
    const name = type.attributes.has('name') ? qualifiedNameOf(this.#debug, type) : '';
    return name.startsWith('std::') ? name : undefined;
  }

  #enumerationOf(label: string, type: Entry): Kind {
    const known = this.#kinds.get(type);
    if (known !== undefined) return known;
    const all = type.children.filter(({ tag }) => tag === 'enumerator');
    const of = this.#integerOf(label, type, all);
    // One without names, as std::byte, is its integer.
    const kind = all.length === 0 ? of : enumeration(of, valuesOf(of, all), this.#namedAs(type));
    this.#kinds.set(type, kind);
    const name = this.#nameOf(type);
    if (name !== undefined && all.length > 0)
      this.enumerations.set(kind, qualifiedNameOf(this.#debug, type, name));
    return kind;
  }

  /** What an enumeration is called, where a header is printed of it again. */
  #namedAs(type: Entry): NamedOptions {
    const name = this.#nameOf(type);
    const scoped = type.attributes.has('enum_class');
    if (name === undefined) return { scoped };
    const namespace = ownNamespaceOf(this.#debug, type);
    const isAlone = this.#countOf(namespace, name) === 1;
    // Of several that different structs have, each is called after its own.
    const within = qualifiedNameOf(this.#debug, type, name).slice(
      namespace === '' ? 0 : namespace.length + 2,
    );
    const given = identifier(isAlone ? name : within);
    return { namespace, scoped, ...(isRecordWord(given) ? {} : { name: given }) };
  }

  #countOf(namespace: string, name: string): number | undefined {
    if (this.#counts === undefined) {
      const counts = new Map<string, number>();
      for (const entry of this.#debug.entries.values()) {
        if (entry.tag !== 'enumeration_type' || entry.attributes.has('declaration')) continue;
        const key = `${ownNamespaceOf(this.#debug, entry)}::${this.#nameOf(entry)}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      this.#counts = counts;
    }
    return this.#counts.get(`${namespace}::${name}`);
  }

  /** The integer of an enumeration. In C, and for some compilers, only its size is told. */
  #integerOf(label: string, type: Entry, all: readonly Entry[]): IntegerKind {
    const under = this.bare(targetOf(this.#debug, type));
    const scalar = under === undefined ? undefined : scalarOf(label, under);
    if (scalar?.type === 'bool') return kinds.u8;
    if (scalar !== undefined) return scalar as IntegerKind<never>;
    const sign = all.some((one) => bigintOf(one, 'const_value') < 0n) ? 'signed' : 'unsigned';
    return SCALARS[`${sign}${numberOf(type, 'byte_size')}`] as IntegerKind<never>;
  }

  #arrayOf(label: string, own: string, type: Entry): TypeShape | undefined {
    const lengths = type.children
      .filter(({ tag }) => tag === 'subrange_type')
      .map((range) => {
        const count = numberOf(range, 'count') ?? (numberOf(range, 'upper_bound') ?? -1) + 1;
        if (!(count >= 1 && count <= 2 ** 29)) throw new Refusal(label, 'it is an array without a length');
        return count;
      });
    const element = targetOf(this.#debug, type);
    const bare = this.bare(element);
    let inner: TypeShape | undefined;
    // `char` is text where it is an array; `signed char` is a number, as int8_t.
    if (bare?.tag === 'base_type' && CHARACTERS.has(bare.attributes.get('name')!))
      inner = { kind: text(lengths.pop()!) };
    else inner = this.read(element, label, own);
    if (inner !== undefined && 'kind' in inner && inner.kind === kinds.u8 && lengths.length > 0)
      inner = { kind: bytes(lengths.pop()!) };
    if (inner === undefined) return undefined;
    return lengths.reduceRight<TypeShape>((of, length) => ({ of, length }), inner);
  }
}

function scalarOf(label: string, type: Entry): ScalarKind<never> {
  const encoding = ENCODINGS[/^\d+/.exec(type.attributes.get('encoding') ?? '')?.[0] ?? ''] ?? '';
  const size = numberOf(type, 'byte_size');
  const scalar = SCALARS[`${encoding}${size}`];
  if (scalar !== undefined) return scalar;
  throw new Refusal(
    label,
    `it is a ${type.attributes.get('name')} of ${size} bytes, no number of a fixed width`,
  );
}

/** The numbers of an enumeration's names, each with the sign that its integer gives it. */
function valuesOf(of: IntegerKind, all: readonly Entry[]): Record<string, number | bigint> {
  const bits = of.size * 8;
  const wrap = of.type.startsWith('i') ? BigInt.asIntN : BigInt.asUintN;
  const values = all.map((one) => {
    const value = wrap(bits, bigintOf(one, 'const_value'));
    return [one.attributes.get('name')!, bits === 64 ? value : Number(value)] as const;
  });
  return Object.fromEntries(values);
}
