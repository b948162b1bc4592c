import type { AnyRecord, Kind, RecordField } from '../../record/index.js';
import { gapsOf, unwrap, withParts } from './dependencies.js';
import { Enumerations, isNamed, type NamedUse } from './enumerations.js';
import { inComment } from './harmless.js';
import { Names } from './names.js';
import { Scope } from './scope.js';
import { isCWord } from './words.js';

/** Which of the two: a C header does for C++ too, but has no types for enumerations. */
export type CLanguage = 'c' | 'cpp';

const TYPES: Readonly<Record<string, string>> = {
  u8: 'uint8_t',
  u16: 'uint16_t',
  u32: 'uint32_t',
  u64: 'uint64_t',
  i8: 'int8_t',
  i16: 'int16_t',
  i32: 'int32_t',
  i64: 'int64_t',
  f32: 'float',
  f64: 'double',
  bool: 'bool',
  text: 'char',
  bytes: 'uint8_t',
};

/**
 * A C or C++ header with a struct for each record, whose size and offsets the compiler checks. What cannot have its name
 * in C or C++ has another, and a comment says so.
 *
 * @param source - the file's name of which it is made
 * @param namespace - where all of it is in C++, whatever the records say; empty for nowhere
 */
export function cHeader(
  records: readonly AnyRecord[],
  source: string,
  language: CLanguage,
  namespace?: string,
): string {
  const all = withParts(records);
  const printer = new Printer(all, source, language, namespace);
  const guard = `ESHM_${source.replace(/\W/g, '_').toUpperCase()}_H`;
  const includes =
    language === 'cpp' ? ['cstddef', 'cstdint'] : ['assert.h', 'stdbool.h', 'stddef.h', 'stdint.h'];
  return [
    `// Made by \`eshm header ${inComment(source)}\`: change that file, not this one.`,
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    ...includes.map((file) => `#include <${file}>`),
    '',
    ...inNamespaces(all.flatMap((record) => printer.declarationsOf(record))),
    `#endif`,
    '',
  ].join('\n');
}

/** Lines of a header that stand together in one namespace. */
interface Declaration {
  readonly namespace: string;
  readonly lines: readonly string[];
}

/** Declarations within their namespaces. */
function inNamespaces(declarations: readonly Declaration[]): string[] {
  const lines: string[] = [];
  let open = '';
  const enter = (namespace: string): void => {
    if (namespace === open) return;
    const parts = (path: string) => (path === '' ? [] : path.split('::'));
    if (open !== '') {
      const closed = parts(open).reverse();
      lines.push(
        ...(lines.at(-1) === '' ? [] : ['']),
        ...closed.map((part) => `}  // namespace ${part}`),
        '',
      );
    }
    if (namespace !== '') lines.push(...parts(namespace).map((part) => `namespace ${part} {`), '');
    open = namespace;
  };
  for (const declaration of declarations) {
    enter(declaration.namespace);
    lines.push(...declaration.lines);
  }
  enter('');
  return lines;
}

/** Prints records in one of the languages, in one file. */
class Printer {
  readonly #scope: Scope;
  readonly #language: CLanguage;
  readonly #enumerations: Enumerations;
  /** The types of enumerations and flags, and the lines of their names. */
  readonly #types = new Map<NamedUse, { readonly name: string; readonly lines: readonly string[] }>();

  constructor(all: readonly AnyRecord[], source: string, language: CLanguage, namespace: string | undefined) {
    this.#language = language;
    this.#enumerations = new Enumerations(all);
    const uses = this.#enumerations.all;
    const within = language === 'c' ? () => '' : (own: string) => namespace ?? own;
    this.#scope = new Scope(
      all,
      source,
      isCWord,
      '//',
      uses.map(({ kind }) => kind),
      within,
    );
    // Before any struct, because no member may have the name of a type, and types before the names within them.
    const names = uses.map((use) => this.#nameFor(use));
    uses.forEach((use, i) => {
      this.#types.set(use, { name: names[i]!, lines: this.#wordsOf(use, names[i]!) });
    });
  }

  /** A record, and the types that it is the first to need. */
  declarationsOf(record: AnyRecord): Declaration[] {
    const types = this.#enumerations.before(record).map((use) => ({
      namespace: this.#placeOf(use),
      lines: this.#typeOf(use),
    }));
    return [...types, { namespace: this.#scope.namespaceOf(record), lines: [...this.structOf(record), ''] }];
  }

  structOf(record: AnyRecord): string[] {
    const { fields, size, layout, align } = record;
    const scope = this.#scope;
    const name = scope.nameOf(record);
    const namespace = scope.namespaceOf(record);
    const { names, more } = scope.members(record);
    const isPacked = layout !== 'c';
    const members = [
      ...fields.map((field) => ({
        offset: field.offset,
        text: `${this.#memberOf(field, names.get(field.name)!, namespace)}${scope.remark(field.name, names.get(field.name)!)}`,
      })),
      ...(isPacked ? gapsOf(record) : []).map((gap) => ({
        offset: gap.offset,
        text: `${this.#typeName('u8')} ${more.give(`reserved_${gap.offset}`)}[${gap.size}];`,
      })),
    ].sort((a, b) => a.offset - b.offset);
    const isCpp = this.#language === 'cpp';
    const aligned =
      isPacked && align > 1 ? `${isCpp ? `alignas(${align})` : `__attribute__((aligned(${align})))`} ` : '';
    return [
      ...(isPacked ? ['#pragma pack(push, 1)'] : []),
      `${isCpp ? '' : 'typedef '}struct ${aligned}${name} {${scope.remark(record.name, name)}`,
      ...members.map(({ text }) => `  ${text}`),
      isCpp ? '};' : `} ${name};`,
      ...(isPacked ? ['#pragma pack(pop)'] : []),
      `static_assert(sizeof(${name}) == ${size}, "${name} has ${size} bytes");`,
      ...fields.map((field) => {
        const member = names.get(field.name)!;
        return `static_assert(offsetof(${name}, ${member}) == ${field.offset}, "${name}.${member} is at ${field.offset}");`;
      }),
    ];
  }

  /** The namespace of a type: its own where it has a name of its own, else that of its record. */
  #placeOf({ kind, record }: NamedUse): string {
    return this.#scope.namespaceOf(kind.name === undefined ? record : kind);
  }

  #nameFor(use: NamedUse): string {
    const { kind, record, field } = use;
    const scope = this.#scope;
    return scope.giveType(kind.name ?? `${scope.nameOf(record)}_${field.name}`, this.#placeOf(use));
  }

  /** Its names and numbers. Those of an `enum class` are its own, others stand beside it. */
  #wordsOf(use: NamedUse, type: string): string[] {
    const { kind } = use;
    const scope = this.#scope;
    const place = this.#placeOf(use);
    const isClass = kind.scoped && this.#language === 'cpp';
    const isBeside = kind.name !== undefined && !kind.scoped;
    const own = new Names(isCWord);
    return Object.entries(kind.values).map(([word, value]) => {
      const told = isClass || isBeside ? word : `${type}_${word}`;
      const wanted = isBeside && !scope.isFree(word, place) ? `${type}_${word}` : told;
      const name = isClass ? own.give(wanted) : scope.give(wanted, place);
      return `  ${name} = ${literal(value)},${scope.remark(told, name)}`;
    });
  }

  #typeOf(use: NamedUse): string[] {
    const { kind } = use;
    const { name, lines } = this.#types.get(use)!;
    const remark = kind.name === undefined ? '' : this.#scope.remark(kind.name, name);
    if (this.#language === 'cpp') {
      const base = this.#typeName(kind.of.type);
      return [`enum ${kind.scoped ? 'class ' : ''}${name} : ${base} {${remark}`, ...lines, '};'];
    }
    if (kind.name === undefined) return ['enum {', ...lines, '};'];
    return [`typedef enum ${name} {${remark}`, ...lines, `} ${name};`];
  }

  #memberOf(field: RecordField, name: string, namespace: string): string {
    const { kind, lengths } = unwrap(field.kind);
    const own = kind.type === 'text' || kind.type === 'bytes' ? [kind.size] : [];
    const counts = [...lengths, ...own].map((length) => `[${length}]`).join('');
    return `${this.#memberType(kind, field, namespace)} ${name}${counts};`;
  }

  #memberType(kind: Kind, field: RecordField, namespace: string): string {
    const scope = this.#scope;
    if (kind.type === 'record') {
      const record = kind as AnyRecord;
      return scope.from(namespace, scope.nameOf(record), scope.namespaceOf(record));
    }
    if (!isNamed(kind)) return this.#typeName(kind.type);
    // An enumeration of C has the width that its compiler chooses.
    if (this.#language === 'c') return this.#typeName(kind.of.type);
    const use = this.#enumerations.of(field);
    return scope.from(namespace, this.#types.get(use)!.name, this.#placeOf(use));
  }

  #typeName(type: string): string {
    const name = TYPES[type]!;
    return this.#language === 'cpp' && name.endsWith('_t') ? `std::${name}` : name;
  }
}

/** A number as C reads it; of the least of 64 bits there is no literal. */
function literal(value: number | bigint): string {
  if (typeof value === 'number') return `${value}`;
  if (value === -(2n ** 63n)) return `${value + 1n}LL - 1`;
  return `${value}${value < 0n ? 'LL' : value < 2n ** 63n ? 'LL' : 'ULL'}`;
}
