import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Debug, parseDebug } from './dwarf.js';

/** Whether a path that a compiler told is this file. */
export function sameFile(told: string, path: string): boolean {
  try {
    return realpathSync(told) === path;
  } catch {
    return false;
  }
}

/**
 * Has a header compiled and reads what the compiler says of it.
 *
 * @throws {RangeError} for a header that is not there or does not compile, and where compiler or binutils are not there
 */
export function compileHeader(header: string): Debug {
  const path = pathOf(header);
  const folder = mkdtempSync(join(tmpdir(), 'eshm-header-'));
  try {
    const object = join(folder, 'header.o');
    const compiler = process.env.CXX ?? 'g++';
    const compiled = run(compiler, [...FLAGS, wholeClasses(compiler), '-c', '-o', object, '-'], path);
    if (compiled.error !== undefined) throw missing(compiler, compiled.error);
    if (compiled.status !== 0) {
      const [first = ''] = compiled.stderr.split('\n').filter((line) => / error: /.test(line));
      throw new RangeError(
        `Cannot read ${basename(header)}: ${compiler} does not compile it: ${first.trim()}`,
      );
    }
    const dump = (what: string) => {
      const dumped = run('readelf', ['--wide', `--debug-dump=${what}`, object]);
      if (dumped.error !== undefined) throw missing('readelf', dumped.error);
      return dumped.stdout;
    };
    return parseDebug(dump('info'), dump('rawline'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const FLAGS = ['-x', 'c++', '-std=c++20', '-g', '-gdwarf-4', '-O0', '-fno-eliminate-unused-debug-types'];

/** The option that has all of a class told, also where its table of virtual functions is another file's. */
function wholeClasses(compiler: string): string {
  return basename(compiler).includes('clang') ? '-fstandalone-debug' : '-femit-class-debug-always';
}

/** Where a header is. */
function pathOf(header: string): string {
  try {
    return realpathSync(header);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? `there is no file ${header}` : `${header} cannot be found (${code})`;
    throw new RangeError(`Cannot read the header: ${found}`, { cause });
  }
}

function run(program: string, args: readonly string[], path?: string) {
  const input = path === undefined ? '' : `#include ${JSON.stringify(path)}\n`;
  // A message of a compiler is in the user's language otherwise.
  return spawnSync(program, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, LC_ALL: 'C' },
  });
}

function missing(program: string, cause: Error): RangeError {
  return new RangeError(
    `Cannot read the header: ${program} cannot be run (${(cause as NodeJS.ErrnoException).code}), expected g++ and readelf; install g++, or set CXX to another compiler that writes DWARF`,
    { cause },
  );
}
