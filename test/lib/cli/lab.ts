import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseSegmentTable, type SegmentStat } from '../../../syscalls/stat.js';
import type { Peers } from '../../peers/build.js';
import { type PeerLanguage, PeerProcess } from '../../peers/peer-process.js';
import { skip } from '../../support/needs.js';
import { repoRoot } from '../../support/repo-root.js';
import { builtUrl } from '../../support/run-node.js';
import { Terminal } from '../../support/terminal.js';

/** The built command. */
export const ESHM = join(repoRoot, 'dist/lib/command/eshm.js');

/** What a lab has of its own; mounts in it are not seen outside. */
const UNSHARED = ['--ipc', '--mount', '--propagation', 'private'];

const SYSCALLS = builtUrl('syscalls/index.js');

/** How a finished command ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What it reads from stdin; nothing where it is left out. */
  readonly input?: string | Uint8Array;
  /** The user it runs as. */
  readonly uid?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A private IPC namespace and a private /dev/shm: what `rm --stale` finds in it is the test's own, and other people's
 * segments and files are out of reach. Lives as long as a process that holds it.
 */
export class Lab {
  readonly #holder: ChildProcess;
  readonly #children = new Set<ChildProcess>();

  /** Whether this user may have one. */
  static isPossible(): boolean {
    return spawnSync('unshare', [...UNSHARED, 'true']).status === 0;
  }

  /**
   * For a `before` hook: a lab, or skips what follows where this user may not have one.
   *
   * @param room - how large its /dev/shm is, as mount has it: 16k
   */
  static async start(context: Mocha.Context, room?: string): Promise<Lab> {
    if (!Lab.isPossible()) {
      skip(context, 'private namespaces need root and unshare (util-linux)');
    }
    // It says a word when all is in place, and goes when its stdin ends.
    const script = `mount -t tmpfs -o mode=1777${room === undefined ? '' : `,size=${room}`} shm /dev/shm && echo ready && exec cat`;
    const holder = spawn('unshare', [...UNSHARED, 'sh', '-c', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await Promise.race([once(holder.stdout!, 'data'), once(holder, 'close')]);
    if (holder.exitCode !== null) throw new Error('Cannot make a lab: no /dev/shm of its own');
    return new Lab(holder);
  }

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** The words that run a command in the lab. */
  command(words: readonly string[], uid?: number): [program: string, args: string[]] {
    const user = uid === undefined ? [] : ['-S', `${uid}`, '-G', `${uid}`];
    const there = ['--ipc', '--mount', `--wdns=${process.cwd()}`];
    return ['nsenter', ['-t', `${this.#holder.pid}`, ...there, ...user, '--', ...words]];
  }

  /** A peer in the lab. */
  peer(peers: Peers, language: PeerLanguage = 'c++'): PeerProcess {
    const words = language === 'c++' ? [peers.peer] : [peers.python, join(peers.pythonDir, 'peer.py')];
    return new PeerProcess(...this.command(words), peers.env);
  }

  /** Starts any program in the lab; it is killed with it. */
  spawn(words: readonly string[], { uid, env }: RunOptions = {}): ChildProcessWithoutNullStreams {
    // On a slow machine any wait may take the second after which a command says what for.
    const whole: NodeJS.ProcessEnv = { ...process.env, ESHM_QUIET: '1', ...env };
    // Another user may not write c8's files, and would say so on stderr. Empty, because spawn() passes on a missing one.
    if (uid !== undefined) whole.NODE_V8_COVERAGE = '';
    const child = spawn(...this.command(words, uid), { env: whole, stdio: 'pipe', detached: true });
    child.stdin.on('error', () => {}); // it may end without reading
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    return child;
  }

  /** Starts `eshm`. */
  start(args: readonly string[], options?: RunOptions): ChildProcessWithoutNullStreams {
    return this.spawn([process.execPath, ESHM, ...args], options);
  }

  /** Runs `eshm` to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const child = this.start(args, options);
    child.stdin.end(options.input);
    return outcomeOf(child);
  }

  /** Runs a shell line in which `eshm` is the command; `"${ESHM[@]}" ... &` makes `$!` its own process id. */
  shell(line: string): Promise<Outcome> {
    const eshm = `ESHM=('${process.execPath}' '${ESHM}'); eshm() { "\${ESHM[@]}" "$@"; }`;
    const child = this.spawn(['bash', '-c', `${eshm}\n${line}`]);
    child.stdin.end();
    return outcomeOf(child);
  }

  /** Creates a segment that stays, all zero. */
  async create(key: number, size: number, mode: number): Promise<void> {
    const code = `import { Segment } from ${JSON.stringify(SYSCALLS)}; Segment.create(${key}, ${size}, ${mode}).detach()`;
    const { code: exit, stderr } = await outcomeOf(
      this.spawn([process.execPath, '--input-type=module', '-e', code]),
    );
    if (exit !== 0) throw new Error(`Cannot create a segment: ${stderr}`);
  }

  /** The kernel's own table of the lab's segments: at once, where a start of `eshm` takes a while. */
  segments(): SegmentStat[] {
    const [program, args] = this.command(['cat', '/proc/sysvipc/shm']);
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`Cannot list segments: ${stderr}`);
    return parseSegmentTable(stdout);
  }

  /** What `eshm ls --all --json` says. */
  async list(): Promise<Record<string, unknown>[]> {
    return JSON.parse((await this.run(['ls', '--all', '--json'])).stdout);
  }

  /** Kills what still runs; the namespace and its segments go with the last process. */
  async end(): Promise<void> {
    // Each has a process group of its own: a shell's children go with it.
    for (const { pid } of this.#children) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    await PeerProcess.killAll();
    const gone = once(this.#holder, 'close');
    this.#holder.stdin?.end();
    await gone;
  }
}

/** `eshm` in a terminal of the lab. */
export function inTerminal(
  lab: Lab,
  command: string,
  columns = 80,
  rows = 24,
  env = 'LANG=C.UTF-8',
): Terminal {
  const [program, args] = lab.command(['env', env, process.execPath, ESHM, ...command.split(' ')]);
  return new Terminal([program, ...args], { columns, rows, showsEnd: true });
}

/** Waits for a child's end and collects what it says. */
export async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Starts jobs in their order, as many at a time as there are processors; gives a promise for each. */
export function inLanes<T>(jobs: readonly (() => Promise<T>)[]): Promise<T>[] {
  const lanes: Promise<unknown>[] = Array.from({ length: availableParallelism() }, () => Promise.resolve());
  return jobs.map((job, index) => {
    const lane = index % lanes.length;
    const result = lanes[lane]!.then(job);
    lanes[lane] = result.catch(() => {});
    return result;
  });
}

/** A stack trace has no place in what a user sees. */
export const STACK_TRACE = /^\s+at .*[:(]\d+/m;
