import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repoRoot } from './repo-root.js';

/**
 * URL of a compiled module of this package, for code that is handed to a child: `lib/index.js`. Of those that
 * scripts/programs.mjs lists it is the one that loads quickly; all of these share their modules with each other, and with
 * no other module of `dist`.
 */
export function builtUrl(module: string): string {
  const bundled = join(repoRoot, 'dist/bundled', module);
  return pathToFileURL(existsSync(bundled) ? bundled : join(repoRoot, 'dist', module)).href;
}

/** What a child process left when it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  /** Flags for node. */
  readonly flags?: readonly string[];
  /** Instead of this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** A program and its arguments to run node under: `['unshare', '--ipc']`. */
  readonly under?: readonly string[];
}

/** Longest a child may take before it is killed and its test fails, in ms. */
const WATCHDOG_MS = 120_000;

const running = new Set<ChildProcess>();

/** Starts a Node process that runs `code`, an ES module; `lib`, `syscalls` and `layout` are there as imports. */
export function startNode(code: string, { flags = [], under = [], ...ids }: ChildOptions = {}): ChildProcess {
  const command = [...under, process.execPath, ...flags, '--input-type=module', '--eval', code];
  const child = spawn(command[0]!, command.slice(1), { cwd: repoRoot, stdio: 'pipe', ...ids });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Resolves when `child` has ended and its output is complete. */
export function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const watchdog = setTimeout(() => child.kill('SIGKILL'), WATCHDOG_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(watchdog);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** Runs `code` in a Node process to its end. */
export function runNode(code: string, options?: ChildOptions): Promise<Ended> {
  return ended(startNode(code, options));
}

/** As {@link runNode}, for code that prints one line of JSON; fails unless it ends with code 0. */
export async function evaluate<T>(code: string, options?: ChildOptions): Promise<T> {
  const { code: exitCode, signal, stdout, stderr } = await runNode(code, options);
  if (exitCode !== 0)
    throw new Error(`Child ended with code ${exitCode}, signal ${signal}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}

/** For an afterEach hook: kills what a failed test left running. */
export function killChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}
