/**
 * A child process that speaks to its driver on a descriptor of its own, because the library in it may print on stdout
 * and on stderr whatever it likes, whenever it likes. The other half is cpp/voice.hpp, python/voice.py and
 * typescript/voice.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const VOICE_FD = 3;

/** How much of what a child has printed is shown, in bytes: the newest. */
const SHOWN = 16_384;

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
  const [stdout, stderr] = [new Printout(), new Printout()];
  const child = spawn(program, args, {
    env: { ...env, ESHM_PEER_FD: `${VOICE_FD}` },
    stdio: ['pipe', stdout.fd, stderr.fd, 'pipe'],
  });
  child.once('close', () => {
    stdout.close();
    stderr.close();
  });
  const stdin = child.stdin!;
  stdin.on('error', () => {}); // a dead child is reported through its exit
  const printed = {
    get stdout() {
      return stdout.text;
    },
    get stderr() {
      return stderr.text;
    },
  };
  const voice = child.stdio[VOICE_FD] as Readable;
  voice.on('error', () => {}); // it ended with a line of ours unread
  createInterface({ input: voice }).on('line', hear);
  return { child, stdin, printed };
}

let printouts = 0;

/**
 * What a child prints on one stream: a file without a name. A pipe would hold the child up when it is full, and it is
 * this process that empties it: in a test that blocks its event loop the peer must go on all the same.
 */
class Printout {
  readonly fd: number;
  #last: string | undefined;

  constructor() {
    const path = join(tmpdir(), `eshm-printed-${process.pid}-${printouts++}`);
    this.fd = openSync(path, 'ax+', 0o600);
    unlinkSync(path);
  }

  /** The newest of it. */
  get text(): string {
    if (this.#last !== undefined) return this.#last;
    const { size } = fstatSync(this.fd);
    const bytes = Buffer.alloc(Math.min(size, SHOWN));
    const length = readSync(this.fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, length);
  }

  close(): void {
    this.#last ??= this.text;
    closeSync(this.fd);
  }
}
