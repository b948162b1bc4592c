import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cHeader } from '../../../../lib/cli/records/cpp.js';
import { recordModule } from '../../../../lib/cli/records/module.js';
import { identifier, Names } from '../../../../lib/cli/records/names.js';
import { pythonModule } from '../../../../lib/cli/records/python.js';
import * as api from '../../../../lib/record/index.js';
import {
  type AnyRecord,
  type EnumerationKind,
  enumeration,
  f64,
  flags,
  i32,
  i64,
  type Kind,
  record,
  text,
  u8,
  u64,
} from '../../../../lib/record/index.js';
import { needsCommand } from '../../../support/needs.js';
import { CHECKS, Workshop } from './headers.js';

/** Names that mean something somewhere: to a language, a compiler, a library that is included, or to what is printed. */
const ODD = [
  ...`class new this template typename namespace operator delete and or not xor_eq export import module concept requires
  register restrict inline _Bool _Atomic _Generic _Static_assert bool true false nullptr NULL unix linux i386 __linux__
  __unix __x86_64__ _LP64 __LP64__ offsetof assert static_assert std int8_t uint32_t size_t wchar_t char16_t max_align_t
  ptrdiff_t INT8_MAX UINT64_C SIZE_MAX INT_FAST16_MIN WCHAR_MAX signed unsigned long int float double void char short
  main printf errno stat memcpy
  _fields_ _pack_ _anonymous_ _align_ ctypes enum from_buffer mro name value None True False lambda nonlocal yield pass
  def elif except print int len __init__ __class__ __slots__ _x __x _ __ self type
  interface function arguments eval await async let static implements package private protected public var with in
  instanceof undefined NaN Infinity globalThis constructor_ record array bytes enumeration flags text f32 f64 i8 i16
  i32 i64 u8 u16 u32 u64 isRecord SnapshotOf any object string number bigint symbol never unknown
  reserved_0 reserved_8 Wheel Holder a b c`.split(/\s+/),
].filter((name) => !(name in Object.prototype));

const RECORD_NAMES = new Set(ODD);

/** A record with every odd name as a field, and every odd name as a value. */
function everything(name: string): AnyRecord {
  const values = Object.fromEntries(
    [...RECORD_NAMES, '__proto__', 'constructor', 'toString'].map((one, i) => [one, i]),
  );
  const fields: [string, Kind][] = [...RECORD_NAMES].map((one, i) => [one, i % 2 === 0 ? u8 : f64]);
  return record(name, [
    ...fields,
    ['mode', enumeration(i32, values)],
    ['mode_class', enumeration(i32, { x: 1 })],
    ['set', flags(u64, { armed: 1n, class: 2n ** 63n })],
    ['low', enumeration(i64, { low: -(2n ** 63n), minus: -1n })],
  ]) as AnyRecord;
}

describe('Names in what is printed', function () {
  this.timeout(120_000);
  let workshop: Workshop;
  before(function () {
    needsCommand(this, 'g++', 'g++');
    needsCommand(this, 'clang++', 'clang');
    needsCommand(this, 'python3', 'python3');
    workshop = new Workshop();
  });
  after(() => workshop?.dispose());

  const Everything = everything('Everything');
  /** A record with each odd name, all parts of one, and two that are called the same. */
  const named = [...RECORD_NAMES].map(
    (name) => record(name, { one: u8, mode: enumeration(u8, { a: 0 }) }) as AnyRecord,
  );
  const Holder = record(
    'Holder',
    named.map((one) => [`${one.name}_`, one] as const),
  ) as AnyRecord;
  const all = [
    Everything,
    Holder,
    record('Twice', { a: u8 }) as AnyRecord,
    record('Twice', { b: text(3) }, { layout: { offsets: { b: 8 }, size: 16, align: 8 } }) as AnyRecord,
    record('Twice_mode', {
      a: record('Twice', { mode: enumeration(u8, { x: 1 }) }) as AnyRecord,
    }) as AnyRecord,
  ];

  for (const [language, print] of [
    ['cpp', () => cHeader(all, 'all.mjs', 'cpp')],
    ['c', () => cHeader(all, 'all.mjs', 'c')],
    ['python', () => pythonModule(all, 'all.mjs')],
  ] as const) {
    it(`compile in ${language}, whatever they are in the records`, () => {
      const path = workshop.write(`all.${language}`, print());
      for (const command of CHECKS[language]) assert.equal(workshop.faultsOf(command, path), '');
    });
  }

  it('are another where the language has the word, which a comment says', () => {
    const One = record('class', { linux: u8, fine: u8, _fields_: u8 }) as AnyRecord;
    const cpp = cHeader([One], 'one.mjs', 'cpp');
    assert.match(cpp, /^struct class_ \{ {2}\/\/ one\.mjs: 'class'$/m);
    assert.match(cpp, /^ {2}std::uint8_t linux_; {2}\/\/ one\.mjs: 'linux'$/m);
    assert.match(cpp, /^ {2}std::uint8_t fine;$/m);
    assert.match(
      pythonModule([One], 'one.mjs'),
      /^ {8}\("fields_", ctypes\.c_uint8\), {2}# one\.mjs: '_fields_'$/m,
    );
  });

  it('make a module that loads, with every record and every value in it', async () => {
    const loaded = await workshop.load('all.mjs', recordModule(all, 'all.hpp'));
    const records = Object.values(loaded);
    for (const one of [...all, ...named]) {
      const again = records.find(({ name, size }) => name === one.name && size === one.size);
      assert.deepEqual(again?.offsets, one.offsets, one.name);
    }
    const mode = loaded.Everything!.fields.find(({ name }) => name === 'mode')!.kind as EnumerationKind;
    assert.ok(Object.hasOwn(mode.values, '__proto__'));
    assert.equal(Object.keys(mode.values).length, RECORD_NAMES.size + 3);
  });

  it('are never one that a module of ours imports', () => {
    const imported = Object.entries(api).filter(([, value]) => typeof value !== 'undefined');
    for (const [name] of imported) {
      if (name === 'isRecord') continue;
      const module = recordModule([record(name, { a: u8 }) as AnyRecord], 'x.hpp');
      assert.match(module, new RegExp(`^export const ${name}_ = record\\('${name}'`, 'm'));
    }
  });
});

describe('Names', () => {
  it('gives each name once, as it is where it can be', () => {
    const names = new Names((name) => name === 'word');
    const given = ['a', 'a', 'a', 'word', 'a_', 'V3<double>', '', '1st'].map((name) => names.give(name));
    assert.deepEqual(given, ['a', 'a_', 'a_2', 'word_', 'a__', 'V3_double', '_', '_1st']);
  });

  it('gives names that are different and that a language can have, whatever is wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 5 })), (wanted) => {
        const names = new Names((name) => name === 'a' || name === '_');
        const given = wanted.map((name) => names.give(name));
        assert.equal(new Set(given).size, given.length);
        for (const name of given) assert.match(name, /^(?!a$|_$)[A-Za-z_]\w*$/);
      }),
    );
  });

  it('identifier() makes one of anything', () => {
    assert.equal(identifier('std::pair<int, float>'), 'std_pair_int_float');
    assert.equal(identifier('Größe'), 'Gr_e');
    assert.equal(identifier('x_'), 'x_');
  });
});
