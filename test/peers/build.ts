/**
 * Builds the C++ peers of test/peers/cpp into build/peers/ and says where everything is.
 *
 * One folder per hash of sources, flags and compiler: a change builds a new one, no change builds nothing.
 * Two processes may build at once: each works in a folder of its own and the first rename wins.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lacks } from '../support/needs.js';

const run = promisify(execFile);

export interface Peers {
  /** The C library that the programs and Python use: ESHM_LIB, else the built one. */
  readonly lib: string;
  /** `eshm_demo`, the original's demo programs. */
  readonly demo: string;
  /** `eshm_peer`, driven line by line: grammar at the top of cpp/eshm_peer.cpp. */
  readonly peer: string;
  /** `eshm_traffic`, the C++ side of the chaos runner. */
  readonly traffic: string;
  /** The Python interpreter. */
  readonly python: string;
  /** Folder of eshm.py, master.py, slave.py and peer.py. */
  readonly pythonDir: string;
  /** The environment for every one of these child processes. */
  readonly env: NodeJS.ProcessEnv;
}

export interface BuildOptions {
  /** N, the bytes of a channel's slot; the original's is 4096. */
  readonly maxDataSize?: number;
  /**
   * The C library: the one of ESHM_LIB where it is set (`chosen`, the default); or whatever ESHM_LIB says the stand-in
   * as it is (`plain`), the build of it that prints on stdout too, and in pieces (`noisy`: cpp/log.hpp), or the one that
   * passes no message (`refusing`: cpp/refusing.cpp).
   */
  readonly library?: 'chosen' | 'plain' | 'noisy' | 'refusing';
}

const CXX = process.env.CXX ?? 'g++';
const PYTHON = process.env.PYTHON ?? 'python3';
const LIBRARY_SOURCES = ['segment.cpp', 'threads.cpp', 'transfer.cpp', 'refusing.cpp', 'api.cpp', 'log.cpp'];
const LIBRARY_DEFINES = { chosen: [], plain: [], noisy: ['-DESHM_NOISY'], refusing: ['-DESHM_REFUSING'] };
const DRIVEN_SOURCES = ['peer_session.cpp', 'peer_raw.cpp', 'peer_stall.cpp'];
const PROGRAM_SOURCES = {
  eshm_demo: ['eshm_demo.cpp'],
  eshm_peer: ['eshm_peer.cpp', ...DRIVEN_SOURCES, 'peer_load.cpp', 'peer_bench.cpp'],
  eshm_traffic: ['eshm_traffic.cpp', ...DRIVEN_SOURCES],
};
const PROGRAMS = Object.keys(PROGRAM_SOURCES);
const FLAGS = ['-O2', '-std=c++17', '-pthread', '-Wall', '-Wextra'];
const LIBRARY_FLAGS = ['-fPIC', '-shared', '-fvisibility=hidden', '-Wl,-soname,libeshm.so'];

/** The repository's root: tests run from dist/, their sources lie beside package.json. */
export function findRepoRoot(start = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'test/peers/cpp'))) return folder;
    if (dirname(folder) === folder)
      throw new Error(`Cannot find the repository root: nothing above ${start}`);
  }
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version']);
    return stdout.split('\n')[0] ?? '';
  } catch {
    return undefined;
  }
}

export type PeerKind = 'c++' | 'python';

/** What has to be installed for peers of these kinds; empty when nothing is missing. */
export async function missingTools(kinds: readonly PeerKind[]): Promise<string[]> {
  const missing: string[] = [];
  // The Python wrapper is over the same C++ library.
  if (kinds.length > 0 && (await versionOf(CXX)) === undefined) missing.push('g++');
  if (kinds.includes('python') && (await versionOf(PYTHON)) === undefined) missing.push('python3');
  return missing;
}

/** Builds the library alone into `outDir`. */
async function compileLibrary(cppDir: string, outDir: string, defines: readonly string[]): Promise<void> {
  const sources = LIBRARY_SOURCES.map((name) => join(cppDir, name));
  await run(CXX, [...FLAGS, ...defines, ...LIBRARY_FLAGS, '-o', join(outDir, 'libeshm.so'), ...sources]);
}

/** Builds the library and the programs into `outDir`; each source is compiled once, whoever it is for. */
async function compile(cppDir: string, outDir: string, defines: readonly string[]): Promise<void> {
  const sources = [...new Set(Object.values(PROGRAM_SOURCES).flat())];
  await Promise.all([
    compileLibrary(cppDir, outDir, defines),
    run(CXX, [...FLAGS, ...defines, '-c', ...sources.map((name) => join(cppDir, name))], { cwd: outDir }),
  ]);
  const object = (source: string) => join(outDir, source.replace('.cpp', '.o'));
  const linked = [`-L${outDir}`, '-leshm', '-Wl,-rpath,$ORIGIN', '-ldl'];
  await Promise.all(
    Object.entries(PROGRAM_SOURCES).map(([program, parts]) =>
      run(CXX, [...FLAGS, '-o', join(outDir, program), ...parts.map(object), ...linked]),
    ),
  );
  await Promise.all(sources.map((source) => rm(object(source))));
}

async function hashOf(cppDir: string, extra: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([extra, FLAGS, LIBRARY_FLAGS, LIBRARY_SOURCES, PROGRAM_SOURCES]));
  for (const name of (await readdir(cppDir)).sort()) {
    hash.update(`\0${name}\0`).update(await readFile(join(cppDir, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Makes `folder` whole or not at all: `fill` works beside it, then it is renamed. */
async function fillOnce(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
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

/**
 * A folder in which libeshm.so is the library of ESHM_LIB, whatever its file is called: the programs are
 * linked with a RUNPATH, which LD_LIBRARY_PATH goes before.
 */
async function overrideFolder(root: string, library: string): Promise<string> {
  if (!existsSync(library)) throw new Error(`Cannot use ESHM_LIB: ${library} does not exist`);
  const folder = join(root, `override-${createHash('sha256').update(library).digest('hex').slice(0, 16)}`);
  await fillOnce(folder, (temporary) => symlink(library, join(temporary, 'libeshm.so')));
  return folder;
}

async function build({ maxDataSize, library }: Required<BuildOptions>): Promise<Peers> {
  const repo = findRepoRoot();
  const cppDir = join(repo, 'test/peers/cpp');
  const root = join(repo, 'build/peers');
  const compiler = await versionOf(CXX);
  if (compiler === undefined) throw new Error('Cannot build the C++ peers: g++ is missing, install it');
  const sizing = maxDataSize === 4096 ? [] : [`-DESHM_MAX_DATA_SIZE=${maxDataSize}`];
  const defines = [...sizing, ...LIBRARY_DEFINES[library]];
  const folderOf = async (flags: readonly string[]) => join(root, await hashOf(cppDir, [compiler, ...flags]));
  const plain = await folderOf(sizing);
  await fillOnce(plain, (temporary) => compile(cppDir, temporary, sizing));
  const folder = await folderOf(defines);
  // Another library, and the same programs: they look for it beside themselves.
  await fillOnce(folder, async (temporary) => {
    await compileLibrary(cppDir, temporary, defines);
    for (const program of PROGRAMS) await link(join(plain, program), join(temporary, program));
  });

  const chosen = library === 'chosen' ? process.env.ESHM_LIB : undefined;
  const lib = chosen ? resolve(chosen) : join(folder, 'libeshm.so');
  const env: NodeJS.ProcessEnv = { ...process.env, ESHM_BUILT_LIB: lib, PYTHONDONTWRITEBYTECODE: '1' };
  if (chosen) {
    const before = process.env.LD_LIBRARY_PATH;
    env.ESHM_LIB = lib;
    env.LD_LIBRARY_PATH = (await overrideFolder(root, lib)) + (before ? `:${before}` : '');
  } else {
    delete env.ESHM_LIB;
  }
  const [demo, peer, traffic] = PROGRAMS.map((program) => join(folder, program)) as [string, string, string];
  return { lib, demo, peer, traffic, python: PYTHON, pythonDir: join(repo, 'test/peers/python'), env };
}

export interface ProgramOptions {
  /** The folder with the program's own sources; every file of it counts as a source of change. */
  readonly folder: string;
  /** Names in `folder` of what is compiled. */
  readonly sources: readonly string[];
  /** What the program is called. */
  readonly name: string;
}

/**
 * Builds a program with the flags of the peers, on the headers of test/peers/cpp, and gives its path. It is not
 * linked with the library: it loads one at run time.
 */
export async function buildProgram({ folder, sources, name }: ProgramOptions): Promise<string> {
  const repo = findRepoRoot();
  const cppDir = join(repo, 'test/peers/cpp');
  const compiler = await versionOf(CXX);
  if (compiler === undefined) throw new Error(`Cannot build ${name}: g++ is missing, install it`);
  const hash = createHash('sha256').update(await hashOf(cppDir, [compiler, name, ...sources]));
  hash.update(await hashOf(folder, []));
  const out = join(repo, 'build/peers', `${name}-${hash.digest('hex').slice(0, 16)}`);
  await fillOnce(out, async (temporary) => {
    const inputs = sources.map((source) => join(folder, source));
    await run(CXX, [...FLAGS, `-I${cppDir}`, '-o', join(temporary, name), ...inputs, '-ldl']);
  });
  return join(out, name);
}

const builds = new Map<string, Promise<Peers>>();

/** Builds once per process and kind; needs g++ (see requirePeers), not Python. */
export function buildPeers({ maxDataSize = 4096, library = 'chosen' }: BuildOptions = {}): Promise<Peers> {
  const kind = JSON.stringify([maxDataSize, library]);
  let peers = builds.get(kind);
  if (peers === undefined) {
    peers = build({ maxDataSize, library });
    builds.set(kind, peers);
  }
  return peers;
}

/**
 * For a mocha hook: builds the peers, or skips what follows where a tool is missing, saying once what to
 * install. With CI=true a missing tool is a failure.
 */
export async function requirePeers(
  context: Mocha.Context,
  kinds: readonly PeerKind[],
  options: BuildOptions = {},
): Promise<Peers> {
  const missing = await missingTools(kinds);
  if (missing.length > 0) {
    lacks(context, `${missing.join(' and ')} must be installed for peers in ${kinds.join(' and ')}`);
  }
  return buildPeers(options);
}
