import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { noteReason } from '../lanes/results.js';
import { repoRoot } from './repo-root.js';
import { builtUrl } from './run-node.js';

/** A user who owns nothing: `nobody`. */
export const NOBODY = 65534;

/** Skips what follows, and says why: `reason` goes on after "skipped because". */
export function skip(context: Mocha.Context, reason: string): never {
  if (!noteReason(titlesOf(context), reason)) console.log(`    skipped because ${reason}`);
  return context.skip();
}

/** Skips what follows where there is one core, on which two things that have to happen at one moment do not. */
export function needsTwoCores(context: Mocha.Context, why: string): void {
  if (availableParallelism() === 1) skip(context, `there is one core, and ${why}`);
}

/** Of what is skipped: a hook that runs before all tests of a suite skips the suite, any other its test. */
function titlesOf(context: Mocha.Context): string[] {
  const runnable = context.runnable();
  if (runnable.title.startsWith('"before all" hook')) return runnable.parent!.titlePath();
  return (context.currentTest ?? runnable).titlePath();
}

/**
 * For a `before` hook or a test that needs what anybody can provide: skips what follows where it is missing and says so,
 * or fails where nothing may be skipped (CI=true).
 */
export function lacks(context: Mocha.Context, reason: string): never {
  if (process.env.CI === 'true') throw new Error(reason);
  return skip(context, reason);
}

/** For a test that can tell nothing while the machine has as much to do as it has now: skips it, with the reason. */
export function inconclusive(context: Mocha.Context, reason: string): never {
  return skip(context, `the machine is too busy to tell: ${reason}`);
}

/** For a `before` hook or a test that needs a program from outside. */
export function needsCommand(context: Mocha.Context, command: string, packageName: string): void {
  if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0) return;
  lacks(context, `${command} is missing: install it with apt-get install ${packageName}`);
}

/**
 * For a `before` hook or a test that runs this package as another user, {@link NOBODY}. Only root can do that: others
 * skip it everywhere.
 */
export function needsAnotherUser(context: Mocha.Context): void {
  if (process.geteuid?.() !== 0) skip(context, 'only root can run a program as another user');
  isReadableByOthers ??= runsAsNobody();
  if (isReadableByOthers) return;
  lacks(context, `other users cannot read ${repoRoot}: move the checkout to where they can`);
}

let isReadableByOthers: boolean | undefined;

/** Whether another user can load this package from here: this Node, and every folder above both, are open to all. */
function runsAsNobody(): boolean {
  const program = `await import(${JSON.stringify(builtUrl('lib/index.js'))})`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    uid: NOBODY,
    gid: NOBODY,
    cwd: '/',
    stdio: 'ignore',
    // Another user may not write c8's files.
    env: { PATH: process.env.PATH },
  });
  return status === 0;
}
