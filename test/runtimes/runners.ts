import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { uniqueName } from '../support/channels.js';
import { repoRoot } from '../support/repo-root.js';
import { env, installed } from './places.js';

const run = promisify(execFile);

/** A way to run tests: the recipe of docs/testing.md that it uses, its files, and its command line. */
export interface Runner {
  readonly title: string;
  /** The runner's file; of `node:test`, which comes with Node, there is none. */
  readonly needs?: string;
  /** The binary that runs it; this Node where there is none. */
  readonly node?: string;
  readonly recipe: 'mocha' | 'vitest' | 'jest' | 'node:test';
  /** How the test file gets the package and the runner's functions. */
  readonly head: string;
  readonly file: string;
  readonly config?: readonly [file: string, text: string];
  readonly args: readonly string[];
}

const IMPORT = "import { Eshm } from 'eshm';";

const vitest = (pool: string): Runner => ({
  title: `vitest, pool ${pool}`,
  needs: 'vitest/vitest.mjs',
  // Vitest 5 does not run under Node 20.
  node: 'node-24/bin/node',
  recipe: 'vitest',
  head: `${IMPORT}\nimport { it } from 'vitest';`,
  file: 'a.test.mjs',
  config: [
    'vitest.config.mjs',
    `export default { test: { pool: '${pool}', setupFiles: ['./hooks.mjs'], include: ['a.test.mjs'] } };`,
  ],
  args: ['vitest/vitest.mjs', 'run'],
});

const jest = (title: string, file: string, head: string, node?: string): Runner => ({
  title,
  needs: 'jest/bin/jest.js',
  ...(node === undefined ? {} : { node }),
  recipe: 'jest',
  head,
  file,
  config: [
    'jest.config.json',
    JSON.stringify({ testMatch: [`**/${file}`], setupFilesAfterEnv: ['./hooks.mjs'], transform: {} }),
  ],
  args: ['--experimental-vm-modules', 'jest/bin/jest.js', '--config', 'jest.config.json'],
});

/** Every runner of the table. */
export const RUNNERS: readonly Runner[] = [
  {
    title: 'mocha',
    needs: 'mocha/bin/mocha.js',
    recipe: 'mocha',
    head: IMPORT,
    file: 'a.test.mjs',
    args: ['mocha/bin/mocha.js', '--require', './hooks.mjs', 'a.test.mjs'],
  },
  ...['forks', 'threads', 'vmForks', 'vmThreads'].map(vitest),
  jest('jest, ES modules, --experimental-vm-modules', 'a.test.mjs', IMPORT),
  jest(
    "jest, CommonJS with await import('eshm'), --experimental-vm-modules",
    'a.test.cjs',
    "let Eshm; beforeAll(async () => { ({ Eshm } = await import('eshm')); });",
  ),
  jest(
    "jest, CommonJS with require('eshm'), --experimental-vm-modules, Node 24.9 or later",
    'a.test.cjs',
    "const { Eshm } = require('eshm');",
    'node-26/bin/node',
  ),
  {
    title: 'node:test',
    recipe: 'node:test',
    head: `${IMPORT}\nimport { it } from 'node:test';`,
    file: 'a.test.mjs',
    args: ['--import', './hooks.mjs', '--test', 'a.test.mjs'],
  },
];

/** A master and a slave that talk; one that forgets what it opened. */
const TALKS = (name: string) => `
it('talks', async () => {
  const master = Eshm.open('${name}', { role: 'master' });
  const slave = Eshm.open('${name}', { role: 'slave' });
  master.write('ping');
  if (String(await slave.read()) !== 'ping') throw new Error('no ping');
  slave.write(new Uint8Array([112, 111, 110, 103]));
  if (String(master.readSync()) !== 'pong') throw new Error('no pong');
  slave.close();
  master.close();
});
`;
const FORGETS = (name: string) => `
it('forgets', () => {
  Eshm.open('${name}', { role: 'master' });
});
`;

/** The hook of docs/testing.md for a runner. */
function recipeOf(runner: string): string {
  const text = readFileSync(join(repoRoot, 'docs/testing.md'), 'utf8');
  return new RegExp(`<!-- recipe: ${runner} -->\n\`\`\`js\n(.*?)\`\`\``, 's').exec(text)![1]!;
}

/** Runs a test that talks, which must pass, and one that forgets an endpoint, which must fail and say where. */
export async function tryRunner(folder: string, runner: Runner): Promise<void> {
  const place = join(folder, 'runner');
  mkdirSync(place);
  try {
    writeFileSync(join(place, 'hooks.mjs'), recipeOf(runner.recipe));
    if (runner.config !== undefined) writeFileSync(join(place, runner.config[0]), runner.config[1]);
    const name = uniqueName('runner');
    const file = join(place, runner.file);
    writeFileSync(file, `${runner.head}\n${TALKS(name)}`);
    const passed = await start(runner, place);
    if (passed.code !== 0) throw new Error(`a test that talks failed: ${passed.output}`);
    writeFileSync(file, `${runner.head}\n${FORGETS(name)}`);
    const failed = await start(runner, place);
    const line = `${runner.head}\n${FORGETS(name)}`.split('\n').findIndex((one) => one.includes('open(')) + 1;
    const where = new RegExp(`'${name}' \\(master\\), opened at .*${runner.file}:${line}:`);
    if (failed.code === 0 || !where.test(failed.output)) {
      throw new Error(`a leak was not told: code ${failed.code}, ${failed.output}`);
    }
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function start({ node, args }: Runner, cwd: string): Promise<{ code: number; output: string }> {
  const words = args.map((word) => (/\.m?js$/.test(word) ? (installed(word) ?? word) : word));
  const binary = node === undefined ? process.execPath : installed(node)!;
  const options = { cwd, env: { ...env, NO_COLOR: '1', FORCE_COLOR: '0' }, timeout: 120_000 };
  try {
    const { stdout, stderr } = await run(binary, words, options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: typeof code === 'number' ? code : 1, output: stdout + stderr };
  }
}
