/**
 * A child process that speaks to its driver on a descriptor of its own, because the library in it may print on stdout
 * and on stderr whatever it likes, whenever it likes. The other half is cpp/voice.hpp, python/voice.py and
 * typescript/voice.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const VOICE_FD = 3;

/** How much of what a child prints is kept, in characters: the newest. */
const KEPT = 16_384;

/** A child that is driven line by line. */
export interface Voiced {
  readonly child: ChildProcess;
  readonly stdin: Writable;
  /** The newest of what was printed: for the message of a failure, and never to judge by. */
  readonly printed: { readonly stdout: string; readonly stderr: string };
}

/** Starts a program whose lines go to `hear`. */
export function spawnVoiced(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  hear: (line: string) => void,
): Voiced {
  const child = spawn(program, args, {
    env: { ...env, ESHM_PEER_FD: `${VOICE_FD}` },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const stdin = child.stdin!;
  stdin.on('error', () => {}); // a dead child is reported through its exit
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]!.setEncoding('utf8').on('data', (text: string) => {
      printed[stream] = (printed[stream] + text).slice(-KEPT);
    });
  }
  const voice = child.stdio[VOICE_FD] as Readable;
  voice.on('error', () => {}); // it ended with a line of ours unread
  createInterface({ input: voice }).on('line', hear);
  return { child, stdin, printed };
}
