import type { AnyRecord, EnumerationKind, Kind, RecordField } from '../../record/index.js';
import { gapsOf, unwrap, withParts } from './dependencies.js';
import { inComment } from './harmless.js';
import { CPP_WORDS } from './words.js';

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
 * A C or C++ header with a struct for each record, whose size and offsets the compiler checks.
 *
 * @param source - the file's name of which it is made
 * @throws {RangeError} for a name that is a word of C or C++
 */
export function cHeader(records: readonly AnyRecord[], source: string, language: CLanguage): string {
  const all = withParts(records);
  for (const record of all) checkWords(record);
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
    ...all.flatMap((record) => [...structOf(record, language), '']),
    `#endif`,
    '',
  ].join('\n');
}

function structOf(record: AnyRecord, language: CLanguage): string[] {
  const { name, fields, size, layout } = record;
  const packed = layout === 'packed';
  const members = [
    ...fields.map((field) => ({ offset: field.offset, text: memberOf(field, record, language) })),
    ...gapsOf(record).map((gap) => ({
      offset: gap.offset,
      text: `${typeName('u8', language)} ${freeName(record, gap.offset)}[${gap.size}];`,
    })),
  ].sort((a, b) => a.offset - b.offset);
  return [
    ...enumerationsOf(record, language),
    ...(packed ? ['#pragma pack(push, 1)'] : []),
    language === 'cpp' ? `struct ${name} {` : `typedef struct ${name} {`,
    ...members.map(({ text }) => `  ${text}`),
    language === 'cpp' ? '};' : `} ${name};`,
    ...(packed ? ['#pragma pack(pop)'] : []),
    `static_assert(sizeof(${name}) == ${size}, "${name} has ${size} bytes");`,
    ...fields.map(
      (field) =>
        `static_assert(offsetof(${name}, ${field.name}) == ${field.offset}, "${name}.${field.name} is at ${field.offset}");`,
    ),
  ];
}

function memberOf({ name, kind }: RecordField, record: AnyRecord, language: CLanguage): string {
  const { kind: inner, lengths } = unwrap(kind);
  const own = inner.type === 'text' || inner.type === 'bytes' ? [inner.size] : [];
  const counts = [...lengths, ...own].map((length) => `[${length}]`).join('');
  return `${memberType(inner, record, name, language)} ${name}${counts};`;
}

function memberType(kind: Kind, record: AnyRecord, field: string, language: CLanguage): string {
  if (kind.type === 'record') return (kind as AnyRecord).name;
  if (kind.type !== 'enumeration') return typeName(kind.type, language);
  return language === 'cpp'
    ? `${record.name}_${field}`
    : typeName((kind as EnumerationKind).of.type, language);
}

function enumerationsOf(record: AnyRecord, language: CLanguage): string[] {
  return record.fields.flatMap(({ name, kind }) => {
    const { kind: inner } = unwrap(kind);
    if (inner.type !== 'enumeration') return [];
    const { of, values } = inner as EnumerationKind;
    const type = `${record.name}_${name}`;
    const head = language === 'cpp' ? `enum ${type} : ${typeName(of.type, language)} {` : 'enum {';
    return [head, ...Object.entries(values).map(([word, value]) => `  ${type}_${word} = ${value},`), '};'];
  });
}

function typeName(type: string, language: CLanguage): string {
  const name = TYPES[type]!;
  return language === 'cpp' && name.endsWith('_t') ? `std::${name}` : name;
}

/** A name for padding that no field has. */
function freeName(record: AnyRecord, offset: number): string {
  let name = `reserved_${offset}`;
  while (name in record.offsets) name += '_';
  return name;
}

function checkWords(record: AnyRecord): void {
  const names = [record.name, ...record.fields.map(({ name }) => name)];
  const word = names.find((name) => CPP_WORDS.has(name));
  if (word !== undefined) {
    throw new RangeError(
      `Cannot print a header: '${word}' in ${record.name} is a word of C or C++, expected another name`,
    );
  }
  for (const { name, kind } of record.fields) {
    const { kind: inner } = unwrap(kind);
    if (inner.type !== 'enumeration') continue;
    const odd = Object.keys((inner as EnumerationKind).values).find((value) => !/^\w+$/.test(value));
    if (odd !== undefined) {
      throw new RangeError(
        `Cannot print a header: '${odd}' of ${record.name}.${name} is no name in C, expected letters, digits and _`,
      );
    }
  }
}
