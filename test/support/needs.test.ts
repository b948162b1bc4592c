/** What tests do where something they need is missing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skip } from './needs.js';
import { repoRoot } from './repo-root.js';

/** A file with one test that acts as another user. */
const WITH_ANOTHER_USER = 'dist/test/syscalls/calls.test.js';

describe('a checkout that other users cannot read', () => {
  let folder: string;

  before(function () {
    if (process.geteuid?.() !== 0) skip(this, 'only root can run a program as another user');
    folder = mkdtempSync(join(tmpdir(), 'eshm-needs-')); // mode 700
    for (const part of ['package.json', 'dist']) {
      cpSync(join(repoRoot, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(repoRoot, 'node_modules'), join(folder, 'node_modules'));
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const runThere = (ci: string) =>
    spawnSync(
      process.execPath,
      ['node_modules/mocha/bin/mocha.js', '--no-config', '--timeout', '60000', WITH_ANOTHER_USER],
      { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, CI: ci } },
    );

  it('has its tests that act as another user skipped, with the reason', () => {
    const { status, stdout, stderr } = runThere('');
    assert.equal(status, 0, stdout + stderr);
    assert.ok(stdout.includes(`skipped because other users cannot read ${folder}`), stdout);
    assert.match(stdout, /1 pending/);
  });

  it('fails them where nothing may be skipped', () => {
    const { status, stdout } = runThere('true');
    assert.equal(status, 1);
    assert.match(stdout, /1 failing[\s\S]*EACCES for another user:\s+Error: other users cannot read/);
  });
});
