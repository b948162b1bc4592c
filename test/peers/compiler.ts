/**
 * The C++ compiler of the tests, and what it has made: every object file and every finished folder is kept under
 * build/peers/ by a hash of what went into it, so that nothing is compiled twice.
 *
 * Two processes may build at once: each works beside the place that it fills, and the first rename wins.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CXX = process.env.CXX ?? 'g++';
const FLAGS = ['-O2', '-std=c++17', '-pthread', '-Wall', '-Wextra'];

/** The repository's root: tests run from dist/, their sources lie beside package.json. */
export function findRepoRoot(start = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'test/peers/cpp'))) return folder;
    if (dirname(folder) === folder)
      throw new Error(`Cannot find the repository root: nothing above ${start}`);
  }
}

/** The first line of what `program --version` prints, or undefined where there is no such program. */
export async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version']);
    return stdout.split('\n')[0] ?? '';
  } catch {
    return undefined;
  }
}

export const compilerVersion = (): Promise<string | undefined> => versionOf(CXX);

/** Makes `folder` whole or not at all: `fill` works beside it, then it is renamed. */
export async function fillOnce(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    await fill(temporary);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else somebody else was first
  }
}

/** Sixteen hex digits for these words and all files of these folders. */
export async function hashOf(words: readonly unknown[], folders: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([words, FLAGS]));
  for (const folder of folders) {
    for (const name of (await readdir(folder)).sort())
      hash.update(`\0${name}\0`).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Links objects and sources into `output`. */
export async function link(output: string, args: readonly string[]): Promise<void> {
  await run(CXX, [...FLAGS, '-o', output, ...args]);
}

const headers = new Map<string, Promise<string>>();
const objects = new Map<string, Promise<string>>();

/**
 * The object file of some sources of one folder, compiled as one, with `flags`, unless that was done before: its path. As one,
 * because most of the work is in what all of them include.
 */
export async function objectOf(sources: readonly string[], flags: readonly string[]): Promise<string> {
  const folder = dirname(sources[0]!);
  const beside = headers.get(folder) ?? headersIn(folder);
  headers.set(folder, beside);
  const texts = await Promise.all(sources.map((source) => readFile(source, 'utf8')));
  const words = [await compilerVersion(), await beside, flags, texts];
  const name = `${basename(sources[0]!)}.o`;
  const object = join(findRepoRoot(), 'build/peers/objects', await hashOf(words), name);
  const made = objects.get(object) ?? compileInto(object, sources, flags);
  objects.set(object, made);
  return made;
}

async function headersIn(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /\.h(pp)?$/.test(name)).sort();
  return JSON.stringify(await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8'))));
}

async function compileInto(
  object: string,
  sources: readonly string[],
  flags: readonly string[],
): Promise<string> {
  await fillOnce(dirname(object), (temporary) =>
    compileAsOne(join(temporary, basename(object)), sources, flags),
  );
  return object;
}

/** Compiles sources as one into an object file: no two may have names of their own that are the same. */
export async function compileAsOne(
  object: string,
  sources: readonly string[],
  flags: readonly string[],
): Promise<void> {
  const [source, ...others] = sources.toReversed();
  const before = others.toReversed().flatMap((other) => ['-include', other]);
  await inTurn(async () => {
    await run(CXX, [...FLAGS, ...flags, ...before, '-c', source!, '-o', object]);
  });
}

let free = availableParallelism();
const queue: (() => void)[] = [];

/** At most as many compilers at a time as there are cores. */
async function inTurn(act: () => Promise<void>): Promise<void> {
  if (free === 0) await new Promise<void>((resolve) => queue.push(resolve));
  else free -= 1;
  try {
    await act();
  } finally {
    const next = queue.shift();
    if (next) next();
    else free += 1;
  }
}
