import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repoRoot } from '../support/repo-root.js';

/** Files of another checkout, and when each was changed last, in s. */
const COMPILED = 'dist/test/peers/demo.js';
const COMPILED_AT_S = 1_000_000;

describe('scripts/compiled.mjs', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eshm-compiled-'));
    for (const name of ['bench', 'docs', 'layout', 'lib', 'scripts', 'syscalls', 'test'])
      mkdirSync(join(folder, name));
    write('package.json', JSON.stringify({ scripts: { 'build:test': 'echo built > built' } }));
    write(COMPILED, '', COMPILED_AT_S);
    write('lib/index.ts', '', COMPILED_AT_S - 1);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(name: string, text: string, changedAtS?: number): void {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (changedAtS !== undefined) utimesSync(path, changedAtS, changedAtS);
  }

  /** Runs it there: its exit code, and whether it has compiled. */
  function run(): [code: number | null, hasCompiled: boolean] {
    const args = [join(repoRoot, 'scripts/compiled.mjs'), COMPILED, 'build:test'];
    const { status } = spawnSync(process.execPath, args, { cwd: folder });
    return [status, existsSync(join(folder, 'built'))];
  }

  it('compiles nothing where nothing has changed, whatever the dependencies of the documents have', () => {
    write('docs/tools/node_modules/one/index.ts', '', COMPILED_AT_S + 1);
    write('lib/notes.md', '', COMPILED_AT_S + 1);
    assert.deepEqual(run(), [0, false]);
  });

  for (const changed of [
    'layout/key.ts',
    'lib/cli/commands/send.ts',
    'lib/cli/view/page/page.css',
    'scripts/worker.mjs',
    'test/peers/demo.ts',
  ]) {
    it(`compiles where ${changed} has changed since`, () => {
      write(changed, '', COMPILED_AT_S + 1);
      assert.deepEqual(run(), [0, true]);
    });
  }

  it('compiles where nothing was compiled yet', () => {
    rmSync(join(folder, 'dist'), { recursive: true });
    assert.deepEqual(run(), [0, true]);
  });

  it('is what the package is prepared by, which the first npx eshm in a checkout does again beside what runs there', () => {
    const { scripts } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'));
    const [, file, script] = /^node scripts\/compiled\.mjs (\S+) (\S+)$/.exec(scripts.prepare)!;
    assert.match(scripts[script!], / && node scripts\/command\.mjs && node scripts\/executable\.mjs$/);
    assert.ok(existsSync(join(repoRoot, file!)), 'the last file that the build writes');
    for (const name of ['peer', 'peers:folder', 'peers:noisy']) {
      assert.match(scripts[name], new RegExp(`^node scripts/compiled\\.mjs ${COMPILED} build:test && node `));
    }
  });

  it('keeps what is compiled where only the tests are wanted: what runs in another terminal is not taken away', () => {
    const { scripts } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'));
    const [, file] = /^node scripts\/compiled\.mjs (\S+) build && tsc /.exec(scripts['build:test'])!;
    assert.match(scripts.prepare, new RegExp(` ${file} build$`));
    assert.doesNotMatch(scripts['build:test'], /rmSync/);
  });

  it('fails where the compiler does, so that nothing runs behind it', () => {
    write('package.json', JSON.stringify({ scripts: { 'build:test': 'exit 3' } }));
    write('lib/index.ts', '', COMPILED_AT_S + 1);
    assert.deepEqual(run(), [3, false]);
  });
});
