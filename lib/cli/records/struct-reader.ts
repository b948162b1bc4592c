import {
  attributeOf,
  type Debug,
  type Entry,
  numberOf,
  ownNamespaceOf,
  qualifiedNameOf,
  targetOf,
} from './dwarf.js';
import { Refusal } from './refusal.js';
import type { MemberShape, StructShape, TypeShape } from './shapes.js';
import { TypeReader } from './type-reader.js';

const STRUCTS = new Set(['structure_type', 'class_type']);

/** Most bytes that a record can have. */
const MOST_BYTES = 2 ** 29;

/** Reads structs from a compiler's debug information, each once. */
export class StructReader {
  readonly #debug: Debug;
  readonly #shapes = new Map<Entry, StructShape>();
  /** Definitions, by the declarations that they complete. */
  readonly #definitions = new Map<Entry, Entry>();
  /** The first name of each type that has none of its own. */
  readonly #typedefs = new Map<Entry, string>();
  readonly #types: TypeReader;

  constructor(debug: Debug) {
    this.#debug = debug;
    for (const entry of debug.entries.values()) {
      const declared = targetOf(debug, entry, 'specification');
      if (declared !== undefined) this.#definitions.set(declared, entry);
      const target = entry.tag === 'typedef' ? targetOf(debug, entry) : undefined;
      if (target !== undefined && !this.#typedefs.has(target))
        this.#typedefs.set(target, entry.attributes.get('name')!);
    }
    this.#types = new TypeReader(
      debug,
      (entry, label, name) => this.#partOf(entry, label, name),
      (entry) => this.nameOf(entry),
    );
  }

  /** Names of enumerations, by their kinds. */
  get enumerations() {
    return this.#types.enumerations;
  }

  /** What a struct or an enumeration is called; `undefined` for one that only a member has. */
  nameOf(type: Entry): string | undefined {
    return attributeOf(this.#debug, type, 'name') ?? this.#typedefs.get(type);
  }

  /** The struct that a `typedef` or a `using` of this name stands for, if there is one. */
  aliased(name: string): Entry | undefined {
    for (const entry of this.#debug.entries.values()) {
      if (entry.tag !== 'typedef' || qualifiedNameOf(this.#debug, entry) !== name) continue;
      const bare = this.#types.bare(entry);
      const struct = bare && (this.#definitions.get(bare) ?? bare);
      if (struct !== undefined && STRUCTS.has(struct.tag)) return struct;
    }
    return undefined;
  }

  /** The same with the namespaces and structs it is in. */
  qualifiedNameOf(struct: Entry): string {
    return qualifiedNameOf(this.#debug, struct, this.nameOf(struct));
  }

  /**
   * A struct that is to be a record.
   *
   * @param label - what errors call it
   * @param own - a name for one that has none
   * @throws {Refusal} for what no record can be
   */
  read(struct: Entry, label = this.nameOf(struct) ?? 'a struct', own = label): StructShape {
    const known = this.#shapes.get(struct);
    if (known !== undefined) return known;
    if (struct.attributes.has('declaration')) throw new Refusal(label, 'it is declared only');
    if (struct.tag === 'union_type') throw new Refusal(label, 'it is a union');
    const members = this.#membersOf(struct, label, 0);
    if (members.length === 0) throw new Refusal(label, 'it has no members');
    const size = numberOf(struct, 'byte_size')!;
    if (size > MOST_BYTES) throw new Refusal(label, `it has ${size} bytes`, `${MOST_BYTES} at most`);
    const name = this.nameOf(struct) ?? own;
    const shape: StructShape = {
      name,
      qualified: this.nameOf(struct) === undefined ? name : this.qualifiedNameOf(struct),
      namespace: ownNamespaceOf(this.#debug, struct),
      size,
      align: numberOf(struct, 'alignment'),
      members,
    };
    this.#shapes.set(struct, shape);
    return shape;
  }

  /** The struct of a member; `undefined` for one that has nothing in it. */
  #partOf(entry: Entry, label: string, own: string): TypeShape | undefined {
    const struct = this.#definitions.get(entry) ?? entry;
    const elements = this.#elementsOf(struct);
    if (elements !== undefined) return this.#types.read(elements, label, own);
    if (!this.#shapes.has(struct) && this.#membersOf(struct, label, 0).length === 0) return undefined;
    return { struct: this.read(struct, label, own) };
  }

  /** The array that is all of a `std::array`. */
  #elementsOf(struct: Entry): Entry | undefined {
    if (!/^array</.test(this.nameOf(struct) ?? '') || !this.qualifiedNameOf(struct).startsWith('std::'))
      return undefined;
    const members = struct.children.filter(({ tag }) => tag === 'member');
    return members.length === 1 ? targetOf(this.#debug, members[0]!) : undefined;
  }

  /** @param base - where the struct begins in the one that has its members */
  #membersOf(struct: Entry, label: string, base: number): MemberShape[] {
    const members = struct.children.flatMap((child) => {
      if (child.tag === 'inheritance') return this.#inherited(child, label, base);
      if (child.tag === 'variant_part') throw new Refusal(label, 'it has variants');
      const isStatic = child.attributes.has('external') || child.attributes.has('declaration');
      return child.tag === 'member' && !isStatic ? this.#memberOf(child, label, base) : [];
    });
    const twice = members.find(({ name }, i) => members.findIndex((one) => one.name === name) !== i);
    if (twice !== undefined) throw new Refusal(label, `it has two members called ${twice.name}`);
    return members;
  }

  /** The members of a base class are those of what has it. */
  #inherited(child: Entry, label: string, base: number): MemberShape[] {
    const offset = numberOf(child, 'data_member_location');
    if (child.attributes.has('virtuality') || offset === undefined)
      throw new Refusal(label, 'it has a virtual base class');
    const target = this.#types.bare(targetOf(this.#debug, child));
    if (target === undefined) throw new Refusal(label, 'it has a base class that is not told');
    return this.#membersOf(this.#definitions.get(target) ?? target, label, base + offset);
  }

  #memberOf(child: Entry, label: string, base: number): MemberShape[] {
    const name = child.attributes.get('name');
    if (child.attributes.has('artificial') || name?.startsWith('_vptr'))
      throw new Refusal(label, 'it has virtual functions');
    const own = name === undefined ? label : `${label}.${name}`;
    if (child.attributes.has('bit_size')) throw new Refusal(own, 'it is a bit-field');
    const offset = numberOf(child, 'data_member_location');
    if (offset === undefined) throw new Refusal(own, 'it is at no fixed offset');
    const type = targetOf(this.#debug, child);
    if (name === undefined) return this.#unnamed(type, label, base + offset);
    const read = this.#types.read(type, own, own.replaceAll('.', '_'));
    return read === undefined ? [] : [{ name, offset: base + offset, type: read }];
  }

  /** The members of a struct without a name are those of what has it. */
  #unnamed(type: Entry | undefined, label: string, offset: number): MemberShape[] {
    const bare = this.#types.bare(type);
    if (bare !== undefined && STRUCTS.has(bare.tag)) return this.#membersOf(bare, label, offset);
    throw new Refusal(
      label,
      bare?.tag === 'union_type' ? 'it has a union without a name' : 'it has a member without a name',
    );
  }
}
