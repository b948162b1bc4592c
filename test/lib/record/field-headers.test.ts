import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { recordsFromHeader } from '../../../lib/cli/records/from-cpp.js';
import { Eshm } from '../../../lib/index.js';
import type { AnyRecord, ArrayKind, EnumerationKind, Kind } from '../../../lib/record/index.js';
import { buildPeers, type Peers } from '../../peers/build.js';
import { assertNothingLeft, uniqueName, until } from '../../support/channels.js';
import { needsCommand } from '../../support/needs.js';
import { repoRoot } from '../../support/repo-root.js';

const FOLDER = join(repoRoot, 'test/lib/record/headers');

/** Headers as people have them, each with the struct that is sent. */
const HEADERS = [
  ['race.hpp', 'race::Telemetry'],
  ['lidar.hpp', 'lidar::Packet'],
  ['quadruped.hpp', 'legged::LowCmd'],
  ['flight.hpp', 'fc::State'],
  ['camera.hpp', 'FrameInfo'],
  ['arm.hpp', 'arm::ArmState'],
  ['vehicle.hpp', 'vehicle::Signals'],
  ['weather.hpp', 'weather::Station'],
  ['swarm.hpp', 'swarm::Formation'],
  ['plc.h', 'plc_image_t'],
  ['bms.h', 'bms_report_t'],
] as const;

/** A field that C++ sets by a name of its own, and what a read gives for it then. */
interface Filled {
  readonly value: unknown;
  /** Statements that set it in `it`. */
  readonly statements: readonly string[];
  /** The fields, an array of numbers being one. */
  readonly paths: readonly { readonly path: string; readonly offset: number }[];
}

/** Fills a value of a kind, and all that is in it, by numbers that are all different. */
class Filler {
  #next = 1;

  fill(kind: Kind, path: string, offset: number): Filled {
    switch (kind.type) {
      case 'record': {
        const fields = (kind as AnyRecord).fields.map(
          (field) =>
            [field.name, this.fill(field.kind, `${path}.${field.name}`, offset + field.offset)] as const,
        );
        return together(
          Object.fromEntries(fields.map(([name, { value }]) => [name, value])),
          fields.map(([, filled]) => filled),
        );
      }
      case 'array': {
        const { of, length } = kind as ArrayKind;
        const all = Array.from({ length }, (_, i) => this.fill(of, `${path}[${i}]`, offset + i * of.size));
        return together(
          all.map(({ value }) => value),
          all,
        );
      }
      case 'text':
      case 'bytes':
        return this.#bytes(kind, path, offset);
      default:
        return this.#number(kind, path, offset);
    }
  }

  #bytes({ type, size }: Kind, path: string, offset: number): Filled {
    const n = this.#next++;
    // Each other text fills its field, without a NUL.
    const text = `${n}-`.padEnd(n % 2 === 0 ? size : 0, 'abcdefg').slice(0, size);
    const bytes = type === 'text' ? Buffer.from(text) : Buffer.alloc(size, n);
    const listed = [...bytes].join(', ');
    return {
      value: type === 'text' ? text : new Uint8Array(bytes),
      statements: [
        `{ const unsigned char bytes[] = { ${listed} }; memcpy((void *)&${path}, bytes, sizeof bytes); }`,
      ],
      paths: [{ path, offset }],
    };
  }

  #number(kind: Kind, path: string, offset: number): Filled {
    const n = this.#next++;
    const [value, literal] = valueFor(kind, n);
    return { value, statements: [`SET(${path}, ${literal});`], paths: [{ path, offset }] };
  }
}

function together(value: unknown, all: readonly Filled[]): Filled {
  return {
    value,
    statements: all.flatMap(({ statements }) => statements),
    paths: all.flatMap(({ paths }) => paths),
  };
}

/** A value of a kind as a read gives it, and as C says it. */
function valueFor(kind: Kind, n: number): readonly [unknown, string] {
  switch (kind.type) {
    case 'bool':
      return [n % 3 === 0, `${n % 3 === 0 ? 1 : 0}`];
    case 'f32':
    case 'f64':
      return [n - 0.5, `${n} - 0.5`];
    case 'u64':
      return [2n ** 63n + BigInt(n), `0x8000000000000000ULL + ${n}`];
    case 'i64':
      return [-(2n ** 40n) - BigInt(n), `-0x10000000000LL - ${n}`];
    case 'enumeration':
      return namedValue(kind as EnumerationKind, n);
    default: {
      const bits = kind.size * 8 - 1;
      const value = (n * 2654435761) % 2 ** bits;
      return kind.type.startsWith('i') ? [0 - value, `-(long)${value}`] : [value, `${value}`];
    }
  }
}

/** A name, or each fifth time a number that has none, where C++ can have one. */
function namedValue({ of, values }: EnumerationKind, n: number): readonly [unknown, string] {
  const all = Object.entries(values);
  if (n % 5 === 0 && all.length > 2) return [of.size === 8 ? 101n : 101, '101'];
  const [, value] = all[n % all.length]!;
  const suffix = typeof value === 'bigint' ? 'ULL' : '';
  return [all.find(([, other]) => other === value)![0], `${value}${suffix}`];
}

/** How many fields there are, an array of numbers being one. */
function fieldsIn(kind: Kind): number {
  if (kind.type === 'record')
    return (kind as AnyRecord).fields.reduce((sum, field) => sum + fieldsIn(field.kind), 0);
  if (kind.type !== 'array') return 1;
  const { of, length } = kind as ArrayKind;
  return of.type === 'record' ? length * fieldsIn(of) : fieldsIn(of);
}

/** What both programs begin with; `compound` because a const member is set too, and a packed one has no reference. */
const C_START = `#include <stddef.h>
#include <string.h>
#define SET(place, number) \\
  do { \\
    __typeof__((place) + 0) value = (number); \\
    __typeof__(place) own = value; \\
    memcpy((void *)&(place), &own, sizeof own); \\
  } while (0)
`;
const CPP_START = `#include <cstddef>
#include <cstring>
#include <type_traits>
#define SET(place, number) \\
  do { \\
    auto own = static_cast<std::remove_cv_t<std::remove_reference_t<decltype(place)>>>(number); \\
    memcpy((void *)&(place), &own, sizeof own); \\
  } while (0)
`;

/** Functions that fill a struct, and tell where its members are. */
function filler(index: number, struct: string, { statements, paths }: Filled): string {
  return `
#ifdef __cplusplus
extern "C" {
#endif
size_t fill_${index}(void *memory) {
  static ${struct} it;
  memset((void *)&it, 0, sizeof it);
  ${statements.join('\n  ')}
  memcpy(memory, (void *)&it, sizeof it);
  return sizeof it;
}
void offsets_${index}(size_t *at) {
  static ${struct} it;
  ${paths.map(({ path }, i) => `at[${i}] = (size_t)((const char *)&${path} - (const char *)&it);`).join('\n  ')}
}
#ifdef __cplusplus
}
#endif
`;
}

const MAIN = (counts: readonly number[]) => `#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <poll.h>
#include "eshm.h"
extern "C" {
${counts.map((_, i) => `size_t fill_${i}(void *); void offsets_${i}(size_t *);`).join('\n')}
}
int main(int argc, char **argv) {
  static unsigned char memory[${counts.length}][4096];
  static size_t at[4096], size[${counts.length}];
${counts
  .map(
    (count, i) => `  size[${i}] = fill_${i}(memory[${i}]);
  offsets_${i}(at);
  std::printf("${i} %zu", size[${i}]);
  for (int n = 0; n < ${count}; n++) std::printf(" %zu", at[n]);
  std::puts("");`,
  )
  .join('\n')}
  std::fflush(stdout);
  if (argc < 2) return 0;
  ESHMHandle *master[${counts.length}];
  for (int i = 0; i < ${counts.length}; i++) {
    std::string name = std::string(argv[1]) + "-" + std::to_string(i);
    ESHMConfig config = eshm_default_config(name.c_str());
    config.role = ESHM_ROLE_MASTER;
    config.stale_threshold_ms = 5000;
    master[i] = eshm_init(&config);
    if (master[i] == nullptr) return 1;
  }
  // Until somebody closes stdin.
  pollfd input{0, POLLIN, 0};
  while (poll(&input, 1, 2) == 0)
    for (int i = 0; i < ${counts.length}; i++) eshm_write(master[i], memory[i], size[i]);
  for (int i = 0; i < ${counts.length}; i++) eshm_destroy(master[i]);
}
`;

describe('Headers as people have them', function () {
  this.timeout(120_000);
  let folder: string;
  let peers: Peers;
  let records: AnyRecord[];
  let filled: Filled[];
  before(async function () {
    needsCommand(this, 'g++', 'g++');
    needsCommand(this, 'gcc', 'gcc');
    folder = mkdtempSync(join(tmpdir(), 'eshm-field-headers-'));
    peers = await buildPeers();
    records = HEADERS.map(([file, struct]) => {
      const language = file.endsWith('.h') ? 'c' : 'c++';
      return recordsFromHeader(join(FOLDER, file), { language, structs: [struct] }).records[0]!;
    });
    filled = records.map((record) => new Filler().fill(record, 'it', 0));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    assertNothingLeft();
  });

  /** The program that fills the structs, by members, and sends them. */
  function build(c: string, cpp: string): string {
    const write = (name: string, text: string) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };
    const sources = (isC: boolean) =>
      HEADERS.map(([file, struct], i) => [file, struct, i] as const).filter(
        ([file]) => file.endsWith('.h') === isC,
      );
    const source = (isC: boolean) =>
      [
        isC ? C_START : CPP_START,
        ...sources(isC).map(([file]) => `#include ${JSON.stringify(join(FOLDER, file))}`),
        ...sources(isC).map(([, struct, i]) => filler(i, struct, filled[i]!)),
      ].join('\n');
    const program = join(folder, basename(cpp));
    const object = join(folder, `${basename(c)}.o`);
    const options = ['-w', '-O0'];
    execFileSync(c, ['-std=gnu17', ...options, '-c', '-o', object, write('c-structs.c', source(true))]);
    execFileSync(cpp, [
      ...['-std=c++20', ...options, `-I${join(repoRoot, 'test/peers/cpp')}`],
      write('structs.cpp', source(false)),
      write('main.cpp', MAIN(filled.map(({ paths }) => paths.length))),
      ...[object, peers.lib, `-Wl,-rpath,${dirname(peers.lib)}`, '-pthread', '-o', program],
    ]);
    return program;
  }

  it('have 100 to 400 fields each, and become records', () => {
    for (const [i, record] of records.entries()) {
      const count = fieldsIn(record);
      assert.ok(count >= 100 && count <= 400, `${HEADERS[i]![0]} has ${count} fields`);
    }
  });

  for (const [c, cpp] of [
    ['gcc', 'g++'],
    ['clang', 'clang++'],
  ] as const) {
    it(`have every member where ${c} and ${cpp} have it`, function () {
      needsCommand(this, cpp, c === 'clang' ? 'clang' : 'g++');
      const told = execFileSync(build(c, cpp), { encoding: 'utf8' }).trim().split('\n');
      for (const [i, { paths }] of filled.entries()) {
        const [index, size, ...at] = told[i]!.split(' ').map(Number);
        assert.deepEqual([index, size], [i, records[i]!.size], HEADERS[i]![0]);
        for (const [n, { path, offset }] of paths.entries())
          assert.equal(at[n], offset, `${HEADERS[i]![0]}: ${path}`);
      }
    });
  }

  it('filled by a C++ program, are read by view() and by tryRead()', async () => {
    const name = uniqueName('field');
    const sender = spawn(build('gcc', 'g++'), [name], {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: peers.env,
    });
    const ended = once(sender, 'exit');
    try {
      for (const [i, record] of records.entries()) {
        const endpoint = await Eshm.connect(`${name}-${i}`, { record: { in: record }, timeoutMs: 20_000 });
        try {
          const { value } = filled[i]!;
          await until(`a view of ${HEADERS[i]![0]}`, () => {
            const seen = endpoint.view((live) => snapshotOf(record, live));
            if (seen === undefined) return false;
            assert.deepEqual(seen, value, HEADERS[i]![0]);
            return true;
          });
          await until(`a read of ${HEADERS[i]![0]}`, () => {
            const read = endpoint.tryRead();
            if (read === undefined) return false;
            assert.deepEqual(read, value, HEADERS[i]![0]);
            // And back: every byte of a field is what it was.
            assert.deepEqual(record.decode(record.encode(read)), value);
            return true;
          });
        } finally {
          endpoint.close();
        }
      }
    } finally {
      sender.stdin.end();
    }
    assert.deepEqual(await ended, [0, null]);
  });
});

/** What accessors show, field by field and element by element. */
function snapshotOf(kind: Kind, live: unknown): unknown {
  if (kind.type === 'record') {
    const fields = (kind as AnyRecord).fields.map((field) => [
      field.name,
      snapshotOf(field.kind, (live as Record<string, unknown>)[field.name]),
    ]);
    return Object.fromEntries(fields);
  }
  if (kind.type === 'bytes') return Uint8Array.from(live as Iterable<number>);
  if (kind.type !== 'array') return live;
  const { of, length } = kind as ArrayKind;
  const all = live as { at(index: number): unknown };
  return Array.from({ length }, (_, i) => snapshotOf(of, all.at(i)));
}
