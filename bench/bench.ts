import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { channelName, type ShmKind } from '../lib/store/index.js';
import { Segment } from '../syscalls/index.js';
import type { PeerKind } from '../test/peers/build.js';
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
  #hasEnded = false;

  private constructor(native: Native | Missing, quick: boolean) {
    this.#native = native;
    this.amounts = amounts(quick);
    this.cores = pickCores();
  }

  /** Builds what is native, where it can be built; the library is that of ESHM_LIB, else the one of test/peers. */
  static async prepare(quick: boolean): Promise<Bench> {
    return new Bench(await prepareNative(), quick);
  }

  /** The C library that is compared with, the chosen one where there is one; `undefined` where there is none. */
  get lib(): string | undefined {
    return this.#native instanceof Missing ? undefined : this.#native.lib;
  }

  /** The libraries of the rows of either kind; `undefined` where there are none. */
  get libs(): Readonly<Record<ShmKind, string>> | undefined {
    if (this.#native instanceof Missing) return undefined;
    const { 'system-v': systemV, posix } = this.#native.peers;
    return { 'system-v': systemV.lib, posix: posix.lib };
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

  /** A path for a file with this ending, in a folder that goes with the run. */
  path(ending: string): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'eshm-bench-'));
    this.#count += 1;
    return join(this.#folder, `${this.#count}.${ending}`);
  }

  /** The TypeScript driver, whose channels are all of the kind `shm`; on `core` if one is given. */
  node(core?: number, shm: ShmKind = 'system-v'): Driver {
    return this.script('driver.js', core, [shm]);
  }

  /** A script of bench/node; on `core` if one is given. */
  script(script: string, core: number | undefined, args: readonly string[] = []): Driver {
    const path = fileURLToPath(new URL(`./node/${script}`, import.meta.url));
    return this.#start(core, process.execPath, ['--enable-source-maps', path, ...args]);
  }

  /**
   * The C++ driver on the library under test whose segments are of the kind `shm`.
   *
   * @throws {Missing} where none can be built; the row is left out then
   */
  native(core?: number, shm: ShmKind = 'system-v'): Driver {
    const { driver, peers } = this.#built;
    return this.#start(core, driver, [peers[shm].lib, shm]);
  }

  /**
   * The Python peer of the tests on the library under test over System V.
   *
   * @throws {Missing} as {@link native}
   */
  python(core?: number): Driver {
    const { python, pythonDir } = this.#built.peers['system-v'];
    return this.#start(core, python, [join(pythonDir, 'peer.py')]);
  }

  /** Kills every process of the run and removes its segments and files, of both kinds; from now on none can be started. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await PeerProcess.killAll();
    this.#removeSegments();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  get #built(): Native {
    if (this.#native instanceof Missing) throw this.#native;
    return this.#native;
  }

  #start(core: number | undefined, program: string, args: readonly string[]): Driver {
    if (this.#hasEnded) throw new Error('Cannot start a process: the run has ended');
    const command = core === undefined ? [program, ...args] : ['taskset', '-c', `${core}`, program, ...args];
    const env = { ...(this.#native instanceof Missing ? process.env : this.#native.peers['system-v'].env) };
    if (this.cores !== undefined) env.BENCH_CHILD_CORE = `${this.cores[1]}`;
    const child = new PeerProcess(command[0]!, command.slice(1), env);
    this.#pids.add(child.pid);
    return new Driver(child);
  }

  /** Segments under a name of this run that a process of this run created, and files of such a name, which is nobody else's. */
  #removeSegments(): void {
    const names = [...this.#names].map(channelName);
    for (const { path } of names) rmSync(path, { force: true });
    const keys = new Set(names.map(({ key }) => key));
    for (const { key, id, creatorPid } of Segment.list()) {
      if (keys.has(key) && this.#pids.has(creatorPid)) Segment.remove(id);
    }
  }
}
