import { spawnSync } from 'node:child_process';
import { repoRoot } from './repo-root.js';
import { builtUrl } from './run-node.js';

/** A user who owns nothing: `nobody`. */
export const NOBODY = 65534;

/** Skips what follows, and says why. */
export function skip(context: Mocha.Context, reason: string): never {
  console.log(`    skipped, ${reason}`);
  return context.skip();
}

/**
 * For a `before` hook or a test that needs what anybody can provide: skips what follows where it is missing and says so,
 * or fails where nothing may be skipped (CI=true).
 */
function missing(context: Mocha.Context, reason: string): never {
  if (process.env.CI === 'true') throw new Error(reason);
  return skip(context, reason);
}

/**
 * For a test that can tell nothing on this machine as it is now: skips it with the reason, or fails it where nothing may
 * be skipped, because one that is skipped at every run proves nothing.
 */
export function inconclusive(context: Mocha.Context, reason: string): never {
  return missing(context, `the machine is too busy to tell: ${reason}`);
}

/** For a `before` hook or a test that needs a program from outside. */
export function needsCommand(context: Mocha.Context, command: string, packageName: string): void {
  if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0) return;
  missing(context, `${command} is missing: install it with apt-get install ${packageName}`);
}

/**
 * For a `before` hook or a test that runs this package as another user, {@link NOBODY}. Only root can do that: others
 * skip it everywhere.
 */
export function needsAnotherUser(context: Mocha.Context): void {
  if (process.geteuid?.() !== 0) skip(context, 'only root can run a program as another user');
  isReadableByOthers ??= runsAsNobody();
  if (isReadableByOthers) return;
  missing(context, `other users cannot read ${repoRoot}: move the checkout to where they can`);
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
