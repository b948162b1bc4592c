import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Debug, parseDebug } from './dwarf.js';

/** How a header is compiled. */
export interface CompilerOptions {
  /** `c++` by default. */
  readonly language?: 'c' | 'c++' | undefined;
  /** The edition, as `-std` takes it. */
  readonly standard?: string | undefined;
  /** Folders in which it looks for what is included. */
  readonly include?: readonly string[] | undefined;
  /** Macros, as `NAME` or `NAME=VALUE`. */
  readonly define?: readonly string[] | undefined;
  /** How long each program that is asked may take; 60 s by default. */
  readonly limitMs?: number | undefined;
}

/** What differs between the two languages. */
const LANGUAGES = {
  'c++': { variable: 'CXX', compiler: 'g++', standard: 'c++20' },
  c: { variable: 'CC', compiler: 'gcc', standard: 'gnu17' },
} as const;

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
 * @throws {RangeError} for a header that is not there, does not compile or takes too long to, and where compiler or
 * binutils are not there
 */
export function compileHeader(header: string, options: CompilerOptions = {}): Debug {
  const path = pathOf(header);
  const folder = mkdtempSync(join(tmpdir(), 'eshm-header-'));
  try {
    const object = join(folder, 'header.o');
    const run: Run = (command) => ask(command, header, options.limitMs ?? LIMIT_MS);
    compile(header, path, object, options, run);
    const dump = (what: string) => run(['readelf', '--wide', `--debug-dump=${what}`, object]).stdout;
    return parseDebug(dump('info'), dump('rawline'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(header: string, path: string, object: string, options: CompilerOptions, run: Run): void {
  const { language = 'c++', include = [], define = [] } = options;
  const { variable, compiler, standard } = LANGUAGES[language];
  const words = commandIn(process.env[variable]) ?? [compiler];
  const command = words.join(' ');
  const isOwnStandard = words.some((word) => word.startsWith('-std='));
  const compiled = run([
    ...words,
    ...['-x', language, ...FLAGS, wholeClasses(words, run)],
    ...(options.standard === undefined && isOwnStandard ? [] : [`-std=${options.standard ?? standard}`]),
    ...include.map((folder) => `-I${folder}`),
    ...define.map((macro) => `-D${macro}`),
    // By an option: the name of a file can be any text, and need not be one that a line of a source can hold.
    ...['-include', path, '-c', '-o', object, '-'],
  ]);
  if (compiled.status === 0) return;
  const [first = `it ends with ${compiled.status ?? compiled.signal}`] = compiled.stderr
    .split('\n')
    .filter((line) => /\berror: /.test(line));
  const isMaybeC = language === 'c++' && /\.h$/.test(path);
  const hint = isMaybeC ? '; if it is one of C, say --lang c' : '';
  throw new RangeError(
    `Cannot read ${basename(header)}: ${command} does not compile it as ${language === 'c' ? 'C' : 'C++'}: ${first.trim()}${hint}`,
  );
}

/** How long a compiler may take, in ms. One of 30,000 members takes g++ 13 s and more, 300 take it 40 ms. */
const LIMIT_MS = 60_000;

const FLAGS = ['-g', '-gdwarf-4', '-O0', '-fno-eliminate-unused-debug-types', '-w'];

/** A command as environment variables have it: words, or the path of a program even with a blank in it. */
function commandIn(value: string | undefined): string[] | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  return existsSync(value) ? [value] : value.trim().split(/\s+/);
}

/** The option that has all of a class told, also where its table of virtual functions is another file's. */
function wholeClasses(words: readonly string[], run: Run): string {
  const { stdout } = run([...words, '--version']);
  return /\bclang\b/.test(stdout) ? '-fstandalone-debug' : '-femit-class-debug-always';
}

/** Where a header is. */
function pathOf(header: string): string {
  let path: string;
  try {
    path = realpathSync(header);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? `there is no file ${header}` : `${header} cannot be found (${code})`;
    throw new RangeError(`Cannot read the header: ${found}`, { cause });
  }
  if (statSync(path).isDirectory()) {
    throw new RangeError(`Cannot read the header: ${header} is a folder, expected a file`);
  }
  return path;
}

/** Runs a program to its end. */
type Run = (command: readonly string[]) => {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a program for no longer than it may take, and leaves nothing of it behind. */
function ask(command: readonly string[], header: string, limitMs: number): ReturnType<Run> {
  const [program = '', ...args] = command;
  // A message of a compiler is in the user's language otherwise.
  const options: SpawnSyncOptionsWithStringEncoding & { detached: boolean } = {
    input: '',
    encoding: 'utf8',
    maxBuffer: 2 ** 29,
    timeout: limitMs,
    killSignal: 'SIGKILL',
    // A group of its own: a compiler is a program that starts others, and those do the work. The types do not know it.
    detached: true,
    env: { ...process.env, LC_ALL: 'C' },
  };
  const ran = spawnSync(program, args, options);
  if (ran.error === undefined) return ran;
  if ((ran.error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') throw missing(program, ran.error);
  endGroup(ran.pid);
  throw new RangeError(
    `Cannot read ${basename(header)}: waited ${limitMs / 1000} s for ${program} to have done with it, expected less; a struct of tens of thousands of members takes that long, and an array of them does not`,
  );
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It had started nobody.
  }
}

function missing(program: string, cause: Error): RangeError {
  const { code } = cause as NodeJS.ErrnoException;
  return new RangeError(
    `Cannot read the header: ${program} cannot be run (${code}), expected a compiler and readelf; install g++, or set CXX (CC for --lang c) to another compiler that writes DWARF`,
    { cause },
  );
}
