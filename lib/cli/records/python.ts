import type { AnyRecord, Kind, RecordField } from '../../record/index.js';
import { gapsOf, partsOf, unwrap, withParts } from './dependencies.js';
import { Enumerations, isNamed, type NamedUse } from './enumerations.js';
import { inComment, quoted } from './harmless.js';
import { Names } from './names.js';
import { Scope } from './scope.js';
import { isPythonEnumWord, isPythonWord } from './words.js';

const TYPES: Readonly<Record<string, string>> = {
  u8: 'c_uint8',
  u16: 'c_uint16',
  u32: 'c_uint32',
  u64: 'c_uint64',
  i8: 'c_int8',
  i16: 'c_int16',
  i32: 'c_int32',
  i64: 'c_int64',
  f32: 'c_float',
  f64: 'c_double',
  bool: 'c_bool',
  text: 'c_char',
  bytes: 'c_uint8',
};

/**
 * A Python module with a `ctypes.Structure` for each record, which checks sizes and offsets when it is imported. What
 * cannot have its name in Python has another, and a comment says so.
 *
 * @param source - the file's name of which it is made
 */
export function pythonModule(records: readonly AnyRecord[], source: string): string {
  const all = withParts(records);
  const enumerations = new Enumerations(all);
  const scope = new Scope(all, source, isPythonWord, '#');
  return [
    `# Made by \`eshm header ${inComment(source)} --lang python\`: change that file, not this one.`,
    'import ctypes',
    'import enum',
    ...all.flatMap((record) => [
      '',
      '',
      ...enumerationsOf(enumerations.before(record), scope),
      ...classOf(record, scope),
    ]),
    '',
  ].join('\n');
}

/** Whether ctypes places the fields by itself as the record has them; it cannot be told of an alignment. */
function isNative(record: AnyRecord): boolean {
  return (
    record.layout === 'c' && partsOf(record).every((part) => part.align === (isNative(part) ? part.align : 1))
  );
}

function classOf(record: AnyRecord, scope: Scope): string[] {
  const { fields, size } = record;
  const name = scope.nameOf(record);
  const { names, more } = scope.members(record);
  const isPlaced = !isNative(record);
  const members = [
    ...fields.map((field) => {
      const member = names.get(field.name)!;
      const text = `("${member}", ${typeOf(field, scope)}),${scope.remark(field.name, member)}`;
      return { offset: field.offset, text };
    }),
    ...(isPlaced ? gapsOf(record) : []).map((gap) => {
      // One _ before it, so that it is none of the fields'.
      const member = `_${more.give(`reserved_${gap.offset}`)}`;
      return { offset: gap.offset, text: `("${member}", ctypes.c_uint8 * ${gap.size}),` };
    }),
  ].sort((a, b) => a.offset - b.offset);
  return [
    `class ${name}(ctypes.Structure):${scope.remark(record.name, name)}`,
    ...(isPlaced ? ['    _pack_ = 1'] : []),
    '    _fields_ = [',
    ...members.map(({ text }) => `        ${text}`),
    '    ]',
    '',
    '',
    `assert ctypes.sizeof(${name}) == ${size}`,
    ...fields.map((field) => `assert ${name}.${names.get(field.name)!}.offset == ${field.offset}`),
  ];
}

function typeOf({ kind }: RecordField, scope: Scope): string {
  const { kind: inner, lengths } = unwrap(kind);
  const own = inner.type === 'text' || inner.type === 'bytes' ? [inner.size] : [];
  // The innermost array is the first factor: two rows of three are `(c_double * 3) * 2`.
  return [...lengths, ...own]
    .reverse()
    .reduce((type, length, i) => `${i === 0 ? type : `(${type})`} * ${length}`, elementType(inner, scope));
}

function elementType(kind: Kind, scope: Scope): string {
  if (kind.type === 'record') return scope.nameOf(kind as AnyRecord);
  return `ctypes.${TYPES[isNamed(kind) ? kind.of.type : kind.type]}`;
}

function enumerationsOf(uses: readonly NamedUse[], scope: Scope): string[] {
  return uses.flatMap(({ kind, record, field }) => {
    const wanted = kind.name ?? `${scope.nameOf(record)}_${field.name}`;
    const type = scope.giveType(wanted);
    const words = new Names(isPythonEnumWord, () => true);
    const values = Object.entries(kind.values).map(([word, value]) => {
      const given = words.give(word);
      return `    ${quoted(given)}: ${value},${scope.remark(word, given)}`;
    });
    const base = kind.type === 'flags' ? 'IntFlag' : 'IntEnum';
    const remark = kind.name === undefined ? '' : scope.remark(wanted, type);
    return [`${type} = enum.${base}("${type}", {${remark}`, ...values, '})', '', ''];
  });
}
