/** The kinds of library that a peer can run with, and which one a given library is. */
import { once } from 'node:events';
import type { ShmPlace } from '../support/raw-memory.js';
import { spawnVoiced } from './voice.js';

/**
 * `system-v`: the original until 4d5b5a6. `posix`: its first one over files, whose reader forgets between two reads.
 * `posix-remembers`: today's, whose reader remembers what it has counted.
 */
export type ShmKind = 'system-v' | 'posix' | 'posix-remembers';

/** All of them. */
export const SHM_KINDS: readonly ShmKind[] = ['system-v', 'posix', 'posix-remembers'];

/** Those that most tests make do with: the one before the change of place, and today's. */
export const USUAL_KINDS: readonly ShmKind[] = ['system-v', 'posix-remembers'];

/** In which kind of memory a kind of library has its channels. */
export function placeOf(kind: ShmKind): ShmPlace {
  return kind === 'system-v' ? 'system-v' : 'posix';
}

/** The kind of this name, as a command line has it. */
export function parseShmKind(text: string | undefined): ShmKind {
  const kind = SHM_KINDS.find((known) => known === text);
  if (kind === undefined) throw new RangeError(`--shm is ${SHM_KINDS.join(', ')}, not ${text}`);
  return kind;
}

/**
 * Finds out which kind the library is that `peer`, an `eshm_peer`, loads under `env`: by trying it.
 *
 * @throws {Error} when it cannot be loaded, or does something that none of them does
 */
export async function kindOfLibrary(peer: string, env: NodeJS.ProcessEnv, library: string): Promise<ShmKind> {
  let answer = '';
  const { child, stdin, printed } = spawnVoiced(peer, [], env, (line) => {
    answer ||= line;
  });
  stdin.end('kind\n');
  await Promise.race([once(child, 'close'), once(child, 'error')]);
  const kind = SHM_KINDS.find((known) => answer === `kind ${known}`);
  if (kind === undefined)
    throw new Error(`Cannot use ESHM_LIB: ${library} is no library of ESHM: ${answer || printed.stderr}`);
  return kind;
}
