/** Drives cpp/eshm_observer.cpp, which has a file of /dev/shm mapped and holds what it sees of it against rules. */
import { once } from 'node:events';
import { join } from 'node:path';
import { buildProgram, findRepoRoot } from './build.js';
import { spawnVoiced, type Voiced } from './voice.js';

/** A word of the segment. */
export type ObservedField =
  | `${'m2s' | 's2m'}.${'sequence' | 'write_count' | 'read_count'}`
  | 'master_heartbeat'
  | 'slave_heartbeat';

/** What must hold of it: see the top of the program. */
export type ObservedRule = 'rising' | 'even-rising' | 'announced';

/** What was seen of one word. */
export interface Observed {
  /** How often it looked different from before. */
  readonly states: number;
  /** How many of those were a carry under way. */
  readonly between: number;
  /** The first few different values of those. */
  readonly seen: readonly bigint[];
  readonly violations: number;
  /** The first violation, as `0xNOW-after-0xBEFORE`. */
  readonly first: string | undefined;
  readonly last: bigint;
}

/** An observer at work; it takes a core of its own. */
export class Observer {
  static readonly #alive = new Set<Observer>();

  readonly #voiced: Voiced;
  readonly #ended: Promise<unknown>;
  readonly #fields: number;
  readonly #lines: string[] = [];
  #heard: (() => void) | undefined;

  /**
   * Starts to look at the file of channel `name`, which is there and whole; resolves when it looks.
   *
   * @throws {Error} when there is no such file, or a rule does not fit its field
   */
  static async start(name: string, rules: Partial<Record<ObservedField, ObservedRule>>): Promise<Observer> {
    const folder = join(findRepoRoot(), 'test/peers/cpp');
    const program = await buildProgram({ folder, sources: ['eshm_observer.cpp'], name: 'eshm_observer' });
    const observer = new Observer(
      program,
      name,
      Object.entries(rules).map((pair) => pair.join('=')),
    );
    await observer.#begun();
    return observer;
  }

  /** Ends whatever a failed test left running: for an afterEach hook. */
  static async killAll(): Promise<void> {
    await Promise.all([...Observer.#alive].map((observer) => observer.#kill()));
  }

  private constructor(program: string, name: string, rules: readonly string[]) {
    this.#fields = rules.length;
    this.#voiced = spawnVoiced(program, [name, ...rules], process.env, (line) => {
      if (line !== 'ready') this.#lines.push(line);
      if (line === 'ready' || this.#lines.length === this.#fields) this.#heard?.();
    });
    this.#ended = once(this.#voiced.child, 'close');
    Observer.#alive.add(this);
    void this.#ended.finally(() => Observer.#alive.delete(this)).catch(() => {});
  }

  /** Goes on looking, and gives what was seen of each field until now. */
  async look(): Promise<Record<ObservedField, Observed>> {
    this.#lines.length = 0;
    const heard = this.#hear();
    this.#voiced.stdin.write('look\n');
    await heard;
    return this.#seen();
  }

  /** Stops looking, and gives what was seen of each field. */
  async stop(): Promise<Record<ObservedField, Observed>> {
    this.#lines.length = 0;
    this.#voiced.stdin.end();
    await this.#ended;
    return this.#seen();
  }

  #seen(): Record<ObservedField, Observed> {
    return Object.fromEntries(this.#lines.map(parseLine)) as Record<ObservedField, Observed>;
  }

  /** Resolves with the next whole answer, or when the program has ended. */
  #hear(): Promise<unknown> {
    const heard = new Promise<void>((resolve) => {
      this.#heard = resolve;
    });
    return Promise.race([heard, this.#ended]);
  }

  async #begun(): Promise<void> {
    await this.#hear();
    if (this.#voiced.child.exitCode !== null)
      throw new Error(`Cannot observe: ${this.#voiced.printed.stderr.trim()}`);
  }

  async #kill(): Promise<void> {
    this.#voiced.child.kill('SIGKILL');
    await this.#ended;
  }
}

function parseLine(line: string): [string, Observed] {
  const [field = '', ...words] = line.split(' ');
  const values: Record<string, string | undefined> = Object.fromEntries(words.map((word) => word.split('=')));
  const { states, between, violations, last = '', seen = '', first } = values;
  return [
    field,
    {
      states: Number(states),
      between: Number(between),
      violations: Number(violations),
      last: BigInt(last),
      seen: seen === '' ? [] : seen.split(',').map(BigInt),
      first,
    },
  ];
}
