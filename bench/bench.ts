import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deriveKey } from '../layout/index.js';
import { Segment } from '../syscalls/index.js';
import type { PeerKind, Peers } from '../test/peers/build.js';
import { PeerProcess } from '../test/peers/peer-process.js';
import { type Amount, amounts } from './amounts.js';
import { pickCores } from './cores.js';
import { Driver } from './driver.js';
import { Missing, type Native, prepareNative } from './native.js';

/**
 * What a run gives its scenarios: drivers, cores, names, amounts of work; and it takes away what they leave.
 *
 * `end()` may be called at any time, from a signal's handler too.
 */
export class Bench {
  readonly amounts: Amount;
  /** The two cores of processes that spin against each other; `undefined` where none can be pinned. */
  readonly cores: readonly [number, number] | undefined;
  readonly #native: Native | Missing;
  readonly #names = new Set<string>();
  readonly #pids = new Set<number>([process.pid]);
  #folder: string | undefined;
  #count = 0;

  private constructor(native: Native | Missing, quick: boolean) {
    this.#native = native;
    this.amounts = amounts(quick);
    this.cores = pickCores();
  }

  /** Builds what is native, where it can be built; the library is that of ESHM_LIB, else the one of test/peers. */
  static async prepare(quick: boolean): Promise<Bench> {
    return new Bench(await prepareNative(), quick);
  }

  /** What was built of C++ and Python. */
  get peers(): Peers {
    return this.#built.peers;
  }

  /** The C library that is compared with; `undefined` where there is none. */
  get lib(): string | undefined {
    return this.#native instanceof Missing ? undefined : this.#native.peers.lib;
  }

  /** Why no peer of these kinds can be had, and what to do about it, or `undefined`. */
  async lacks(kinds: readonly PeerKind[]): Promise<string | undefined> {
    if (this.#native instanceof Missing) return this.#native.message;
    const tools = await this.#native.missingTools(kinds);
    return tools.length === 0 ? undefined : `install ${tools.join(' and ')}`;
  }

  /** A channel name of this run's own. */
  name(): string {
    this.#count += 1;
    const name = `bench-${process.pid}-${Date.now().toString(36)}-${this.#count}`;
    this.#names.add(name);
    return name;
  }

  /** A path for a socket, in a folder that goes with the run. */
  socketPath(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'eshm-bench-'));
    this.#count += 1;
    return join(this.#folder, `${this.#count}.sock`);
  }

  /** The TypeScript driver, or another script of bench/node; on `core` if one is given. */
  node(core?: number, script = 'driver.js', args: readonly string[] = []): Driver {
    const path = fileURLToPath(new URL(`./node/${script}`, import.meta.url));
    return this.#start(core, process.execPath, ['--enable-source-maps', path, ...args]);
  }

  /**
   * The C++ driver on the library under test.
   *
   * @throws {Missing} where none can be built; the row is left out then
   */
  native(core?: number): Driver {
    return this.#start(core, this.#built.driver, [this.peers.lib]);
  }

  /**
   * The Python peer of the tests on the library under test.
   *
   * @throws {Missing} as {@link native}
   */
  python(core?: number): Driver {
    return this.#start(core, this.peers.python, [join(this.peers.pythonDir, 'peer.py')]);
  }

  /** Kills every process of the run and removes its segments and files. */
  async end(): Promise<void> {
    await PeerProcess.killAll();
    this.#removeSegments();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  get #built(): Native {
    if (this.#native instanceof Missing) throw this.#native;
    return this.#native;
  }

  #start(core: number | undefined, program: string, args: readonly string[]): Driver {
    const command = core === undefined ? [program, ...args] : ['taskset', '-c', `${core}`, program, ...args];
    const env = { ...(this.#native instanceof Missing ? process.env : this.peers.env) };
    if (this.cores !== undefined) env.BENCH_CHILD_CORE = `${this.cores[1]}`;
    const child = new PeerProcess(command[0]!, command.slice(1), env);
    this.#pids.add(child.pid);
    return new Driver(child);
  }

  /** Those under a name of this run that a process of this run created. */
  #removeSegments(): void {
    const keys = new Set([...this.#names].map(deriveKey));
    for (const { key, id, creatorPid } of Segment.list()) {
      if (keys.has(key) && this.#pids.has(creatorPid)) Segment.remove(id);
    }
  }
}
