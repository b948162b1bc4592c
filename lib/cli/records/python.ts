import type { AnyRecord, EnumerationKind, Kind, RecordField } from '../../record/index.js';
import { gapsOf, unwrap, withParts } from './dependencies.js';
import { inComment, quoted } from './harmless.js';
import { PYTHON_WORDS } from './words.js';

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
 * A Python module with a `ctypes.Structure` for each record, which checks sizes and offsets when it is imported.
 *
 * @param source - the file's name of which it is made
 * @throws {RangeError} for a record whose name is a word of Python
 */
export function pythonModule(records: readonly AnyRecord[], source: string): string {
  const all = withParts(records);
  const word = all.find(({ name }) => PYTHON_WORDS.has(name));
  if (word !== undefined) {
    throw new RangeError(`Cannot print a module: '${word.name}' is a word of Python, expected another name`);
  }
  return [
    `# Made by \`eshm header ${inComment(source)} --lang python\`: change that file, not this one.`,
    'import ctypes',
    'import enum',
    ...all.flatMap((record) => ['', '', ...classOf(record)]),
    '',
  ].join('\n');
}

function classOf(record: AnyRecord): string[] {
  const { name, fields, size, layout } = record;
  const members = [
    ...fields.map((field) => ({ offset: field.offset, text: `("${field.name}", ${typeOf(field)})` })),
    ...gapsOf(record).map((gap) => ({
      offset: gap.offset,
      text: `("_reserved_${gap.offset}", ctypes.c_uint8 * ${gap.size})`,
    })),
  ].sort((a, b) => a.offset - b.offset);
  return [
    ...enumerationsOf(record),
    `class ${name}(ctypes.Structure):`,
    ...(layout === 'packed' ? ['    _pack_ = 1'] : []),
    '    _fields_ = [',
    ...members.map(({ text }) => `        ${text},`),
    '    ]',
    '',
    '',
    `assert ctypes.sizeof(${name}) == ${size}`,
    ...fields.map((field) => `assert ${memberOf(name, field)}.offset == ${field.offset}`),
  ];
}

function typeOf({ kind }: RecordField): string {
  const { kind: inner, lengths } = unwrap(kind);
  const own = inner.type === 'text' || inner.type === 'bytes' ? [inner.size] : [];
  // The innermost array is the first factor: two rows of three are `(c_double * 3) * 2`.
  return [...lengths, ...own]
    .reverse()
    .reduce((type, length, i) => `${i === 0 ? type : `(${type})`} * ${length}`, elementType(inner));
}

function elementType(kind: Kind): string {
  if (kind.type === 'record') return (kind as AnyRecord).name;
  const type = kind.type === 'enumeration' ? (kind as EnumerationKind).of.type : kind.type;
  return `ctypes.${TYPES[type]}`;
}

function enumerationsOf(record: AnyRecord): string[] {
  return record.fields.flatMap(({ name, kind }) => {
    const { kind: inner } = unwrap(kind);
    if (inner.type !== 'enumeration') return [];
    const values = Object.entries((inner as EnumerationKind).values);
    // By a call, because names of another language may be words of this one.
    return [
      `${record.name}_${name} = enum.IntEnum("${record.name}_${name}", {`,
      ...values.map(([word, value]) => `    ${quoted(word)}: ${value},`),
      '})',
      '',
      '',
    ];
  });
}

function memberOf(record: string, { name }: RecordField): string {
  return PYTHON_WORDS.has(name) ? `getattr(${record}, "${name}")` : `${record}.${name}`;
}
