import fc from 'fast-check';

/** A struct of a made-up header, in text, and the members that have an offset. */
export interface StructText {
  readonly name: string;
  readonly text: string;
  /** Paths as `offsetof` takes them: `pos.x`. */
  readonly paths: readonly string[];
}

const SCALARS = {
  cpp: `bool char short int unsigned long float double wchar_t char16_t char32_t std::int8_t std::uint8_t std::int16_t
    std::uint16_t std::int32_t std::uint32_t std::int64_t std::uint64_t std::byte std::size_t volatile_int`.split(
    /\s+/,
  ),
  c: `_Bool char short int unsigned long float double wchar_t int8_t uint8_t int16_t uint16_t int32_t uint32_t int64_t
    uint64_t size_t`.split(/\s+/),
};

/** What stands before the structs: enumerations of every base, templates, names of types. */
export const PREAMBLE = {
  cpp: `#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
using volatile_int = volatile int;
namespace made {
template <class T> struct V3 { T x, y, z; };
template <class A, class B, int N> struct Mixed { A a; B b[N]; };
namespace deep { namespace er { enum class E8 : std::int8_t { low = -128, none = 0, same = 0, high = 127 }; } }
enum class EU8 : std::uint8_t { one = 1, top = 255 };
enum class E16 : std::int16_t { low = -32768, high = 32767 };
enum class EU32 : std::uint32_t { zero, top = 0xffffffff };
enum class E64 : std::int64_t { low = INT64_MIN, minus = -1, high = INT64_MAX };
enum class EU64 : std::uint64_t { one = 1, top = UINT64_MAX };
enum class EB : bool { off, on };
enum class EC : char { a = 'a', z = 'z' };
enum Old { OLD_A, OLD_B = 0, OLD_C = 7 };
enum Below { BELOW = -3, ABOVE = 4 };
enum Wide { WIDE = 1ull << 40 };
enum class Nameless : std::uint16_t {};
struct Nothing {};
struct Base { std::uint16_t base_a; double base_b; };
}
`,
  c: `#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
enum old { OLD_A, OLD_B = 0, OLD_C = 7 };
enum below { BELOW = -3, ABOVE = 4 };
typedef enum { NO_NAME = 1 } plain;
`,
};

const NAMED = {
  cpp: `made::deep::er::E8 made::EU8 made::E16 made::EU32 made::E64 made::EU64 made::EB made::EC made::Old made::Below
    made::Wide made::Nameless made::V3<float> made::V3<made::EB> made::V3<made::V3<short>> made::Mixed<char,double,3>
    made::Base std::array<float,4> std::array<std::uint8_t,5> std::array<char,7> std::array<std::array<double,2>,3>
    std::array<made::V3<char>,2>`.split(/\s+/),
  c: ['enum old', 'enum below', 'plain'],
};

type Language = 'cpp' | 'c';

/** Names of members: any of C, also such as C++ has as words. */
const names = (language: Language) =>
  language === 'cpp'
    ? ['x', 'record', 'text', 'u8', 'function', 'constructor']
    : ['x', 'class', 'new', 'this', 'u8'];

interface MemberText {
  readonly text: string;
  readonly paths: readonly string[];
}

/** A member called `name`; `earlier` are structs that it may be. */
function memberText(language: Language, name: string, earlier: readonly string[]): fc.Arbitrary<MemberText> {
  const types = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...SCALARS[language]) },
    { weight: 2, arbitrary: fc.constantFrom(...NAMED[language]) },
    ...(earlier.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...earlier) }]),
  );
  const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 });
  const counts = (all: readonly number[]) => all.map((length) => `[${length}]`).join('');
  const attributes =
    language === 'cpp'
      ? fc.constantFrom('', '', '', 'alignas(8) ', 'alignas(16) ')
      : fc.constantFrom('', '', '', '_Alignas(8) ', '_Alignas(16) ');
  const packed = fc.constantFrom('', '', '', '', ' __attribute__((packed))');
  const plain = fc.tuple(types, lengths, attributes, packed).map(([type, all, wanted, pack]) => {
    // Compilers refuse to lower an alignment.
    const aligned = SCALARS[language].includes(type) ? wanted : '';
    return { text: `${aligned}${type} ${name}${counts(all)}${aligned === '' ? pack : ''};`, paths: [name] };
  });
  const unnamedType = fc.tuple(types, types, lengths).map(([a, b, all]) => ({
    text: `struct { ${a} first; ${b} second; } ${name}${counts(all)};`,
    paths: [name, ...(all.length === 0 ? [`${name}.first`, `${name}.second`] : [])],
  }));
  const unnamed = fc.tuple(types, types).map(([a, b]) => ({
    text: `struct { ${a} ${name}_1; ${b} ${name}_2; };`,
    paths: [`${name}_1`, `${name}_2`],
  }));
  const all = [
    { weight: 6, arbitrary: plain },
    { weight: 1, arbitrary: unnamedType },
    { weight: 1, arbitrary: unnamed },
  ];
  const nothing = fc.constant({ text: `made::Nothing ${name};`, paths: [] });
  return fc.oneof(...all, ...(language === 'cpp' ? [{ weight: 1, arbitrary: nothing }] : []));
}

/** A struct called `name`. */
function structText(language: Language, name: string, earlier: readonly string[]): fc.Arbitrary<StructText> {
  const some = names(language);
  const members = fc
    .integer({ min: 1, max: 7 })
    .chain((count) =>
      fc.tuple(
        ...Array.from({ length: count }, (_, i) =>
          memberText(language, i < some.length && i % 2 === 1 ? some[i]! : `m${i}`, earlier),
        ),
      ),
    );
  const packs = fc.constantFrom(0, 0, 0, 1, 2, 4, 8);
  const attributes = fc.constantFrom('', '', '', '__attribute__((packed)) ', '__attribute__((aligned(32))) ');
  const bases = fc.constantFrom(
    '',
    '',
    '',
    ...(language === 'cpp' ? [' : made::Base', ' : made::Nothing'] : []),
  );
  return fc.tuple(members, packs, attributes, bases).map(([all, pack, attribute, base]) => ({
    name,
    text: [
      ...(pack > 0 ? [`#pragma pack(push, ${pack})`] : []),
      language === 'cpp' ? `struct ${attribute}${name}${base} {` : `typedef struct ${attribute}${name} {`,
      // Always one that has bytes, so that it can be a record.
      '  unsigned short always;',
      ...all.map(({ text }) => `  ${text}`),
      language === 'cpp' ? '};' : `} ${name};`,
      ...(pack > 0 ? ['#pragma pack(pop)'] : []),
    ].join('\n'),
    paths: [
      'always',
      ...all.flatMap(({ paths }) => paths),
      ...(base.includes('Base') ? ['base_a', 'base_b'] : []),
    ],
  }));
}

/** So many structs, each of which may have those before it as members. */
export function sampleStructs(language: Language, count: number, seed: number): StructText[] {
  const structs: StructText[] = [];
  for (let i = 0; i < count; i++) {
    // Each third one stands alone: a struct of arrays of structs of arrays has gigabytes soon.
    const earlier = structs.slice(structs.length - (i % 3)).map(({ name }) => name);
    structs.push(...fc.sample(structText(language, `S${i}`, earlier), { numRuns: 1, seed: seed + i }));
  }
  return structs;
}

/** The header that has them. */
export function headerText(language: Language, structs: readonly StructText[]): string {
  const bodies = structs.map(({ text }) => text);
  return [PREAMBLE[language], ...bodies, ''].join('\n');
}
