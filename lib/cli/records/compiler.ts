import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
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
 * @param limitMs - how long each program that is asked may take
 * @throws {RangeError} for a header that is not there, does not compile or takes too long to, and where compiler or
 * binutils are not there
 */
export function compileHeader(header: string, limitMs = LIMIT_MS): Debug {
  const path = pathOf(header);
  const folder = mkdtempSync(join(tmpdir(), 'eshm-header-'));
  try {
    const object = join(folder, 'header.o');
    const compiler = process.env.CXX ?? 'g++';
    // By an option: the name of a file can be any text, and need not be one that a line of a source can hold.
    const args = [...FLAGS, wholeClasses(compiler), '-include', path, '-c', '-o', object, '-'];
    const compiled = run(compiler, args, limitMs);
    if (isTimeout(compiled.error)) throw tooLong(header, compiler, limitMs);
    if (compiled.error !== undefined) throw missing(compiler, compiled.error);
    if (compiled.status !== 0) {
      const [first = ''] = compiled.stderr.split('\n').filter((line) => / error: /.test(line));
      throw new RangeError(
        `Cannot read ${basename(header)}: ${compiler} does not compile it: ${first.trim()}`,
      );
    }
    const dump = (what: string) => {
      const dumped = run('readelf', ['--wide', `--debug-dump=${what}`, object], limitMs);
      if (isTimeout(dumped.error)) throw tooLong(header, 'readelf', limitMs);
      if (dumped.error !== undefined) throw missing('readelf', dumped.error);
      return dumped.stdout;
    };
    return parseDebug(dump('info'), dump('rawline'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How long a compiler may take, in ms. One of 30,000 members takes g++ 13 s and more, 300 take it 40 ms. */
const LIMIT_MS = 20_000;

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

function run(program: string, args: readonly string[], limitMs: number) {
  // A message of a compiler is in the user's language otherwise.
  const options: SpawnSyncOptionsWithStringEncoding & { detached: boolean } = {
    input: '',
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: limitMs,
    killSignal: 'SIGKILL',
    // A group of its own: a compiler is a program that starts others, and those do the work. The types do not know it.
    detached: true,
    env: { ...process.env, LC_ALL: 'C' },
  };
  const ran = spawnSync(program, args, options);
  if (isTimeout(ran.error)) endGroup(ran.pid);
  return ran;
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It had started nobody.
  }
}

function isTimeout(error: Error | undefined): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
}

function tooLong(header: string, program: string, limitMs: number): RangeError {
  return new RangeError(
    `Cannot read ${basename(header)}: waited ${limitMs / 1000} s for ${program} to have done with it, expected less; a struct of tens of thousands of members takes that long, and an array of them does not`,
  );
}

function missing(program: string, cause: Error): RangeError {
  return new RangeError(
    `Cannot read the header: ${program} cannot be run (${(cause as NodeJS.ErrnoException).code}), expected g++ and readelf; install g++, or set CXX to another compiler that writes DWARF`,
    { cause },
  );
}
