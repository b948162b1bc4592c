/**
 * `npm test`, `npm run test:unit`, `npm run test:peers`, `npm run test:long`: runs the tests, the files of one tier or of
 * all, several files side by side and then, one after the other, those that need the machine for themselves
 * ({@link runsAlone}). Arguments go to mocha (`npm test -- -g layoutFor`, `--jobs 1`), but for two: names of test files
 * (`npm test -- test/layout/key.test.ts`), which then are all that is run, and `--record-durations`, which writes down how
 * long each file took, for the order of the next runs. The last line of the output is `N passed, N failed, N skipped`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildPeers } from '../peers/build.js';
import { repoRoot } from '../support/repo-root.js';
import { isLong } from '../support/sizes.js';
import { runsAlone, type Tier, testFiles, tierOf } from '../tiers/tiers.js';
import { longestFirst, writeDurations } from './durations.js';
import { RESULTS_FILE, type Results } from './results.js';
import { noResults, printSummary, together } from './summary.js';

/** Longest a test may take where it does everything in full, in ms. */
const LONG_TIMEOUT_MS = 1_800_000;

const WANTED = ['all', 'unit', 'peers'] as const;

const [wanted, ...rest] = process.argv.slice(2);
if (wanted !== 'all' && wanted !== 'unit' && wanted !== 'peers') {
  throw new Error(`Cannot run tests: there is no tier '${wanted}', expected one of ${WANTED.join(', ')}`);
}
const records = rest.includes('--record-durations');
const named = rest.filter((word) => /\.test\.[jt]s$/.test(word)).map(builtFile);
for (const file of named) {
  if (!existsSync(file)) {
    process.stderr.write(
      `Cannot run tests: there is no ${file}, expected the name of a test file as it lies in the repository\n`,
    );
    process.exit(2);
  }
}
const forMocha = rest.filter((word) => word !== '--record-durations' && !/\.test\.[jt]s$/.test(word));

const started = performance.now();
const files = (named.length > 0 ? named : testFiles()).filter((file) => isOf(file, wanted));
const beside = longestFirst(files.filter((file) => !runsAlone(file)));
const alone = files.filter((file) => runsAlone(file));
// More than there are cores: many tests wait for most of their time, which costs none. Where coverage is measured they do
// not, and more side by side is no quicker.
const jobs = process.env.CI === 'true' ? availableParallelism() + 1 : 3 * availableParallelism();
// Unit tests have no processes, and those of mocha would be some.
const sideBySide =
  wanted === 'unit' ? {} : { parallel: true, jobs, require: join(repoRoot, 'dist/test/lanes/in-worker.js') };
// Else the files that begin at one moment would each compile them. Why that fails is for the tests to say.
if (beside.length > 1 && beside.some((file) => tierOf(file) === 'peers')) {
  await buildPeers({ library: 'plain' }).catch(() => {});
}
const runs = [
  beside.length > 0 ? await mocha(beside, sideBySide) : noResults(),
  alone.length > 0 ? await mocha(alone) : noResults(),
];
const results = together(runs);
if (records) writeDurations(results.durationsMs);
printSummary(results, performance.now() - started);
process.exitCode = results.failures.length > 0 || results.passed + results.skipped.length === 0 ? 1 : 0;

/** Runs mocha on some files and gives what came of it. */
async function mocha(spec: readonly string[], options: object = {}): Promise<Results> {
  const folder = mkdtempSync(join(tmpdir(), 'eshm-tests-'));
  try {
    const config = {
      ...JSON.parse(readFileSync(join(repoRoot, '.mocharc.json'), 'utf8')),
      ...(wanted === 'unit' && { require: join(repoRoot, 'dist/test/tiers/alone.js') }),
      ...(isLong && { timeout: LONG_TIMEOUT_MS }),
      ...options,
      spec,
      reporter: join(repoRoot, 'dist/test/lanes/reporter.js'),
    };
    writeFileSync(join(folder, 'mocharc.json'), JSON.stringify(config));
    const program = join(repoRoot, 'node_modules/mocha/bin/mocha.js');
    const args = [program, '--config', join(folder, 'mocharc.json'), ...forMocha];
    // Node reads a file of certificates at each start, which takes twice as long as the start; no test goes to the network.
    const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
    const env = { ...rest, ESHM_TEST_RESULTS: folder };
    const child = spawn(process.execPath, args, { stdio: 'inherit', env });
    // Mocha passes SIGINT on, to its workers too; a terminal sends it to all of them itself.
    const stop = () => child.kill('SIGINT');
    process.on('SIGTERM', stop).on('SIGINT', stop);
    const [code, signal] = await once(child, 'exit');
    process.off('SIGTERM', stop).off('SIGINT', stop);
    const file = join(folder, RESULTS_FILE);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    return noResults(`mocha ended without a result: ${signal ?? `code ${code}`}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOf(file: string, tier: Tier | 'all'): boolean {
  return tier === 'all' || tierOf(file) === tier;
}

/** The compiled file of a test that is named by its source, or by the compiled file itself. */
function builtFile(word: string): string {
  const source = resolve(word);
  if (source.endsWith('.js')) return source;
  return join(repoRoot, 'dist', source.slice(repoRoot.length).replace(/\.ts$/, '.js'));
}
