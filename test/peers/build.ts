/** Builds the C++ peers of test/peers/cpp into build/peers/ and says where everything is. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { lacks } from '../support/needs.js';
import {
  compileAsOne,
  compilerVersion,
  fillOnce,
  findRepoRoot,
  hashOf,
  link,
  objectOf,
  versionOf,
} from './compiler.js';
import { kindOfLibrary, SHM_KINDS, type ShmKind } from './shm-kind.js';

export { findRepoRoot } from './compiler.js';

export interface Peers {
  /** The C library that the programs and Python use. */
  readonly lib: string;
  /** What kind of library that is, and so where its segments are. */
  readonly shm: ShmKind;
  /** `eshm_demo`, the original's demo programs; not with slots of another size. */
  readonly demo: string;
  /** `eshm_peer`, driven line by line: grammar at the top of cpp/eshm_peer.cpp. */
  readonly peer: string;
  /** `eshm_traffic`, the C++ side of the chaos runner; not with slots of another size. */
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
   * The C library: the one of ESHM_LIB where it is set and of the kind asked for (`chosen`, the default); or whatever
   * ESHM_LIB says the stand-in as it is (`plain`), the build of it that prints on stdout too, and in pieces (`noisy`:
   * cpp/log.hpp), or the one that passes no message (`refusing`: cpp/refusing.cpp).
   */
  readonly library?: 'chosen' | 'plain' | 'noisy' | 'refusing';
  /** The kind of library; System V unless told. */
  readonly shm?: ShmKind;
}

const PYTHON = process.env.PYTHON ?? 'python3';
const PLACES = ['place_system_v.cpp', 'place_posix.cpp'];
const LIBRARY_SOURCES = ['segment.cpp', 'threads.cpp', 'api.cpp'];
const LIBRARY_DEFINES = { chosen: [], plain: [], noisy: ['-DESHM_NOISY'], refusing: ['-DESHM_REFUSING'] };
/** The other sources of the library: those in which these defines change anything. */
const DEFINES_MATTER = ['transfer.cpp', 'refusing.cpp', 'log.cpp'];
const KIND_DEFINES: Readonly<Record<ShmKind, readonly string[]>> = {
  'system-v': [],
  posix: ['-DESHM_POSIX'],
  'posix-remembers': ['-DESHM_POSIX_REMEMBERS'],
};
const SESSION_SOURCES = ['peer_session.cpp', 'peer_raw.cpp', 'peer_kind.cpp', 'peer_stall.cpp'];
const PROGRAMS = {
  eshm_demo: ['eshm_demo.cpp'],
  eshm_peer: [
    'eshm_peer.cpp',
    ...SESSION_SOURCES,
    'peer_load.cpp',
    'peer_bench.cpp',
    'peer_items.cpp',
    'items.cpp',
  ],
  eshm_traffic: ['eshm_traffic.cpp', ...SESSION_SOURCES],
};
const LIBRARY_FLAGS = ['-fPIC', '-fvisibility=hidden'];
const LIBRARY_LINK = ['-shared', '-Wl,-soname,libeshm.so'];

export type PeerKind = 'c++' | 'python';

/** What has to be installed for peers of these kinds; empty when nothing is missing. */
export async function missingTools(kinds: readonly PeerKind[]): Promise<string[]> {
  const missing: string[] = [];
  // The Python wrapper is over the same C++ library.
  if (kinds.length > 0 && (await compilerVersion()) === undefined) missing.push('g++');
  if (kinds.includes('python') && (await versionOf(PYTHON)) === undefined) missing.push('python3');
  return missing;
}

/** Where the library of a kind lies in the folder of the programs: what they load unless told is System V. */
const libraryIn = (folder: string, shm: ShmKind) =>
  shm === 'system-v' ? join(folder, 'libeshm.so') : join(folder, shm, 'libeshm.so');

/**
 * The programs, which are the same for all kinds, and the three libraries. With slots of another size there is `eshm_peer`
 * alone.
 */
async function compile(
  cppDir: string,
  outDir: string,
  sizing: readonly string[],
  defines: readonly string[],
) {
  const objectIn = (names: readonly string[], flags: readonly string[] = []) =>
    objectOf(
      names.map((name) => join(cppDir, name)),
      [...sizing, ...flags],
    );
  const inLibrary = (names: readonly string[], kind: readonly string[] = []) =>
    objectIn(names, [...LIBRARY_FLAGS, ...kind]);

  // Each has names of its own that the other has too.
  const places = PLACES.map((place) => inLibrary([place]));
  const shared = [...places, inLibrary(LIBRARY_SOURCES), inLibrary(DEFINES_MATTER, defines)];
  const libraries = SHM_KINDS.map(async (shm) => {
    const lib = libraryIn(outDir, shm);
    await mkdir(dirname(lib), { recursive: true });
    const kind = inLibrary(['kind.cpp'], KIND_DEFINES[shm]);
    await link(lib, [...LIBRARY_LINK, ...(await Promise.all([...shared, kind]))]);
  });
  const wanted = Object.entries(PROGRAMS).filter(([name]) => sizing.length === 0 || name === 'eshm_peer');
  const programs = wanted.map(async ([program, sources]) => {
    const own = await objectIn(sources);
    await libraries[0];
    const linked = [`-L${outDir}`, '-leshm', '-Wl,-rpath,$ORIGIN', '-ldl'];
    await link(join(outDir, program), [own, ...(await Promise.all(places)), ...linked]);
  });
  await Promise.all([...libraries, ...programs]);
}

/**
 * A folder in which libeshm.so is this library, whatever its file is called: the programs are linked with a RUNPATH,
 * which LD_LIBRARY_PATH goes before.
 */
async function overrideFolder(root: string, library: string): Promise<string> {
  if (!existsSync(library)) throw new Error(`Cannot use ESHM_LIB: ${library} does not exist`);
  const folder = join(root, `override-${createHash('sha256').update(library).digest('hex').slice(0, 16)}`);
  await fillOnce(folder, (temporary) => symlink(library, join(temporary, 'libeshm.so')));
  return folder;
}

/** The programs of one build, and how they are made to load a library. */
interface Built {
  readonly root: string;
  readonly folder: string;
}

async function build(maxDataSize: number, library: NonNullable<BuildOptions['library']>): Promise<Built> {
  const repo = findRepoRoot();
  const cppDir = join(repo, 'test/peers/cpp');
  const root = join(repo, 'build/peers');
  const compiler = await compilerVersion();
  if (compiler === undefined) throw new Error('Cannot build the C++ peers: g++ is missing, install it');
  const sizing = maxDataSize === 4096 ? [] : [`-DESHM_MAX_DATA_SIZE=${maxDataSize}`];
  const defines = LIBRARY_DEFINES[library];
  const words = [
    compiler,
    sizing,
    defines,
    [PLACES, LIBRARY_SOURCES, DEFINES_MATTER],
    LIBRARY_FLAGS,
    LIBRARY_LINK,
    PROGRAMS,
    KIND_DEFINES,
  ];
  const folder = join(root, await hashOf(words, [cppDir]));
  await fillOnce(folder, (temporary) => compile(cppDir, temporary, sizing, defines));
  return { root, folder };
}

/** The environment in which the programs of `folder`, and Python, use `lib` and no other. */
async function environment({ root, folder }: Built, lib: string): Promise<NodeJS.ProcessEnv> {
  const { ESHM_LIB: _, ...env } = process.env;
  if (lib !== libraryIn(folder, 'system-v')) {
    const before = process.env.LD_LIBRARY_PATH;
    env.LD_LIBRARY_PATH = (await overrideFolder(root, lib)) + (before ? `:${before}` : '');
  }
  return { ...env, ESHM_BUILT_LIB: lib, PYTHONDONTWRITEBYTECODE: '1' };
}

const chosenKinds = new Map<string, Promise<ShmKind>>();

/** The library of ESHM_LIB and its kind, found out once for each; undefined where none is chosen. */
async function chosenLibrary(built: Built): Promise<{ lib: string; shm: ShmKind } | undefined> {
  if (!process.env.ESHM_LIB) return undefined;
  const lib = resolve(process.env.ESHM_LIB);
  const peer = join(built.folder, 'eshm_peer');
  const shm = chosenKinds.get(lib) ?? environment(built, lib).then((env) => kindOfLibrary(peer, env, lib));
  chosenKinds.set(lib, shm);
  return { lib, shm: await shm };
}

const builds = new Map<string, Promise<Built>>();

function buildOnce(maxDataSize: number, library: NonNullable<BuildOptions['library']>): Promise<Built> {
  const key = JSON.stringify([maxDataSize, LIBRARY_DEFINES[library]]);
  const built = builds.get(key) ?? build(maxDataSize, library);
  builds.set(key, built);
  return built;
}

/** Builds once per process and kind; needs g++ (see requirePeers), not Python. */
export async function buildPeers(options: BuildOptions = {}): Promise<Peers> {
  const { maxDataSize = 4096, library = 'chosen', shm = 'system-v' } = options;
  const built = await buildOnce(maxDataSize, library);
  const chosen = library === 'chosen' ? await chosenLibrary(built) : undefined;
  const uses = chosen?.shm === shm;
  const lib = uses ? chosen.lib : libraryIn(built.folder, shm);
  const env = { ...(await environment(built, lib)), ESHM_PEER_SHM: shm, ...(uses && { ESHM_LIB: lib }) };
  const program = (name: keyof typeof PROGRAMS) => join(built.folder, name);
  return {
    lib,
    shm,
    demo: program('eshm_demo'),
    peer: program('eshm_peer'),
    traffic: program('eshm_traffic'),
    python: PYTHON,
    pythonDir: join(findRepoRoot(), 'test/peers/python'),
    env,
  };
}

/** The kind of the library that ESHM_LIB names, or System V: what a program takes that was told no kind. */
export async function defaultShmKind(): Promise<ShmKind> {
  const chosen = await chosenLibrary(await buildOnce(4096, 'chosen'));
  return chosen?.shm ?? 'system-v';
}

export interface ProgramOptions {
  /** The folder with the program's own sources; every file of it counts as a source of change. */
  readonly folder: string;
  /** Names in `folder` of what is compiled, as one. */
  readonly sources: readonly string[];
  /** Names in test/peers/cpp of what is compiled too, each for itself. */
  readonly shared?: readonly string[];
  /** What the program is called. */
  readonly name: string;
}

/**
 * Builds a program with the flags of the peers, on the headers of test/peers/cpp, and gives its path. It is not
 * linked with the library: it loads one at run time.
 */
export async function buildProgram({ folder, sources, shared = [], name }: ProgramOptions): Promise<string> {
  const repo = findRepoRoot();
  const cppDir = join(repo, 'test/peers/cpp');
  const compiler = await compilerVersion();
  if (compiler === undefined) throw new Error(`Cannot build ${name}: g++ is missing, install it`);
  const hash = await hashOf([compiler, name, sources, shared], [cppDir, folder]);
  const out = join(repo, 'build/peers', `${name}-${hash}`);
  await fillOnce(out, async (temporary) => {
    const own = join(temporary, 'own.o');
    const inputs = sources.map((source) => join(folder, source));
    await compileAsOne(own, inputs, [`-I${cppDir}`]);
    const others = await Promise.all(shared.map((source) => objectOf([join(cppDir, source)], [])));
    await link(join(temporary, name), [own, ...others, '-ldl']);
    await rm(own);
  });
  return join(out, name);
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

/** C++ peers of both kinds of memory. */
export type PeersOfBoth = Readonly<Record<'system-v' | 'posix', Peers>>;

/** As {@link requirePeers}, for C++ peers of both kinds of memory; those over files are today's (`posix-remembers`). */
export async function requirePeersOfBoth(context: Mocha.Context): Promise<PeersOfBoth> {
  return {
    'system-v': await requirePeers(context, ['c++'], { shm: 'system-v' }),
    posix: await requirePeers(context, ['c++'], { shm: 'posix-remembers' }),
  };
}
