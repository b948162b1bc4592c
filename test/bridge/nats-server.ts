/** A real nats-server of a test's own, on a free port. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';

/**
 * What a child is run under so that it ends with this process, however this ends; the last line of defence, for a crash
 * of the test itself.
 */
export const ENDS_WITH_US: readonly string[] =
  spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' }).status === 0
    ? ['setpriv', '--pdeathsig', 'KILL', '--']
    : [];

/** How long a server may take to be ready, in ms. */
const WATCHDOG_MS = 120_000;

/** Why there is no server here and what to do about it, or `undefined`. */
export function missingNats(): string | undefined {
  if (spawnSync('nats-server', ['--version'], { stdio: 'ignore' }).status === 0) return undefined;
  return 'nats-server is missing: install it with apt-get install nats-server';
}

export interface NatsOptions {
  /** Lines of its configuration file, beside host and port. */
  readonly config?: string;
  readonly port?: number;
  readonly host?: string;
  /** A program and its arguments to run it under. */
  readonly under?: readonly string[];
}

/** One server; ends with {@link stop} or {@link kill}, at the latest with {@link killAll}. */
export class NatsServer implements AsyncDisposable {
  static readonly #running = new Set<NatsServer>();

  readonly port: number;
  readonly host: string;
  readonly #options: NatsOptions;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  /** What it has said. */
  log = '';

  static async start(options: NatsOptions = {}): Promise<NatsServer> {
    const server = new NatsServer(options, options.port ?? (await freePort()));
    await server.start();
    return server;
  }

  /** For an afterEach hook. */
  static async killAll(): Promise<void> {
    await Promise.all([...NatsServer.#running].map((server) => server.remove()));
  }

  private constructor(options: NatsOptions, port: number) {
    this.#options = options;
    this.port = port;
    this.host = options.host ?? '127.0.0.1';
    this.#folder = mkdtempSync(join(tmpdir(), 'eshm-nats-'));
    NatsServer.#running.add(this);
  }

  get url(): string {
    return `nats://${this.host}:${this.port}`;
  }

  /** Starts it, again on the same port where it was ended before; with another configuration, if one is given. */
  async start(config = this.#options.config): Promise<void> {
    if (this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) return;
    const file = join(this.#folder, 'server.conf');
    writeFileSync(file, `host: "${this.host}"\nport: ${this.port}\n${config ?? ''}\n`);
    const { under = [] } = this.#options;
    const [program, ...args] = [...ENDS_WITH_US, ...under, 'nats-server', '-c', file];
    const child = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('close', resolve));
    let seen = '';
    await new Promise<void>((resolve, reject) => {
      const fail = (what: string) => reject(new Error(`Cannot start nats-server: ${what}\n${seen}`));
      const watchdog = setTimeout(() => fail(`not ready in ${WATCHDOG_MS} ms`), WATCHDOG_MS);
      child.once('error', reject);
      child.once('close', (code) => fail(`it ended with ${code}`));
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        this.log += text;
        seen += text;
        if (!seen.includes('Server is ready')) return;
        clearTimeout(watchdog);
        resolve();
      });
    });
  }

  /** SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    NatsServer.#running.delete(this);
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }
}
