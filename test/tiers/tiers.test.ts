/** Which tests start processes, and which must not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { repoRoot } from '../support/repo-root.js';
import { BEYOND_UNIT, testFiles, tierOf } from './tiers.js';

const built = (file: string) => join(repoRoot, 'dist', file);

describe('the tiers of the tests', () => {
  it('every test file is in one of them', () => {
    const tiers = testFiles().map(tierOf);
    assert.ok(tiers.filter((tier) => tier === 'unit').length > 20);
    assert.ok(tiers.filter((tier) => tier === 'peers').length > 20);
  });

  it('every module that makes a test one of peers is there', () => {
    assert.deepEqual(
      [...BEYOND_UNIT].filter((module) => isAbsolute(module) && !existsSync(module)),
      [],
    );
  });

  for (const [file, tier, why] of [
    ['test/layout/key.test.js', 'unit', 'imports nothing that starts anything'],
    ['test/lib/options.test.js', 'unit', 'imports sources that could'],
    ['test/lib/heartbeat/pulse.test.js', 'unit', 'runs the code of a thread, and no thread'],
    ['test/tiers/tiers.test.js', 'peers', 'imports node:child_process'],
    ['test/lib/endpoint/endpoint.test.js', 'peers', 'opens endpoints, whose heart is a thread'],
    ['test/interop/interop.test.js', 'peers', 'imports a helper that starts processes'],
  ] as const) {
    it(`${file} is one of ${tier}: it ${why}`, () => assert.equal(tierOf(built(file)), tier));
  }

  for (const [what, code] of [
    ['process', "import { spawn } from 'node:child_process'; spawn('true')"],
    ['process', "const { execFileSync } = await import('node:child_process'); execFileSync('true')"],
    ['thread', "import { Worker } from 'node:worker_threads'; new Worker('0', { eval: true })"],
    [
      'thread',
      `import { Eshm } from '${built('lib/index.js')}'; Eshm.open('test-tiers', { role: 'master' }).close()`,
    ],
  ] as const) {
    it(`a unit test that starts a ${what} fails: ${code.slice(0, 40)}...`, () => {
      const flags = ['--import', built('test/tiers/alone.js'), '--input-type=module', '--eval', code];
      const { status, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
      assert.notEqual(status, 0);
      assert.match(stderr, new RegExp(`Cannot start a ${what}: this is a unit test`));
    });
  }

  it('a tier that there is not is refused', () => {
    const { status, stderr } = spawnSync(process.execPath, [built('test/lanes/main.js'), 'quick'], {
      encoding: 'utf8',
    });
    assert.notEqual(status, 0);
    assert.match(stderr, /there is no tier 'quick', expected one of all, unit, peers/);
  });
});
