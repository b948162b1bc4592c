import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyRecord } from '../../../../lib/record/index.js';
import { repoRoot } from '../../../support/repo-root.js';

/** Where modules that are printed find `eshm/record`. */
const RECORD = join(repoRoot, 'dist/lib/record/index.js');

/** The compilers that must agree, each with the language it is asked in. */
export const COMPILERS = [
  ['g++', 'cpp'],
  ['clang++', 'cpp'],
  ['gcc', 'c'],
  ['clang', 'c'],
] as const;

export type Compiler = (typeof COMPILERS)[number][0];

/** A folder for the files of a test. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'eshm-headers-'));

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** The records that a printed module exports, as Node loads it. */
  async load(name: string, module: string): Promise<Record<string, AnyRecord>> {
    const path = this.write(name, module.replace("'eshm/record'", JSON.stringify(RECORD)));
    return (await import(pathToFileURL(path).href)) as Record<string, AnyRecord>;
  }

  /** What a compiler says of expressions (`sizeof(Pose)`) that know a header; each a number. */
  ask(compiler: Compiler, header: string, expressions: readonly string[]): number[] {
    const isC = compiler === 'gcc' || compiler === 'clang';
    const source = this.write(
      isC ? 'ask.c' : 'ask.cpp',
      [
        `#include ${JSON.stringify(header)}`,
        '#include <stddef.h>',
        '#include <stdio.h>',
        `static const size_t all[] = {`,
        ...expressions.map((one) => `  ${one},`),
        '};',
        'int main(void) { for (size_t i = 0; i < sizeof all / sizeof *all; i++) printf("%zu\\n", all[i]); }',
      ].join('\n'),
    );
    const program = join(this.folder, 'ask');
    const standard = isC ? '-std=gnu17' : '-std=c++20';
    execFileSync(compiler, [standard, '-w', '-O0', '-o', program, source], { stdio: 'pipe' });
    return execFileSync(program, { encoding: 'utf8' }).trim().split('\n').map(Number);
  }

  /** What a compiler has against a file; nothing, if it takes it. */
  faultsOf(command: readonly string[], path: string): string {
    const [program = '', ...args] = command;
    const { status, stderr } = spawnSync(program, [...args, path], { encoding: 'utf8' });
    return status === 0 ? '' : `${program}: ${stderr}`;
  }
}

/** All that gcc warns of; but a packed struct has what it was made of, also where that is aligned by itself. */
const WARNINGS = ['-Wall', '-Werror', '-Wno-packed-not-aligned'];

/** The commands that compile a printed header, with its own assertions, as it stands. */
export const CHECKS = {
  cpp: [
    ['g++', '-std=c++17', ...WARNINGS, '-fsyntax-only', '-x', 'c++'],
    ['g++', '-std=gnu++20', ...WARNINGS, '-fsyntax-only', '-x', 'c++'],
    ['clang++', '-std=c++17', '-Wall', '-Werror', '-fsyntax-only', '-x', 'c++'],
  ],
  c: [
    ['gcc', '-std=c11', ...WARNINGS, '-fsyntax-only', '-x', 'c'],
    ['gcc', '-std=gnu17', ...WARNINGS, '-fsyntax-only', '-x', 'c'],
    ['clang', '-std=gnu17', '-Wall', '-Werror', '-fsyntax-only', '-x', 'c'],
    // A C header does for C++ too.
    ['g++', '-std=gnu++20', ...WARNINGS, '-fsyntax-only', '-x', 'c++'],
  ],
  python: [['python3', '-B']],
} as const;

/** Offsets and size of a record as {@link Workshop.ask} tells them for its struct. */
export function expressionsOf({ name, offsets }: AnyRecord): string[] {
  return [`sizeof(${name})`, ...Object.keys(offsets).map((field) => `offsetof(${name}, ${field})`)];
}

export const toldBy = ({ size, offsets }: AnyRecord): number[] => [size, ...Object.values(offsets)];
