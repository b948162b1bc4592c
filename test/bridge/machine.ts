/** Two machines are two IPC namespaces: what is in one is out of the other's reach, and is gone with it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Peers } from '../peers/build.js';
import { type PeerLanguage, PeerProcess } from '../peers/peer-process.js';
import { repoRoot } from '../support/repo-root.js';
import { ENDS_WITH_US } from './nats-server.js';

/** Why there can be no namespaces here, or `undefined`. */
export function missingNamespaces(): string | undefined {
  const { status } = spawnSync('unshare', ['--ipc', '--mount', 'true'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'namespaces of its own need root (unshare --ipc --mount)';
}

/** One event of a bridge: a line of its `--json`. */
export interface BridgeLine {
  readonly event: string;
  readonly [key: string]: unknown;
}

/** A namespace and what runs in it. */
export class Machine implements AsyncDisposable {
  static readonly #all = new Set<Machine>();

  readonly #holder: ChildProcess;
  readonly #bridges = new Set<BridgeProcess>();

  /** @param net - a network of its own too */
  static async make({ net = false }: { net?: boolean } = {}): Promise<Machine> {
    const spaces = ['--ipc', '--mount', ...(net ? ['--net'] : [])];
    // It says a word when all is in place. It ends with its standard input, and so with this process, however that ends.
    const script = 'mount -t tmpfs -o mode=1777 shm /dev/shm && echo ready && exec cat';
    const holder = spawn('unshare', [...spaces, 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    await Promise.race([once(holder.stdout!, 'data'), once(holder, 'close')]);
    if (holder.exitCode !== null) throw new Error('Cannot make a machine: no /dev/shm of its own');
    return new Machine(holder, net);
  }

  /** For an afterEach hook. */
  static async endAll(): Promise<void> {
    await Promise.all([...Machine.#all].map((machine) => machine.end()));
  }

  readonly #net: boolean;

  private constructor(holder: ChildProcess, net: boolean) {
    this.#holder = holder;
    this.#net = net;
    Machine.#all.add(this);
  }

  get pid(): number {
    return this.#holder.pid!;
  }

  /** What a program is run under to be in it. */
  get under(): readonly string[] {
    const spaces = ['--ipc', '--mount', ...(this.#net ? ['--net'] : [])];
    return ['nsenter', '-t', `${this.#holder.pid}`, ...spaces, `--wdns=${process.cwd()}`, '--'];
  }

  /** A peer in it. */
  peer(peers: Peers, language: PeerLanguage = 'c++'): PeerProcess {
    const [nsenter, ...args] = this.under;
    const program = {
      'c++': [peers.peer],
      python: [peers.python, join(peers.pythonDir, 'peer.py')],
      typescript: [process.execPath, join(repoRoot, 'dist/test/peers/typescript/peer.js')],
    }[language];
    return new PeerProcess(nsenter!, [...args, ...program], peers.env);
  }

  /** `eshm bridge` in it. */
  bridge(args: readonly string[], env: NodeJS.ProcessEnv = {}): BridgeProcess {
    const bridge = new BridgeProcess(this.under, args, env);
    this.#bridges.add(bridge);
    return bridge;
  }

  /** Runs a command in it and gives what it printed. */
  run(...command: readonly string[]): string {
    const [program, ...args] = [...this.under, ...command];
    const { status, stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command.join(' ')}: ${status} ${stderr}`);
    return stdout;
  }

  /** Segments in it: lines of the kernel's table. */
  segments(): string[] {
    return this.run('cat', '/proc/sysvipc/shm').trim().split('\n').slice(1);
  }

  /** Ends its bridges and itself; the segments in it go with it once its peers have gone too. */
  async end(): Promise<void> {
    Machine.#all.delete(this);
    await Promise.all([...this.#bridges].map((bridge) => bridge.kill()));
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    this.#holder.kill('SIGKILL');
    await once(this.#holder, 'close');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }
}

/** How long anything may take, in ms; then it hangs. */
const WATCHDOG_MS = 120_000;

/** A running `eshm bridge --json`. */
export class BridgeProcess {
  readonly child: ChildProcess;
  readonly lines: BridgeLine[] = [];
  stderr = '';
  readonly #exited: Promise<void>;
  #end: { code: number | null; signal: NodeJS.Signals | null } | undefined;

  constructor(under: readonly string[], args: readonly string[], env: NodeJS.ProcessEnv) {
    const main = join(repoRoot, 'dist/lib/command/eshm.js');
    const [program, ...more] = [
      ...ENDS_WITH_US,
      ...under,
      process.execPath,
      main,
      'bridge',
      '--json',
      ...args,
    ];
    this.child = spawn(program!, more, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.lines.push(JSON.parse(line)));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#exited = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.#end = { code, signal };
        resolve();
      });
    });
  }

  /** The newest state of its channel `name`, or of the only one. */
  state(name?: string): string | undefined {
    return this.lines.findLast((line) => line.event === 'state' && (name === undefined || line.name === name))
      ?.state as string | undefined;
  }

  get running(): boolean {
    return this.#end === undefined;
  }

  /** How it ended, and what it said, for people. */
  get ending(): string {
    return `code ${this.#end?.code}, signal ${this.#end?.signal} ${this.stderr.slice(-600)}`;
  }

  /** Waits until its channel is in `state`. */
  async reach(state: string, name?: string): Promise<void> {
    await this.#until(`${state}`, () => this.state(name) === state);
  }

  /** Waits for a line. */
  async line(matches: (line: BridgeLine) => boolean): Promise<BridgeLine> {
    await this.#until('a line', () => this.lines.some(matches));
    return this.lines.findLast(matches)!;
  }

  /** Its counters, by SIGUSR1. */
  async stats(name?: string): Promise<Record<string, number> & { state: string }> {
    const before = this.lines.length;
    this.child.kill('SIGUSR1');
    const isIt = (line: BridgeLine) => line.event === 'stats' && (name === undefined || line.name === name);
    await this.#until('counters', () => this.lines.slice(before).some(isIt));
    return this.lines.slice(before).find(isIt) as unknown as Record<string, number> & { state: string };
  }

  /** Its end. */
  async ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const watchdog = setTimeout(() => this.child.kill('SIGKILL'), WATCHDOG_MS);
    await this.#exited;
    clearTimeout(watchdog);
    return this.#end!;
  }

  /** Ends it in good order. */
  async quit(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.ended();
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exited;
  }

  async #until(what: string, condition: () => boolean): Promise<void> {
    const endMs = performance.now() + WATCHDOG_MS;
    while (!condition()) {
      if (this.#end !== undefined || performance.now() > endMs) {
        const why =
          this.#end === undefined ? `in ${WATCHDOG_MS} ms` : `before it ended with ${this.#end.code}`;
        throw new Error(`Never saw ${what} ${why}: ${JSON.stringify(this.lines.slice(-6))} ${this.stderr}`);
      }
      await sleep(5);
    }
  }
}
