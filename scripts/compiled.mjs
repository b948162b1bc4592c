// Compiles sources and tests into dist/ where one of them is newer than what was compiled last.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['bench', 'docs', 'layout', 'lib', 'syscalls', 'test'];
const COMPILED = 'dist/test/peers/demo.js';

function isNewer(path) {
  return statSync(path).mtimeMs > compiledAtMs;
}

const compiledAtMs = statSync(COMPILED, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sources = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name)),
);
if (sources.some(isNewer)) {
  const { status } = spawnSync('npm', ['run', 'build:test', '--silent'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
