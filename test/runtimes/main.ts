/**
 * `npm run test:runtimes`: the package, installed from its tarball into an empty folder, under every runtime as master and
 * as slave of a C++ peer, in every test runner with the hook of docs/testing.md, and under permission flags. The runtimes
 * and runners are those of test/runtimes/package.json, from npm, installed into build/runtimes/; what is not there is
 * skipped with a line.
 *
 * Prints tables; `npm run test:runtimes -- --write` puts them into docs/runtimes.md. Other arguments choose among the
 * tables: `npm run test:runtimes -- runners`. The bundlers have a program of their own, `npm run test:bundlers`.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../support/repo-root.js';
import { OPEN_PROGRAM, permissions, tryPermission } from './permissions.js';
import { env, installed, installPackage, installRuntimes, versionOf } from './places.js';
import { RUNNERS, tryRunner } from './runners.js';
import { runtimes, talk } from './runtimes.js';

const PAGE = join(repoRoot, 'docs/runtimes.md');

/** `works`, `skipped`, or why it does not; the last makes the whole run fail. */
async function cell(
  what: string,
  isThere: boolean,
  act: () => Promise<void>,
  well = 'works',
): Promise<string> {
  if (!isThere) {
    console.error(`${what}: skipped, it is not installed`);
    return 'skipped';
  }
  try {
    await act();
    console.error(`${what}: ${well}`);
    return well;
  } catch (error) {
    console.error(`${what}: FAILED: ${(error as Error).message}`);
    process.exitCode = 1;
    return 'fails';
  }
}

function table(title: readonly string[], rows: readonly (readonly string[])[]): string {
  return [title, title.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

async function runtimeTable(folder: string): Promise<string> {
  const rows: string[][] = [];
  for (const { title, words } of runtimes()) {
    const row = [title];
    for (const role of ['master', 'slave'] as const) {
      const act = () => talk(folder, { title, words: words! }, role);
      row.push(await cell(`${title} as ${role}`, words !== undefined, act));
    }
    rows.push(row);
  }
  return table(['runtime', 'master, C++ slave', 'slave, C++ master'], rows);
}

async function runnerTable(folder: string): Promise<string> {
  const rows: string[][] = [];
  for (const runner of RUNNERS) {
    const { title, needs, node } = runner;
    const isThere = [needs, node].every((file) => file === undefined || installed(file) !== undefined);
    const act = () => tryRunner(folder, runner);
    const version = isThere && needs !== undefined ? versionOf(needs.split('/')[0]!) : '';
    const under = node === undefined ? process.versions.node : isThere ? versionOf(node.split('/')[0]!) : '';
    rows.push([title, version, under, await cell(title, isThere, act, 'works, leaks are told')]);
  }
  return table(['runner', 'version', 'under Node', ''], rows);
}

async function permissionTable(folder: string): Promise<string> {
  writeFileSync(join(folder, OPEN_PROGRAM[0]), OPEN_PROGRAM[1]);
  const rows: string[][] = [];
  for (const permission of permissions()) {
    const well =
      permission.says === undefined ? 'works' : `ESHM_UNSUPPORTED at once, with \`${permission.says}\``;
    const act = () => tryPermission(folder, permission);
    rows.push([
      `\`${permission.title}\``,
      await cell(permission.title, permission.words !== undefined, act, well),
    ]);
  }
  return table(['flags', '`Eshm.open`'], rows);
}

const TABLES = { runtimes: runtimeTable, runners: runnerTable, permissions: permissionTable } as const;

const words = process.argv.slice(2);
const wanted = words.filter((word) => word !== '--write');
await installRuntimes();
// npm and this program's own children alike.
process.env = env;
const folder = await installPackage();
let page = readFileSync(PAGE, 'utf8');
try {
  for (const [name, make] of Object.entries(TABLES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const text = await make(folder);
    console.log(`\n${text}`);
    page = page.replace(
      new RegExp(`(<!-- ${name} -->\\n)(?:(?!<!-- end -->).)*(<!-- end -->)`, 's'),
      (_, begin, end) => `${begin}${text}\n${end}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (words.includes('--write') && process.exitCode === undefined) writeFileSync(PAGE, page);
