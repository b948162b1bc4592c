/**
 * Beats by need against a beat each millisecond, in one run, on a machine with three busy processes for each core: no peer
 * of the original may be misled more often. A run of its own: `ESHM_STALE_SECONDS=60`, which prints what it counted.
 * It loads the machine, so it imports quiet.ts and runs alone.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Peers, requirePeers } from '../peers/build.js';
import { cleanUp, uniqueName, until } from '../peers/helpers.js';
import { PeerProcess } from '../peers/peer-process.js';
import '../support/quiet.js';
import { size } from '../support/sizes.js';

const SECONDS = Number(process.env.ESHM_STALE_SECONDS ?? size({ short: 2, long: 10 }));
const BUSY_PER_CORE = 3;
/** The original's default, two of its looks, and less than one. */
const THRESHOLDS_MS = [100, 20, 5] as const;
const MODES = ['by-need', 'millisecond'] as const;

/** A C++ master that watches one slave. */
interface Watcher {
  readonly mode: (typeof MODES)[number];
  readonly thresholdMs: number;
  readonly master: PeerProcess;
  /** What it had counted before. */
  readonly before: number;
}

describe('a machine with three busy processes for each core', () => {
  let peers: Peers;
  const children = new Set<ChildProcess>();

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });

  afterEach(async () => {
    const running = [...children].filter((child) => child.exitCode === null && child.signalCode === null);
    const exits = running.map((child) => once(child, 'exit'));
    // The busy ones first: while they run, the kernel has let one of the others wait for a minute for the time to end in.
    for (const child of running.reverse()) child.kill('SIGKILL');
    await Promise.all(exits);
    children.clear();
    await cleanUp();
  });

  it('makes no more false stales of a slave that beats by need than of one that beats each millisecond', async () => {
    const watchers: Watcher[] = [];
    for (const thresholdMs of THRESHOLDS_MS) {
      for (const mode of MODES) watchers.push(await watch(mode, thresholdMs));
    }
    for (let i = 0; i < BUSY_PER_CORE * availableParallelism(); i++) {
      keep(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    }
    await sleep(SECONDS * 1000);
    const counted = new Map<string, number>();
    for (const { mode, thresholdMs, master, before } of watchers) {
      counted.set(`${mode} ${thresholdMs}`, (await master.staleCount()) - before);
    }
    if (process.env.ESHM_STALE_SECONDS !== undefined) console.log(counted);
    for (const thresholdMs of THRESHOLDS_MS) {
      const [byNeed, millisecond] = MODES.map((mode) => counted.get(`${mode} ${thresholdMs}`)!) as [
        number,
        number,
      ];
      // Two counts of the same rare event differ by chance: three standard deviations, and one event more.
      const chance = 3 * Math.sqrt(byNeed + millisecond) + 1;
      assert.ok(
        byNeed <= millisecond + chance,
        `threshold ${thresholdMs} ms: ${byNeed} false stales by need, ${millisecond} with a beat each millisecond`,
      );
    }
  });

  async function watch(mode: Watcher['mode'], thresholdMs: number): Promise<Watcher> {
    const name = uniqueName('stale');
    const master = PeerProcess.start(peers);
    await master.open('master', name, `threshold=${thresholdMs}`);
    const slave = keep(
      fork(fileURLToPath(new URL('./beater.js', import.meta.url)), [mode, name], { execArgv: [] }),
    );
    await once(slave, 'message');
    await until('a beat', async () => (await master.values('stats')).slave_heartbeat! > 100);
    return { mode, thresholdMs, master, before: await master.staleCount() };
  }

  function keep<T extends ChildProcess>(child: T): T {
    children.add(child);
    return child;
  }
});
