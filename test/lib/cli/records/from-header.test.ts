import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyRecord, EnumerationKind } from '../../../../lib/record/index.js';
import { needsCommand } from '../../../support/needs.js';
import { repoRoot } from '../../../support/repo-root.js';
import { ESHM, STACK_TRACE } from '../lab.js';
import { CHECKS, expressionsOf, toldBy, Workshop } from './headers.js';

describe('eshm header --from', function () {
  this.timeout(60_000);
  let workshop: Workshop;
  before(function () {
    needsCommand(this, 'g++', 'g++');
    workshop = new Workshop();
  });
  after(() => workshop?.dispose());

  function eshm(args: readonly string[], env: Record<string, string> = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [ESHM, 'header', ...args], {
      encoding: 'utf8',
      cwd: workshop.folder,
      env: { ...process.env, ...env },
    });
    assert.doesNotMatch(stderr, STACK_TRACE);
    return { code: status, stdout, stderr };
  }

  let modules = 0;
  /** The records of a header, and what was said about it. */
  async function from(text: string, ...args: string[]) {
    const header = workshop.write('it.hpp', text);
    const { code, stdout, stderr } = eshm(['--from', header, ...args]);
    assert.equal(code, 0, stderr);
    const records = await workshop.load(`it-${modules++}.mjs`, stdout);
    return { records, stdout, stderr, header };
  }

  const kindsOf = (record: AnyRecord | undefined) =>
    record?.fields.map(({ name, kind }) => `${name}:${kind.type}`).join(' ');

  it('prints what can be a record, and names on stderr what cannot: struct, member and why', async () => {
    const { records, stderr, stdout } = await from(
      `struct Pose { double x, y; };
       class Driver { int *p; };
       struct Tag {};
       struct Holder { Pose pose; Driver driver; };
       union U { int a; float b; };
       namespace n { struct Bits { int a; int b : 3; }; }`,
    );
    assert.deepEqual(Object.keys(records), ['Pose']);
    assert.deepEqual(stderr.trim().split('\n'), [
      'eshm: left out Driver: Driver.p is a pointer',
      'eshm: left out Tag: Tag has no members',
      'eshm: left out Holder: Holder.driver.p is a pointer',
      'eshm: left out U: U is a union',
      'eshm: left out n::Bits: Bits.b is a bit-field',
    ]);
    assert.match(stdout, /^\/\/ Left out: Driver: Driver\.p is a pointer$/m);
  });

  it('ends with exit code 2 where nothing is left, or what --struct asks for cannot be', () => {
    const header = workshop.write('none.hpp', 'struct A { int *p; }; struct B {}; struct C { int c; };');
    const asked = eshm(['--from', header, '--struct', 'C', '--struct', 'A']);
    assert.deepEqual([asked.code, asked.stdout], [2, '']);
    assert.match(asked.stderr, /^eshm: Cannot read A\.p: it is a pointer, expected numbers/);
    const none = eshm(['--from', workshop.write('none.hpp', 'struct A { int *p; }; struct B {};')]);
    assert.deepEqual([none.code, none.stdout], [2, '']);
    assert.match(none.stderr, /none of its structs can be a record: A\.p is a pointer; B has no members/);
  });

  it('--struct takes the structs that are asked for, also of files that are included, and their parts', async () => {
    workshop.write('others.hpp', 'namespace deep { struct Far { short far; }; } struct Part { int p; };');
    const text = `#include "others.hpp"
      namespace a { struct Wheel { int a; }; } namespace b { struct Wheel { Part part; }; } struct Other { int *p; };`;
    const { records, stderr } = await from(text, '--struct', 'b::Wheel', '--struct', 'deep::Far');
    assert.deepEqual([Object.keys(records), stderr], [['Far', 'Part', 'Wheel'], '']);
    assert.deepEqual(Object.keys((await from(text, '--struct', 'Far')).records), ['Far']);
    const header = join(workshop.folder, 'it.hpp');
    assert.match(
      eshm(['--from', header, '--struct', 'Wheel']).stderr,
      /it has several structs 'Wheel', expected one of a::Wheel, b::Wheel/,
    );
    assert.match(
      eshm(['--from', header, '--struct', 'Weel']).stderr,
      /it has no struct 'Weel', expected one of a::Wheel, b::Wheel, Other, or of what it includes/,
    );
    const alias =
      'typedef struct tag { int a; } tag_t; template <class T> struct V { T x; }; using Vf = V<float>; struct U { Vf v; };';
    const named = await from(alias, '--struct', 'tag_t', '--struct', 'Vf');
    assert.deepEqual(Object.keys(named.records), ['V_float', 'tag']);
  });

  it('reads std::array, template instances, unnamed structs, bytes and characters', async () => {
    const { records } = await from(
      `#include <array>
       #include <cstddef>
       #include <cstdint>
       template <class T> struct V3 { T x, y, z; };
       struct Base { int base; };
       struct All : Base {
         std::array<float, 4> q; V3<double> v; struct { float x, y; } pos; struct { short in; };
         std::byte one; std::byte many[4]; char16_t wide; std::uint8_t raw[2][8]; char name[3][8]; char8_t utf8[4];
         std::array<char, 5> text; std::array<std::uint8_t, 6> blob; signed char numbers[3];
       };`,
    );
    assert.equal(
      kindsOf(records.All),
      'base:i32 q:array v:record pos:record in:i16 one:u8 many:bytes wide:u16 raw:array name:array utf8:text text:text blob:bytes numbers:array',
    );
    assert.deepEqual(records.All_pos!.offsets, { x: 0, y: 4 });
    assert.deepEqual(Object.keys(records), ['All', 'All_pos', 'Base', 'V3_double']);
  });

  it('places what a pragma has packed, what alignas has moved and single packed members', async () => {
    const { records, header } = await from(
      `#include <cstdint>
       #pragma pack(push, 4)
       struct Wheel { double load; char name[3]; };
       struct Car { std::int32_t id; double rpm; Wheel w[4]; };
       #pragma pack(pop)
       struct Moved { int a; alignas(16) int b; };
       struct Single { char a; double b __attribute__((packed)); int c; };
       struct Holder { char a; Wheel wheel; Moved moved; };`,
    );
    assert.deepEqual(toldBy(records.Wheel!), [12, 0, 8]);
    assert.deepEqual(toldBy(records.Car!), [60, 0, 4, 12]);
    for (const one of Object.values(records))
      assert.deepEqual(workshop.ask('g++', header, expressionsOf(one)), toldBy(one));
  });

  it('takes enumerations as they are', async () => {
    const { records } = await from(
      `#include <cstdint>
       enum class Alias : std::uint8_t { FIRST = 0, IDLE = 0, __proto__ = 3 };
       enum Old { A, B = -2 };
       enum class Wide : std::uint64_t { top = UINT64_MAX };
       enum class Low : std::int64_t { low = INT64_MIN };
       enum class Flag : bool { off, on };
       enum class None : std::int16_t {};
       namespace other { enum class Old : char { x = 'x' }; }
       struct All { Alias alias; Old old; Wide wide; Low low; Flag flag; None none; other::Old same; enum { P, Q } inner; };`,
    );
    const values = records.All!.fields.map(({ kind }) => {
      const { of, values } = kind as EnumerationKind;
      return of === undefined ? kind.type : [of.type, ...Object.entries(values)];
    });
    assert.deepEqual(values, [
      ['u8', ['FIRST', 0], ['IDLE', 0], ['__proto__', 3]],
      ['i32', ['A', 0], ['B', -2]],
      ['u64', ['top', 2n ** 64n - 1n]],
      ['i64', ['low', -(2n ** 63n)]],
      ['u8', ['off', 0], ['on', 1]],
      'i16',
      ['i8', ['x', 120]],
      ['u32', ['P', 0], ['Q', 1]],
    ]);
  });

  it('gives structs of one name in two namespaces two names, and a header can be printed of them again', async () => {
    const { records, stdout } = await from(
      `namespace A { struct Wheel { int a; }; } namespace B { struct Wheel { double b; A::Wheel a; }; }
       struct record { int function; int constructor; }; struct interface { record r; };`,
    );
    assert.deepEqual(Object.keys(records), ['A_Wheel', 'B_Wheel', 'interface_', 'record_']);
    assert.match(stdout, /It is B::Wheel\./);
    assert.match(stdout, /constructor_ is 'constructor' there/);
    const again = eshm([join(workshop.folder, `it-${modules - 1}.mjs`)]);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /^struct B_Wheel \{$/m);
  });

  it('prints the same header of the records of one: enumerations, their scope and base, namespaces', async () => {
    const { header } = await from(
      `#include <cstdint>
       namespace common { struct Vec { double x, y; }; }
       namespace robot {
       enum class Mode : std::uint8_t { idle = 0, moving = 1, stopped = 7 };
       enum Level : std::int16_t { LOW = -1, HIGH = 5 };
       namespace arm { enum class Mode : std::uint64_t { off, on }; struct Joint { Mode state; robot::Mode mode; float at; }; }
       struct Pose { std::uint64_t seq; common::Vec at; Mode mode, last[2]; Level level; bool idle; arm::Joint joints[2]; };
       struct Other { Level level; enum class Mode : std::uint8_t { idle } mode; };
       }
       enum Global { G0, G1 };
       typedef enum { T0 = 4 } Named;
       struct Last { Global g; robot::Pose pose; Named named; enum { U0 } inner; };`,
      '--std',
      'c++17',
    );
    const module = `it-${modules - 1}.mjs`;
    const again = eshm([join(workshop.folder, module)]);
    assert.equal(again.code, 0, again.stderr);
    const printed = workshop.write('again.hpp', again.stdout);
    for (const command of CHECKS.cpp) assert.equal(workshop.faultsOf(command, printed), '');
    // The same program knows both.
    const knows = `
      #include <type_traits>
      template <class E, class Under> constexpr bool is = std::is_same_v<std::underlying_type_t<E>, Under>;
      static_assert(is<robot::Mode, std::uint8_t> && !std::is_convertible_v<robot::Mode, int>, "an enum class");
      static_assert(static_cast<int>(robot::Mode::stopped) == 7 && is<robot::arm::Mode, std::uint64_t>, "its numbers");
      static_assert(is<robot::Level, std::int16_t> && robot::LOW == -1 && robot::Level::HIGH == 5, "an enum");
      static_assert(std::is_same_v<decltype(robot::Pose::mode), robot::Mode>, "a member");
      static_assert(std::is_same_v<decltype(robot::Pose::last), robot::Mode[2]>, "an array");
      static_assert(std::is_same_v<decltype(robot::Pose::at), common::Vec>, "of another namespace");
      static_assert(std::is_same_v<decltype(robot::arm::Joint::mode), robot::Mode>, "of the one around it");
      static_assert(std::is_same_v<decltype(robot::arm::Joint::state), robot::arm::Mode>, "of its own");
      static_assert(G1 == 1 && std::is_same_v<decltype(Last::g), Global> && T0 == 4, "outside of all");
      static_assert(std::is_same_v<decltype(Last::named), Named>, "by a typedef");
      static_assert(sizeof(Last) == ${workshop.ask('g++', header, ['sizeof(Last)'])[0]}, "the size");`;
    for (const [i, file] of [header, printed].entries()) {
      const both = workshop.write(`knows-${i}.cpp`, `#include ${JSON.stringify(file)}\n${knows}`);
      for (const command of CHECKS.cpp) assert.equal(workshop.faultsOf(command, both), '', file);
    }
    // And what is printed says the same again.
    const third = eshm(['--from', printed, '--std', 'c++17']);
    assert.equal(third.code, 0, third.stderr);
    await workshop.load('third.mjs', third.stdout);
    const fourth = eshm([join(workshop.folder, 'third.mjs')]);
    const sorted = (text: string) =>
      text
        .replaceAll(/it-\d+|third|IT_\d+|THIRD/g, '')
        .split('\n')
        .sort();
    assert.deepEqual(sorted(fourth.stdout), sorted(again.stdout));
    for (const [language, commands] of [
      ['c', CHECKS.c],
      ['python', [['python3']]],
    ] as const) {
      const other = eshm([join(workshop.folder, module), '--lang', language]);
      assert.match(other.stdout, /^(typedef enum Level \{|Level = enum\.IntEnum\("Level")/m);
      const file = workshop.write(language === 'c' ? 'again.h' : 'again.py', other.stdout);
      for (const command of commands) assert.equal(workshop.faultsOf(command, file), '');
    }
  });

  it('--namespace puts a header into one, whatever the records say', async () => {
    await from('namespace a { enum class M : char { x }; struct P { M m; }; } struct Q { a::P p; };');
    const module = join(workshop.folder, `it-${modules - 1}.mjs`);
    for (const [name, within] of [
      ['b', 'b::'],
      ['b::c', 'b::c::'],
      ['', '::'],
    ] as const) {
      const { code, stdout, stderr } = eshm([module, '--namespace', name]);
      assert.equal(code, 0, stderr);
      const file = workshop.write(
        'within.hpp',
        `${stdout}static_assert(sizeof(${within}Q) == 1 && sizeof(${within}P) == 1 && sizeof(${within}M) == 1, "");`,
      );
      for (const command of CHECKS.cpp) assert.equal(workshop.faultsOf(command, file), '');
    }
    for (const [args, expected] of [
      [
        [module, '--namespace', 'class'],
        /'--namespace <name>' argument 'class' is invalid\. 'class' is a word of C\+\+/,
      ],
      [[module, '--namespace', 'a:b'], /argument 'a:b' is invalid\. Expected names as C\+\+ has them/],
      [[module, '--namespace', 'b', '--lang', 'c'], /--namespace is for a C\+\+ header of records/],
      [
        ['--from', 'it.hpp', '--namespace', 'b'],
        /--namespace is for a C\+\+ header of records, expected no --from/,
      ],
    ] as const) {
      const { code, stdout, stderr } = eshm(args);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, expected);
    }
  });

  it('passes over structs within functions, static members and what is only declared', async () => {
    const { records, stderr } = await from(
      `struct Later;
       inline int f() { struct Local { int *p; } local{}; auto g = [local] { return local.p; }; return g() != nullptr; }
       struct Outer { struct Inner; static int shared; int a; };
       struct Outer::Inner { short b; };
       struct Holder { Outer::Inner inner; };`,
    );
    assert.deepEqual([Object.keys(records), stderr], [['Holder', 'Inner', 'Outer'], '']);
  });

  it('compiles C where it is told to, and says how where it might be C', async () => {
    needsCommand(this.ctx as never, 'gcc', 'gcc');
    const header = workshop.write(
      'plc.h',
      `#include <stdint.h>
       typedef struct { _Bool on; int class; enum { OFF, ON } mode; double new[2]; struct { int16_t x; }; } image_t;`,
    );
    const wrong = eshm(['--from', header]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /g\+\+ does not compile it as C\+\+: .*; if it is one of C, say --lang c\n$/);
    const right = eshm(['--from', header, '--lang', 'c']);
    assert.equal(right.code, 0, right.stderr);
    const { image_t } = await workshop.load('plc.mjs', right.stdout);
    assert.equal(kindsOf(image_t), 'on:bool class:i32 mode:enumeration new:array x:i16');
    assert.deepEqual(workshop.ask('gcc', header, expressionsOf(image_t!)), toldBy(image_t!));
    const bad = eshm(['--from', workshop.write('bad.h', 'struct {'), '--lang', 'c']);
    assert.match(bad.stderr, /gcc does not compile it as C: .*error/);
  });

  it('passes -I, -D and --std on, and CPATH is the compiler’s own', () => {
    const inner = join(workshop.folder, 'in ner');
    mkdirSync(inner, { recursive: true });
    workshop.write('in ner/far.hpp', 'struct Far { char name[LENGTH]; };');
    const header = workshop.write(
      'top.hpp',
      '#include <far.hpp>\nstruct Top { Far far; };\n#if __cplusplus > 201703L\n#error new\n#endif',
    );
    const options = ['-D', 'LENGTH=7', '--std', 'c++17'];
    for (const { code, stdout, stderr } of [
      eshm(['--from', header, '-I', inner, ...options]),
      eshm(['--from', header, `-I${inner}`, ...options]),
      eshm(['--from', header, ...options], { CPATH: inner }),
      eshm(['--from', header, ...options.slice(0, 2)], { CPATH: inner, CXX: 'g++ -std=c++14' }),
    ]) {
      assert.equal(code, 0, stderr);
      assert.match(stdout, /text\(7\)/);
    }
    assert.match(eshm(['--from', header, ...options]).stderr, /far\.hpp: No such file/);
  });

  it('takes a compiler of several words, and one with a blank in its path', () => {
    const header = workshop.write('it.hpp', 'struct A { int a; };');
    const { stdout } = eshm(['--from', header]);
    for (const CXX of ['env LC_ALL=C g++', '  g++  ', 'nice g++ -O1'])
      assert.deepEqual(eshm(['--from', header], { CXX }), { code: 0, stdout, stderr: '' });
    const link = join(workshop.folder, 'my g++');
    symlinkSync('/usr/bin/g++', link);
    assert.equal(eshm(['--from', header], { CXX: link }).code, 0);
    const missing = eshm(['--from', header], { CXX: 'no-such-compiler -x' });
    assert.match(missing.stderr, /^eshm: Cannot read the header: no-such-compiler cannot be run \(ENOENT\)/);
  });

  it('prints TypeScript, which a strict project compiles, with the types of the values', () => {
    const header = workshop.write(
      'it.hpp',
      `enum class Mode : unsigned char { idle, moving };
       struct Wheel { float load; }; struct string { char name[8]; };
       struct Car { double x; Wheel wheels[4]; Mode mode; string id; };`,
    );
    const { code, stdout, stderr } = eshm(['--from', header, '--lang', 'ts', '--lang', 'c++']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^export type string_ = SnapshotOf<typeof string_>;$/m);
    workshop.write('car.ts', stdout);
    const use = (value: string) =>
      workshop.write(
        'use.ts',
        `import { Car, Mode } from './car.js';
         const mode: Mode = 'idle';
         const wheel = { load: ${value} };
         export const one: Car = { x: 1, wheels: [wheel, wheel, wheel, wheel], mode, id: { name: 'a' } };
         export const bytes: Uint8Array = Car.encode(one);`,
      );
    const compile = (path: string) => {
      const options = '--ignoreConfig --strict --noEmit --target es2023 --module nodenext --types node'.split(
        ' ',
      );
      const tsc = join(repoRoot, 'node_modules/typescript/bin/tsc');
      return spawnSync(process.execPath, [tsc, ...options, path], { encoding: 'utf8', cwd: workshop.folder });
    };
    workshop.write('package.json', '{ "type": "module" }');
    mkdirSync(join(workshop.folder, 'node_modules'), { recursive: true });
    symlinkSync(repoRoot, join(workshop.folder, 'node_modules/eshm'));
    symlinkSync(join(repoRoot, 'node_modules/@types'), join(workshop.folder, 'node_modules/@types'));
    const right = compile(use('2'));
    assert.equal(right.status, 0, right.stdout);
    assert.notEqual(compile(use("'two'")).status, 0);
  });

  it('a module in TypeScript is loaded where Node strips types, and else it is said what to do', () => {
    const path = workshop.write(
      'typed.ts',
      `import { record, u8 } from ${JSON.stringify(join(repoRoot, 'dist/lib/record/index.js'))};
       export const A = record('A', { a: u8 }); export type B = number;`,
    );
    const { code, stdout, stderr } = eshm([path]);
    if ((process.features as { typescript?: unknown }).typescript) {
      assert.deepEqual([code, /struct A/.test(stdout)], [0, true]);
    } else {
      assert.equal(code, 2);
      assert.match(
        stderr,
        /typed\.ts is TypeScript, which Node \S+ does not load, expected 22\.18 or later; or compile it/,
      );
    }
  });

  it('says that a folder is one, and takes any path', () => {
    assert.match(
      eshm(['--from', workshop.folder]).stderr,
      /^eshm: Cannot read the header: \S+ is a folder, expected a file\n$/,
    );
    for (const name of ['a "b".hpp', 'a\\b.hpp', "a 'b' $c.hpp", '-x.hpp']) {
      const header = workshop.write(name, 'struct A { int a; };');
      const { code, stderr } = eshm(['--from', header]);
      assert.equal(code, 0, stderr);
    }
  });

  for (const [what, args, expected] of [
    ['--struct without a header', ['x.mjs', '--struct', 'A'], /--struct is for --from, expected a header/],
    ['-I without a header', ['x.mjs', '-I', 'A'], /--include is for --from, expected a header/],
    ['TypeScript without a header', ['x.mjs', '--lang', 'ts'], /--lang is ts, expected cpp, c or python/],
    ['a header in Python', ['--from', 'x.hpp', '--lang', 'python'], /--lang is python, expected c or cpp/],
    ['another language', ['x.mjs', '--lang', 'rust'], /Allowed choices are cpp, c\+\+, c, python, ts/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { code, stderr } = eshm(args);
      assert.equal(code, 2);
      assert.match(stderr, expected);
    });
  }
});
