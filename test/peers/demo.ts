/**
 * `npm run peer -- c++|python master|slave|auto [NAME] [--interval MS] [--count N] [--shm KIND]`: one of the other
 * languages' demo programs in this terminal, built first where it must be. KIND says which build of the original it
 * stands for: system-v, posix or posix-remembers (today's); what ESHM_LIB is, else system-v, unless told.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildPeers, defaultShmKind, missingTools, type PeerKind, type Peers } from './build.js';
import { SHM_KINDS, type ShmKind } from './shm-kind.js';

const USAGE =
  'usage: npm run peer -- c++|python master|slave [NAME] [--interval MS] [--count N] [--shm system-v|posix|posix-remembers]';

function commandOf(peers: Peers, kind: PeerKind, role: string, rest: readonly string[]): [string, string[]] {
  return kind === 'c++'
    ? [peers.demo, [role, ...rest]]
    : [peers.python, [join(peers.pythonDir, `${role}.py`), ...rest]];
}

/** Takes `--shm KIND` out of the arguments, the rest is the program's; undefined where there is no such kind. */
function takeShm(args: readonly string[]): { rest: string[]; shm: ShmKind | undefined } | undefined {
  const at = args.indexOf('--shm');
  if (at === -1) return { rest: [...args], shm: undefined };
  const shm = SHM_KINDS.find((kind) => kind === args[at + 1]);
  return shm && { rest: args.toSpliced(at, 2), shm };
}

/** The programs, which may have to be compiled first: whoever waits for that is told. */
async function built(shm: ShmKind | undefined): Promise<Peers> {
  const saying = setTimeout(
    () => console.error('Compiling the programs in C++, once: half a minute, longer beside other work'),
    1000,
  );
  try {
    return await buildPeers({ shm: shm ?? (await defaultShmKind()) });
  } finally {
    clearTimeout(saying);
  }
}

async function main([kind, role = '', ...args]: readonly string[]): Promise<number> {
  const roles = kind === 'c++' ? ['master', 'slave', 'auto'] : ['master', 'slave'];
  if ((kind !== 'c++' && kind !== 'python') || !roles.includes(role)) {
    console.error(USAGE);
    return 2;
  }
  const asked = takeShm(args);
  if (asked === undefined) {
    console.error(USAGE);
    return 2;
  }
  const missing = await missingTools([kind]);
  if (missing.length > 0) {
    console.error(`Cannot run the ${kind} demo: ${missing.join(' and ')} is missing, install it`);
    return 1;
  }
  const peers = await built(asked.shm);
  let child: ChildProcess | undefined;
  // Before the child is there, which may be seen at once. The terminal sends Ctrl-C to both; the child closes its end, and
  // then this process ends too.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child?.kill('SIGTERM'));
  child = spawn(...commandOf(peers, kind, role, asked.rest), { env: peers.env, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  return code ?? 1;
}

process.exitCode = await main(process.argv.slice(2));
