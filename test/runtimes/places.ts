import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPinned } from '../support/pinned.js';
import { repoRoot } from '../support/repo-root.js';

const run = promisify(execFile);

const SOURCE = join(repoRoot, 'test', 'runtimes');
const INSTALLED = join(repoRoot, 'build', 'runtimes');

/** What is handed on to others: npm, a coverage tool and a test runner have set variables of their own. */
export const env: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_V8_COVERAGE$|NODE_TEST_CONTEXT$|NODE_OPTIONS$)/.test(name),
  ),
);

/** Installs the runtimes and runners of test/runtimes/package.json, if they are not there yet. */
export async function installRuntimes(): Promise<void> {
  try {
    await installPinned(SOURCE, INSTALLED, env);
  } catch (error) {
    console.log(`The runtimes cannot be installed: ${String(error).split('\n', 1)[0]}`);
  }
}

/** A file of an installed package; `undefined` where it is not there. */
export function installed(path: string): string | undefined {
  const file = join(INSTALLED, 'node_modules', path);
  return existsSync(file) ? file : undefined;
}

/** The version of an installed package. */
export function versionOf(name: string): string {
  return JSON.parse(
    readFileSync(join(INSTALLED, 'node_modules', name, 'package.json'), 'utf8'),
  ).version.replace(/^v/, '');
}

/** An empty folder in which the package is installed from its tarball. */
export async function installPackage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'eshm-runtimes-'));
  // Without scripts: `prepack` would remove what is running here.
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: repoRoot, env });
  const [{ filename }] = JSON.parse(stdout);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, filename)];
  await run('npm', install, { cwd: folder, env });
  copyFileSync(join(SOURCE, 'side.mjs'), join(folder, 'side.mjs'));
  return folder;
}
