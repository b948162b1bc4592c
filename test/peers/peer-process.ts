/**
 * Drives eshm_peer, peer.py or typescript/peer.ts: one command line in, one answer line out.
 *
 * Every answer is awaited under a watchdog, so that a peer that hangs fails the test instead of the run.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PeerKind, Peers } from './build.js';
import { spawnVoiced, type Voiced } from './voice.js';

export type PeerLanguage = PeerKind | 'typescript';

/** The compiled TypeScript peer, beside this file. */
const TYPESCRIPT_PEER = fileURLToPath(new URL('./typescript/peer.js', import.meta.url));

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
  readonly watchdog: NodeJS.Timeout;
}

export class PeerError extends Error {
  override readonly name = 'PeerError';
  /** The C API's number, where the peer gave one. */
  readonly status: number | undefined;

  constructor(command: string, answer: string) {
    super(`Peer refused \`${command.slice(0, 80)}\`: ${answer}`);
    const number = Number.parseInt(answer.replace(/^error /, ''), 10);
    this.status = Number.isNaN(number) ? undefined : number;
  }
}

export class PeerProcess implements AsyncDisposable {
  static readonly #alive = new Set<PeerProcess>();

  readonly #voiced: Voiced;
  readonly #waiting: Waiting[] = [];
  readonly #exited: Promise<unknown>;
  #gone: Error | undefined;

  static start(peers: Peers, language: PeerLanguage = 'c++'): PeerProcess {
    switch (language) {
      case 'c++':
        return new PeerProcess(peers.peer, [], peers.env);
      case 'python':
        return new PeerProcess(peers.python, [join(peers.pythonDir, 'peer.py')], peers.env);
      case 'typescript':
        return new PeerProcess(process.execPath, [TYPESCRIPT_PEER], peers.env);
    }
  }

  /** Ends whatever a failed test left running: for an afterEach hook. */
  static async killAll(): Promise<void> {
    await Promise.all([...PeerProcess.#alive].map((peer) => peer.kill()));
  }

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#voiced = spawnVoiced(program, args, env, (line) => this.#answered(line));
    PeerProcess.#alive.add(this);
    const { child } = this.#voiced;
    this.#exited = new Promise((resolve) => child.once('close', resolve));
    child.once('error', (error) => this.#fail(error));
    child.once('close', (code, signal) => {
      PeerProcess.#alive.delete(this);
      this.#fail(new Error(`Peer ended: code ${code}, signal ${signal}. ${this.printed.stderr}`.trim()));
    });
  }

  /** The newest of what the peer, or the library in it, has printed: no answer is ever in it. */
  get printed(): Voiced['printed'] {
    return this.#voiced.printed;
  }

  get pid(): number {
    return this.#voiced.child.pid ?? -1;
  }

  /** Sends one line and gives the answer line; `error ...` answers too. Commands may be sent ahead. */
  ask(line: string, watchdogMs = 120_000): Promise<string> {
    if (this.#gone) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      const watchdog = setTimeout(() => {
        this.#fail(
          new Error(
            `Peer gave no answer to \`${line.slice(0, 80)}\` in ${watchdogMs} ms. ${this.printed.stderr}`,
          ),
        );
        this.#voiced.child.kill('SIGKILL');
      }, watchdogMs);
      this.#waiting.push({ resolve, reject, watchdog });
      this.#voiced.stdin.write(`${line}\n`);
    });
  }

  /** Sends one line and gives the answer line; throws PeerError for an `error` answer. */
  async command(line: string, watchdogMs?: number): Promise<string> {
    const answer = await this.ask(line, watchdogMs);
    if (answer.startsWith('error ')) throw new PeerError(line, answer);
    return answer;
  }

  /** Runs a command whose answer is `WORD key=value ...` and gives the values. */
  async values(line: string, watchdogMs?: number): Promise<Record<string, number>> {
    const pairs = (await this.command(line, watchdogMs)).split(' ').slice(1);
    return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0] ?? '', Number(pair.split('=')[1])]));
  }

  /** Opens a channel; the name may be any string. */
  open(role: 'master' | 'slave' | 'auto', name: string, options = ''): Promise<string> {
    return this.command(`open ${role} ${encodeURIComponent(name)} ${options}`);
  }

  write(data: Uint8Array): Promise<string> {
    return this.command(`write ${Buffer.from(data).toString('hex') || '-'}`);
  }

  async read(timeoutMs: number): Promise<Buffer> {
    const hex = (await this.command(`read ${timeoutMs}`, timeoutMs + 120_000)).slice('data '.length);
    return Buffer.from(hex === '-' ? '' : hex, 'hex');
  }

  async isRemoteAlive(): Promise<boolean> {
    return (await this.command('alive')) === 'alive 1';
  }

  async staleCount(): Promise<number> {
    return Number((await this.command('stale-count')).split(' ')[1]);
  }

  /** The whole segment, read past the library (C++ peer only). */
  async dump(name?: string): Promise<Buffer> {
    const line = name === undefined ? 'dump' : `dump ${encodeURIComponent(name)}`;
    return Buffer.from((await this.command(line)).slice('dump '.length), 'hex');
  }

  signal(signal: NodeJS.Signals): void {
    this.#voiced.child.kill(signal);
  }

  /** Ends the process at once, by SIGKILL unless told; resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#voiced.child.kill(signal);
    await this.#exited;
  }

  /** Closes the channel and ends the process in good order. */
  async quit(): Promise<void> {
    if (!this.#gone) await this.ask('quit').catch(() => {});
    this.#voiced.stdin.end();
    await this.#exited;
  }

  /** For whom it did not come to `quit`: a peer in the middle of a long command would not hear it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #answered(line: string): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    clearTimeout(next.watchdog);
    next.resolve(line);
  }

  #fail(error: Error): void {
    this.#gone ??= error;
    for (const { reject, watchdog } of this.#waiting.splice(0)) {
      clearTimeout(watchdog);
      reject(error);
    }
  }
}
