import type { AnyRecord, EnumerationKind, FlagsKind, Kind, RecordField } from '../../record/index.js';
import { gapsOf, unwrap, withParts } from './dependencies.js';
import { inComment } from './harmless.js';
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
 */
export function cHeader(records: readonly AnyRecord[], source: string, language: CLanguage): string {
  const all = withParts(records);
  const printer = new Printer(new Scope(all, source, isCWord, '//'), language);
  // Before any struct, because no member may have the name of a type.
  const enumerations = new Map(all.map((record) => [record, printer.enumerationsOf(record)]));
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
    ...all.flatMap((record) => [...enumerations.get(record)!, ...printer.structOf(record), '']),
    `#endif`,
    '',
  ].join('\n');
}

/** Prints records in one of the languages, in one file. */
class Printer {
  readonly #scope: Scope;
  readonly #language: CLanguage;
  /** The types of enumerations and flags, by their fields. */
  readonly #types = new Map<RecordField, string>();

  constructor(scope: Scope, language: CLanguage) {
    this.#scope = scope;
    this.#language = language;
  }

  structOf(record: AnyRecord): string[] {
    const { fields, size, layout, align } = record;
    const scope = this.#scope;
    const name = scope.nameOf(record);
    const { names, more } = scope.members(record);
    const isPacked = layout !== 'c';
    const members = [
      ...fields.map((field) => ({
        offset: field.offset,
        text: `${this.#memberOf(field, names.get(field.name)!)}${scope.remark(field.name, names.get(field.name)!)}`,
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

  /** The types of a record's enumerations and flags. */
  enumerationsOf(record: AnyRecord): string[] {
    return record.fields.flatMap((field) => {
      const { kind } = unwrap(field.kind);
      if (kind.type !== 'enumeration' && kind.type !== 'flags') return [];
      const { of, values } = kind as EnumerationKind | FlagsKind;
      const scope = this.#scope;
      const type = scope.give(`${scope.nameOf(record)}_${field.name}`);
      this.#types.set(field, type);
      const head = this.#language === 'cpp' ? `enum ${type} : ${this.#typeName(of.type)} {` : 'enum {';
      const lines = Object.entries(values).map(([word, value]) => {
        const wanted = `${type}_${word}`;
        const name = scope.give(wanted);
        return `  ${name} = ${literal(value)},${scope.remark(wanted, name)}`;
      });
      return [head, ...lines, '};'];
    });
  }

  #memberOf(field: RecordField, name: string): string {
    const { kind, lengths } = unwrap(field.kind);
    const own = kind.type === 'text' || kind.type === 'bytes' ? [kind.size] : [];
    const counts = [...lengths, ...own].map((length) => `[${length}]`).join('');
    return `${this.#memberType(kind, field)} ${name}${counts};`;
  }

  #memberType(kind: Kind, field: RecordField): string {
    if (kind.type === 'record') return this.#scope.nameOf(kind as AnyRecord);
    if (kind.type !== 'enumeration' && kind.type !== 'flags') return this.#typeName(kind.type);
    return this.#language === 'cpp'
      ? this.#types.get(field)!
      : this.#typeName((kind as EnumerationKind).of.type);
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
