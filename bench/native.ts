import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShmKind } from '../lib/store/index.js';
import type { PeerKind, Peers } from '../test/peers/build.js';

/** The repository whose build this file is part of, or the package. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The sources of the native driver; the package has none. */
const SOURCES = join(ROOT, 'bench/native');

/** Where the committed report is; `undefined` in an installed package, which has none. */
export const defaultReport: string | undefined = existsSync(SOURCES)
  ? join(dirname(SOURCES), 'report')
  : undefined;

/** What is native and was built. */
export interface Native {
  /** By where the library's segments are. Of the one kind it may be that of ESHM_LIB; of the other it is the stand-in. */
  readonly peers: Readonly<Record<ShmKind, Peers>>;
  /** The library that was chosen by ESHM_LIB, of either kind, else the stand-in over System V. */
  readonly lib: string;
  /** Path of the native driver. */
  readonly driver: string;
  /** What has to be installed for peers of these kinds. */
  readonly missingTools: (kinds: readonly PeerKind[]) => Promise<string[]>;
}

/** There is no peer in another language here; `message` says what to do about it. */
export class Missing extends Error {
  override readonly name = 'Missing';
}

/** Builds peers and driver, or says why there are none. */
export async function prepareNative(): Promise<Native | Missing> {
  if (defaultReport === undefined) {
    return new Missing('the package has no C++ sources; run `npm run bench` in a checkout of the repository');
  }
  // Not part of the package.
  const { buildPeers, buildProgram, defaultShmKind, missingTools } = await import('../test/peers/build.js');
  const tools = await missingTools(['c++']);
  if (tools.length > 0) return new Missing(`install ${tools.join(' and ')}`);
  const chosen = await defaultShmKind();
  const peers = {
    'system-v': await buildPeers({ shm: 'system-v' }),
    posix: await buildPeers({ shm: chosen === 'system-v' ? 'posix-remembers' : chosen }),
  };
  const driver = await buildProgram({
    folder: SOURCES,
    sources: readdirSync(SOURCES)
      .filter((file) => file.endsWith('.cpp'))
      .sort(),
    shared: ['items.cpp', 'place_system_v.cpp', 'place_posix.cpp'],
    name: 'eshm_bench',
  });
  return { peers, lib: peers[chosen === 'system-v' ? chosen : 'posix'].lib, driver, missingTools };
}
