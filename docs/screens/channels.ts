import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildPeers, type Peers } from '../../test/peers/build.js';
import { PeerProcess } from '../../test/peers/peer-process.js';
import { repoRoot } from '../../test/support/repo-root.js';

/** The built command. */
export const ESHM = join(repoRoot, 'dist/lib/command/eshm.js');

/**
 * Channels with real processes in three languages at work in them, for as long as it is not ended:
 *
 * - `robot`: the C++ demo program as master, the Python one as slave;
 * - `arm`: a Python master and a C++ slave, faster and slower in turn, that do not read everything;
 * - `lidar`: the TypeScript demo as master, C++ as slave;
 * - one without a name whose C++ master was killed.
 */
export class Channels implements AsyncDisposable {
  readonly #peers: Peers;
  readonly #demos: ChildProcess[] = [];
  #stopped = false;
  #swinging: Promise<void> = Promise.resolve();

  static async start(): Promise<Channels> {
    const channels = new Channels(await buildPeers());
    await channels.#demoPairs();
    await channels.#stale();
    await channels.#swing();
    return channels;
  }

  private constructor(peers: Peers) {
    this.#peers = peers;
  }

  async #demoPairs(): Promise<void> {
    const { demo, python, pythonDir } = this.#peers;
    await this.#demo([demo, 'master', 'robot', '--interval', '5']);
    await this.#demo([python, join(pythonDir, 'slave.py'), 'robot']);
    await this.#demo([process.execPath, ESHM, 'demo', 'master', 'lidar', '--interval', '40']);
    await this.#demo([demo, 'slave', 'lidar']);
  }

  /** Starts a demo program; resolves when it has said its first line, which is after its start. */
  async #demo([program, ...args]: readonly string[]): Promise<void> {
    const child = spawn(program!, args, { env: this.#peers.env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#demos.push(child);
    await new Promise<void>((resolve, reject) => {
      // Of its own: the library may have said something on stdout before.
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (/\[MASTER\]|\[SLAVE\]|Initialized/.test(line)) resolve();
      });
      child.once('exit', (code) => reject(new Error(`Cannot show ${program}: it ended with code ${code}`)));
    });
  }

  async #stale(): Promise<void> {
    const master = PeerProcess.start(this.#peers);
    await master.open('master', 'old');
    await master.write(Buffer.from('the last words'));
    await master.kill();
  }

  async #swing(): Promise<void> {
    const master = PeerProcess.start(this.#peers, 'python');
    const slave = PeerProcess.start(this.#peers);
    await master.open('master', 'arm', 'threshold=3000');
    await slave.open('slave', 'arm');
    this.#swinging = this.#exchange(master, slave);
  }

  async #exchange(master: PeerProcess, slave: PeerProcess): Promise<void> {
    for (let number = 0; !this.#stopped; number++) {
      const read = slave.ask('read 50');
      await master.write(Buffer.from(`joint ${number}`));
      await read;
      if (number % 3 === 0) await slave.write(Buffer.from(`at ${number}`));
      await sleep(8 + 6 * Math.sin(performance.now() / 800));
    }
    await slave.quit();
    await master.quit();
  }

  /** Ends the processes; those that close in good order take their segments with them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#swinging;
    for (const child of this.#demos.toReversed()) {
      if (child.exitCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
}
