import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutFor } from '../../layout/index.js';
import { needsCommand } from '../support/needs.js';
import { repoRoot } from '../support/repo-root.js';
import { camelCase } from '../support/vectors.js';

describe('the layout against a C++ compiler', () => {
  before(function () {
    needsCommand(this, 'g++', 'g++');
  });

  it('layoutFor() has the sizes and offsets of the same structs in C++, at 37 data sizes', () => {
    const fromCpp = runOffsetsProgram();
    assert.equal(fromCpp.length, 37);
    for (const expected of fromCpp) assert.deepEqual(layoutFor(expected.maxDataSize), expected);
  });
});

function runOffsetsProgram(): { maxDataSize: number }[] {
  const folder = mkdtempSync(join(tmpdir(), 'eshm-offsets-'));
  try {
    const program = join(folder, 'offsets');
    const source = join(repoRoot, 'test', 'layout', 'offsets.cpp');
    execFileSync('g++', ['-std=c++17', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
    return camelCase(JSON.parse(execFileSync(program, { encoding: 'utf8' })));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
