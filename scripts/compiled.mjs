// `node scripts/compiled.mjs FILE SCRIPT`: runs an npm script where a source is newer than FILE, the last that it writes.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['bench', 'docs', 'layout', 'lib', 'scripts', 'syscalls', 'test'];

const [, , compiled, script] = process.argv;

function isNewer(path) {
  return statSync(path).mtimeMs > compiledAtMs;
}

const compiledAtMs = statSync(compiled, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sources = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => /\.(ts|mjs|css|html)$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name)),
);
if (sources.some(isNewer)) {
  if (process.stderr.isTTY)
    process.stderr.write(
      'Compiling what has changed: some seconds, in which nothing of this checkout can be started\n',
    );
  const { status } = spawnSync('npm', ['run', script, '--silent'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
