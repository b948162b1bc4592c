import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { cHeader } from '../../../lib/cli/records/cpp.js';
import { pythonModule } from '../../../lib/cli/records/python.js';
import type { AnyRecord } from '../../../lib/record/index.js';
import { needsCommand } from '../../support/needs.js';
import { size } from '../../support/sizes.js';
import { declarations } from './declarations.js';

const DECLARATIONS = size({ short: 300, long: 1000 });

/** What a record says of itself, as the programs below print it. */
const toldBy = ({ name, size, offsets }: AnyRecord) => `${name} ${size} ${Object.values(offsets).join(' ')}`;

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'eshm-records-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Size and offsets as a compiler has them: of the structs as they are, the header's own assertions taken out. */
function askCompiler(records: readonly AnyRecord[], language: 'c' | 'cpp', compiler: string): string[] {
  const header = cHeader(records, 'all.mjs', language);
  const prints = records.map(
    ({ name, offsets }) =>
      `static void print${name}(void) { printf("${name} %zu"${' " %zu"'.repeat(Object.keys(offsets).length)} "\\n", sizeof(${name}), ${Object.keys(
        offsets,
      )
        .map((field) => `offsetof(${name}, ${field})`)
        .join(', ')}); }`,
  );
  const calls = records.map(({ name }) => `  print${name}();`);
  const program = [
    '#include <stdio.h>',
    header.replaceAll(/^static_assert.*$/gm, ''),
    ...prints,
    'int main(void) {',
    ...calls,
    '}',
  ];
  return inFolder((folder) => {
    const source = join(folder, language === 'cpp' ? 'all.cpp' : 'all.c');
    writeFileSync(source, program.join('\n'));
    execFileSync(compiler, ['-w', '-O0', '-o', join(folder, 'all'), source]);
    return execFileSync(join(folder, 'all'), { encoding: 'utf8' }).trim().split('\n');
  });
}

function askPython(records: readonly AnyRecord[]): string[] {
  const module = pythonModule(records, 'all.mjs').replaceAll(/^assert .*$/gm, '');
  const prints = records.map(
    ({ name }) =>
      `print("${name}", ctypes.sizeof(${name}), *[getattr(${name}, f[0]).offset for f in ${name}._fields_ if not f[0].startswith("_")])`,
  );
  return inFolder((folder) => {
    const source = join(folder, 'all.py');
    writeFileSync(source, [module, ...prints].join('\n'));
    return execFileSync('python3', [source], { encoding: 'utf8' }).trim().split('\n');
  });
}

describe('Records and compilers', () => {
  const seed = Date.now();
  const records = fc.sample(declarations, { numRuns: DECLARATIONS, seed });
  const expected = records.map(toldBy);

  it(`g++ places the fields of ${DECLARATIONS} random declarations where they are (seed ${seed})`, () => {
    assert.deepEqual(askCompiler(records, 'cpp', 'g++'), expected);
  });

  it('so does clang++', function () {
    needsCommand(this, 'clang++', 'clang');
    assert.deepEqual(askCompiler(records, 'cpp', 'clang++'), expected);
  });

  it('so does gcc', () => {
    assert.deepEqual(askCompiler(records, 'c', 'gcc'), expected);
  });

  it('so does ctypes', () => {
    assert.deepEqual(askPython(records), expected);
  });

  it('the assertions of the headers hold', () => {
    inFolder((folder) => {
      const path = join(folder, 'all.hpp');
      writeFileSync(path, cHeader(records.slice(0, 200), 'all.mjs', 'cpp'));
      execFileSync('g++', ['-fsyntax-only', '-x', 'c++', path]);
      writeFileSync(path, cHeader(records.slice(0, 200), 'all.mjs', 'c'));
      execFileSync('gcc', ['-fsyntax-only', '-std=c11', '-x', 'c', path]);
      writeFileSync(path, pythonModule(records.slice(0, 200), 'all.mjs'));
      execFileSync('python3', [path]);
    });
  });

  it('the assertions of a header of another declaration do not', () => {
    const [first] = records;
    const wrong = cHeader([first!], 'all.mjs', 'cpp').replace(`== ${first!.size},`, `== ${first!.size + 1},`);
    inFolder((folder) => {
      const path = join(folder, 'all.hpp');
      writeFileSync(path, wrong);
      assert.throws(() => execFileSync('g++', ['-fsyntax-only', '-x', 'c++', path], { stdio: 'pipe' }));
    });
  });
});
