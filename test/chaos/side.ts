import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Peers } from '../peers/build.js';
import { spawnVoiced } from '../peers/voice.js';

export type Language = 'typescript' | 'c++' | 'python';
export type Role = 'master' | 'slave';

/** What every process of the run is told. */
export interface Settings {
  readonly thresholdMs: number;
  readonly retryMs: number;
  readonly periodMs: number;
}

/** Now, in ns of CLOCK_MONOTONIC: comparable with what the processes say. */
export const nowNs = () => process.hrtime.bigint();

let instances = 0;

/** One life of one end of a channel: a process with traffic, and what it has said so far. */
export class Side {
  static readonly #running = new Set<Side>();
  /** Every process id ever started here, to tell whose segments are left. */
  static readonly pids = new Set<number>();

  readonly role: Role;
  readonly language: Language;
  readonly instance = ++instances;
  readonly spawnedNs = nowNs();
  /** Lines that must not be: torn and repeated messages, errors. */
  readonly torn: string[] = [];
  readonly errors: string[] = [];
  empties = 0;
  staleNs: bigint[] = [];
  openedNs: bigint | undefined;
  unblockedNs: bigint | undefined;
  /** The last stall: when its write stood still, and when it was over. */
  stalledNs: bigint | undefined;
  resumedNs: bigint | undefined;
  /** Told to block or to stall and not back yet: it neither reads nor writes. */
  isStanding = false;
  /** Messages that it has spoken of, good or not. */
  heard = 0;
  /** Its messages of which it was told that they were read, and those that it has read, by sender; mode `told` only. */
  readonly told = new Set<number>();
  readonly had = new Map<number, number[]>();
  /** What it did not hear, once it was found deaf; see listener.ts. */
  deaf: string | undefined;
  /** When the last good message came, by sender: the first one and the newest. */
  readonly #good = new Map<number, { firstNs: bigint; lastNs: bigint }>();
  readonly #child: ChildProcess;
  readonly #stdin: Writable;
  readonly #closed: Promise<void>;
  #expected = false;
  #gone = false;
  #saidBye = false;

  /** @param under - a program and its arguments to run it under */
  constructor(
    peers: Peers,
    language: Language,
    role: Role,
    name: string,
    settings: Settings,
    mode: string,
    under: readonly string[] = [],
  ) {
    this.language = language;
    this.role = role;
    const own = [role, name, String(this.instance), String(settings.periodMs)];
    const options = [
      `threshold=${settings.thresholdMs}`,
      `retry=${settings.retryMs}`,
      'attempts=0',
      'wait=0',
    ];
    const traffic = fileURLToPath(new URL('./traffic.js', import.meta.url));
    const command = {
      typescript: [process.execPath, traffic, ...own, ...options, `mode=${mode}`],
      'c++': [peers.traffic, ...own, ...options],
      python: [peers.python, join(peers.pythonDir, 'traffic.py'), ...own, ...options],
    }[language];
    const [program, ...args] = [...under, ...command];
    const { child, stdin, printed } = spawnVoiced(program!, args, peers.env, (line) => this.#hear(line));
    this.#child = child;
    this.#stdin = stdin;
    Side.#running.add(this);
    if (this.#child.pid !== undefined) Side.pids.add(this.#child.pid);
    this.#closed = new Promise((resolve) => {
      this.#child.once('error', (error) => this.errors.push(String(error)));
      this.#child.once('close', (code, signal) => {
        Side.#running.delete(this);
        this.#gone = true;
        // A crash is an end that nobody asked for; what was printed before it is no more than its circumstances.
        const end = `code ${code}, signal ${signal}. ${printed.stderr.trim().slice(-400)}`.trim();
        if (!this.#expected) this.errors.push(`ended by itself: ${end}`);
        else if (code !== 0 && signal !== 'SIGKILL') this.errors.push(`ended with ${end}`);
        resolve();
      });
    });
  }

  /** Ends whatever still runs. */
  static async killAll(): Promise<void> {
    await Promise.all([...Side.#running].map((side) => side.kill()));
  }

  get running(): boolean {
    return !this.#gone;
  }

  get crashed(): boolean {
    return this.errors.length > 0;
  }

  /** When a good message of `sender` came at or after `sinceNs`, as far as is known. */
  goodFrom(sender: Side, sinceNs: bigint): bigint | undefined {
    const seen = this.#good.get(sender.instance);
    if (seen === undefined) return undefined;
    if (seen.firstNs >= sinceNs) return seen.firstNs;
    return seen.lastNs >= sinceNs ? seen.lastNs : undefined;
  }

  /** Has its next write stand still after step `step` for `ms`. */
  stallInWrite(step: number, ms: number): void {
    this.stalledNs = undefined;
    this.resumedNs = undefined;
    this.isStanding = true;
    this.tell(`stall ${step} ${ms}`);
  }

  tell(line: string): void {
    if (!this.#gone) this.#stdin.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#expected = true;
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** Has it die by its own hand after step `step` of a write. */
  async dieInWrite(step: number): Promise<void> {
    this.#expected = true;
    this.tell(`die ${step}`);
    await this.#closed;
  }

  /** Asks it to close and end; `false` when it did not within `watchdogMs` and had to be killed. */
  async quit(watchdogMs: number): Promise<boolean> {
    this.#expected = true;
    this.tell('quit');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), watchdogMs);
    await this.#closed;
    clearTimeout(timer);
    return this.#saidBye;
  }

  #hear(line: string): void {
    const [word = '', ...rest] = line.split(' ');
    switch (word) {
      case 'open':
        this.openedNs = BigInt(rest[0]!);
        return;
      case 'good': {
        const [sender, at] = [Number(rest[0]), BigInt(rest[1]!)];
        this.heard++;
        this.#good.set(sender, { firstNs: this.#good.get(sender)?.firstNs ?? at, lastNs: at });
        return;
      }
      case 'told':
        this.told.add(Number(rest[0]));
        return;
      case 'had': {
        const [sender, number] = [Number(rest[0]), Number(rest[1])];
        const known = this.had.get(sender);
        if (known === undefined) this.had.set(sender, [number]);
        else known.push(number);
        return;
      }
      case 'empty':
        this.heard++;
        this.empties++;
        return;
      case 'stale':
        this.staleNs.push(BigInt(rest[0]!));
        return;
      case 'unblocked':
        this.unblockedNs = BigInt(rest[0]!);
        this.isStanding = false;
        return;
      case 'stalled':
        this.stalledNs = BigInt(rest[0]!);
        return;
      case 'resumed':
        this.resumedNs = BigInt(rest[0]!);
        this.isStanding = false;
        return;
      case 'bye':
        this.#saidBye = true;
        return;
      case 'torn':
      case 'repeat':
        this.heard++;
        this.torn.push(line);
        return;
      case 'error':
        this.errors.push(rest.join(' '));
    }
  }
}
