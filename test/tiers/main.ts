/**
 * `npm run test:unit`, `npm run test:peers`: runs one tier of the tests. Arguments go to mocha:
 * `npm run test:unit -- -g layoutFor`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../support/repo-root.js';
import { type Tier, testFiles, tierOf } from './tiers.js';

interface MochaConfig {
  readonly 'node-option': readonly string[];
  readonly timeout: number;
  readonly 'forbid-only': boolean;
}

const [wanted, ...others] = process.argv.slice(2);
if (wanted !== 'unit' && wanted !== 'peers') {
  throw new Error(`Cannot run tests: there is no tier '${wanted}', expected 'unit' or 'peers'`);
}
const tier: Tier = wanted;

// Its list of files is that of all tests, and mocha would add them.
const config: MochaConfig = JSON.parse(readFileSync(join(repoRoot, '.mocharc.json'), 'utf8'));
const flags = [
  '--no-config',
  ...config['node-option'].flatMap((option) => ['--node-option', option]),
  `--timeout=${config.timeout}`,
  ...(config['forbid-only'] ? ['--forbid-only'] : []),
  ...(tier === 'unit' ? ['--require', join(repoRoot, 'dist/test/tiers/alone.js')] : []),
];
const files = testFiles().filter((file) => tierOf(file) === tier);
const mocha = join(repoRoot, 'node_modules/mocha/bin/mocha.js');
const { status } = spawnSync(process.execPath, [mocha, ...flags, ...files, ...others], { stdio: 'inherit' });
process.exitCode = status ?? 1;
