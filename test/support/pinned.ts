import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Installs the packages of `source`/package.json into `folder`, if they are not there yet. They are in the versions that it
 * names, and what these bring with them is as it was on the day of its `before`: the same everywhere, without a lock file.
 *
 * @throws what npm says
 */
export async function installPinned(source: string, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const manifest = readFileSync(join(source, 'package.json'), 'utf8');
  const stamp = join(folder, 'installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return;
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(source, 'package.json'), join(folder, 'package.json'));
  const { before } = JSON.parse(manifest) as { before: string };
  const flags = ['--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', `--before=${before}`, ...flags], { cwd: folder, env });
  writeFileSync(stamp, manifest);
}
