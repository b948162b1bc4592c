/** The programs that drive peers end in good order, whatever the peers do. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listSegments, type SegmentStat } from '../../syscalls/index.js';
import { Lab } from '../lib/cli/lab.js';
import { type Peers, requirePeers } from '../peers/build.js';
import { until } from './channels.js';
import { repoRoot } from './repo-root.js';
import { builtUrl, runNode } from './run-node.js';

/** Longest a program may take, in ms; then it hangs. */
const WATCHDOG_MS = 120_000;

/** A program of `dist` in a process group of its own. */
class Program {
  static readonly #running = new Set<Program>();

  readonly child: ChildProcess;
  readonly #lab: Lab | undefined;
  readonly #before = new Set(listSegments().map(({ id }) => id));
  output = '';

  /** @param lab - where it runs: without one its segments cannot be told from those of a process that was killed elsewhere */
  constructor(lab: Lab | undefined, [script, ...args]: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#lab = lab;
    const words = [process.execPath, join(repoRoot, 'dist', script!), ...args];
    const [program, rest] = lab?.command(words) ?? [words[0]!, words.slice(1)];
    this.child = spawn(program, rest, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    Program.#running.add(this);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  static killAll(): void {
    for (const { child } of Program.#running) if (child.exitCode === null) killGroup(child);
    Program.#running.clear();
  }

  /** Waits for its end, and checks that nothing of it is left. */
  async ended(): Promise<[code: number | null, signal: NodeJS.Signals | null]> {
    const watchdog = setTimeout(() => killGroup(this.child), WATCHDOG_MS);
    const end = (await once(this.child, 'close')) as [number | null, NodeJS.Signals | null];
    clearTimeout(watchdog);
    assert.doesNotMatch(this.output, /[Uu]nhandled/);
    // What it has killed may take a moment to go.
    await until(`no process left after:\n${this.output}`, () => this.members().length === 0);
    // A process is one that has ended once its first thread has, and keeps what is removed until its last one has.
    await until(`the end of removed segments after:\n${this.output}`, () =>
      this.segments().every(({ removed }) => !removed),
    );
    assert.deepEqual(this.segments(), [], `segments left after:\n${this.output}`);
    return end;
  }

  /** Processes of its group, but for itself. */
  members(): number[] {
    const pids = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    return pids.filter((pid) => pid !== this.child.pid && groupOf(pid) === this.child.pid);
  }

  /** Segments that came after its start, from a process of its group or one that is no more. */
  segments(): SegmentStat[] {
    if (this.#lab !== undefined) return this.#lab.segments();
    return listSegments().filter(({ id, creatorPid }) => {
      if (this.#before.has(id) || creatorPid < this.child.pid!) return false;
      return !existsSync(`/proc/${creatorPid}`) || groupOf(creatorPid) === this.child.pid;
    });
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The process group of a process that has not ended. */
function groupOf(pid: number): number | undefined {
  try {
    const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return state === 'Z' ? undefined : Number(group);
  } catch {
    return undefined; // gone meanwhile
  }
}

describe('programs that drive peers', () => {
  let refusing: Peers;
  let folder: string;
  let lab: Lab | undefined;

  before(async function () {
    if (Lab.isPossible()) lab = await Lab.start(this);
    refusing = await requirePeers(this, ['c++', 'python'], { library: 'refusing' });
    folder = mkdtempSync(join(tmpdir(), 'eshm-harness-'));
  });

  afterEach(() => Program.killAll());

  after(async () => {
    await lab?.end();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const refused: [program: string[], says: RegExp[]][] = [
    [['test/interop/main.js'], [/error -1 Invalid parameter/, /\n1 passed, 8 failed\n$/]],
    [
      ['test/torture/main.js', '--seconds', '0.4', '--sizes', '4096'],
      [/FAIL 4096 bytes, c\+\+ -> typescript.*error -1 Invalid parameter$/m, /\n8 passed, 2 failed\n$/],
    ],
    [['bench/main.js', '--quick', '--only', 'write-64-c'], [/^bench: Peer refused .*error -1 eshm_write$/m]],
  ];
  for (const [program, says] of refused) {
    it(`${program.join(' ')} says that the library refuses, ends with 1 and leaves nothing`, async () => {
      const run = new Program(lab, program, { ESHM_LIB: refusing.lib });
      assert.deepEqual(await run.ended(), [1, null], run.output);
      for (const pattern of says) assert.match(run.output, pattern);
    });
  }

  it('test/chaos/main.js says that a peer dies at its start, and does not start it for ever', async () => {
    const python = join(folder, 'dying-python');
    writeFileSync(python, '#!/bin/sh\necho last words >&2\nexit 9\n', { mode: 0o755 });
    // Three starts in vain are the end of a pairing, and that of both the end of the run, long before its time.
    const args = ['--seconds', '3600', '--seed', '1', '--pairings', 'typescript-python,python-typescript'];
    const run = new Program(lab, ['test/chaos/main.js', ...args], { PYTHON: python });
    assert.deepEqual(await run.ended(), [1, null], run.output);
    const told =
      /^crashed: typescript master, python slave: slave: ended by itself: code 9, signal null\. last words$/m;
    assert.match(run.output, told);
    assert.match(run.output, /^0 torn, 0 hung, 0 deaf, 6 crashed, 0 left$/m);
  });

  const long: [program: string[]][] = [
    [['test/interop/main.js']],
    [['test/torture/main.js', '--sizes', '4096']],
    [['test/chaos/main.js', '--seconds', '60']],
    [['test/soak/main.js', '--openings', '100000000']],
  ];
  for (const [program] of long) {
    it(`${program.join(' ')} takes its processes and segments with it on SIGTERM`, async () => {
      const run = new Program(lab, program);
      await until('a segment', () => run.segments().length > 0);
      run.child.kill('SIGTERM');
      assert.deepEqual(await run.ended(), [143, null], run.output);
    });
  }

  it('a rejection that nobody looked after is told, and ends the program in good order', async () => {
    const { code, stdout, stderr } = await runNode(`
      import { runHarness } from '${builtUrl('test/support/harness.js')}';
      await runHarness({
        name: 'probe',
        act: (stop) => {
          Promise.reject(new Error('lost'));
          return new Promise((_, reject) => stop.addEventListener('abort', () => reject(new Error('stopped'))));
        },
        tidyUp: () => console.log('tidied'),
      });`);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^probe: Error: lost\n/);
    assert.doesNotMatch(stderr, /stopped|[Uu]nhandled/);
    assert.match(stdout, /tidied/);
  });
});
