/**
 * `npm run test:bundlers`: packs the package as npm would publish it, installs the tarball into an empty folder, bundles a
 * program there with every bundler and format, and runs each bundle as a slave of a C++ master, with messages both ways;
 * then moves it to a folder without node_modules, where it must say what it misses.
 *
 * The bundlers are those of test/bundlers/package.json, installed into build/bundlers/. One line for each bundle; what
 * is not installed is skipped with a line. Arguments choose: `npm run test:bundlers -- esbuild webpack`.
 */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { buildPeers } from '../peers/build.js';
import { cleanUp } from '../peers/helpers.js';
import { PeerProcess } from '../peers/peer-process.js';
import { uniqueName } from '../support/channels.js';
import { installPinned } from '../support/pinned.js';
import { repoRoot } from '../support/repo-root.js';
import { APP } from './app.js';

const run = promisify(execFile);

const BUNDLERS = ['esbuild', 'rollup', 'vite', 'webpack', 'tsup'] as const;
const FORMATS = ['esm', 'cjs'] as const;

type Bundler = (typeof BUNDLERS)[number];
type Format = (typeof FORMATS)[number];

/** Longest a program may take, in ms. */
const WATCHDOG_MS = 120_000;

/** What this process hands on to others: npm and a coverage tool have set variables of their own. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_V8_COVERAGE$)/.test(name)),
);

/** Where the bundlers are, installed if they are not there yet. */
async function installBundlers(): Promise<string> {
  const [source, folder] = [join(repoRoot, 'test', 'bundlers'), join(repoRoot, 'build', 'bundlers')];
  try {
    await installPinned(source, folder, env);
  } catch (error) {
    console.log(`bundlers cannot be installed: ${String(error).split('\n', 1)[0]}`);
  }
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(source, 'bundle.mjs'), join(folder, 'bundle.mjs'));
  return folder;
}

/** An empty folder with the tarball installed and the program in it. */
async function installPackage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'eshm-bundlers-'));
  // Without scripts: `prepack` would remove what is running here.
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: repoRoot, env });
  const [{ filename }] = JSON.parse(stdout);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, filename)], { cwd: folder, env });
  for (const file of ['app.ts', 'app.js']) writeFileSync(join(folder, file), APP);
  return folder;
}

/** The version of an installed bundler. */
function versionOf(bundlers: string, name: Bundler): string | undefined {
  const file = join(bundlers, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

/** A C++ master and the bundle as its slave: a message each way. */
async function talk(bundle: string): Promise<void> {
  const name = uniqueName('bundlers');
  const master = PeerProcess.start(await buildPeers());
  try {
    await master.open('master', name);
    const slave = run(process.execPath, [bundle, name], { env, timeout: WATCHDOG_MS });
    const answer = exchange(master);
    const [{ stdout }, text] = await Promise.all([slave, answer]);
    if (stdout !== 'talked\n' || text !== 'pong to ping') throw new Error(`printed ${stdout}, sent ${text}`);
  } finally {
    await cleanUp();
  }
}

/** Writes until there is an answer: what was written before the slave came is not new to it. */
async function exchange(master: PeerProcess): Promise<string> {
  const deadline = performance.now() + WATCHDOG_MS;
  while (performance.now() < deadline) {
    await master.write(Buffer.from('ping'));
    const answer = await master.ask('read 100');
    if (answer.startsWith('data ')) return Buffer.from(answer.slice(5), 'hex').toString();
  }
  throw new Error('the master had no answer');
}

/**
 * The same file where no node_modules is in reach, for memory that needs ffi-rs: one line that says so, at once. Those of the package's own folder are
 * away meanwhile, as on another machine, because webpack writes the path of that folder into the bundle.
 */
async function move(folder: string, bundle: string): Promise<void> {
  const elsewhere = mkdtempSync(join(tmpdir(), 'eshm-moved-'));
  const [modules, away] = [join(folder, 'node_modules'), join(folder, 'away')];
  renameSync(modules, away);
  try {
    const moved = join(elsewhere, basename(bundle));
    copyFileSync(bundle, moved);
    const { stderr } = await run(process.execPath, [moved, 'nobody', 'system-v'], {
      env,
      timeout: WATCHDOG_MS,
    }).then(
      () => ({ stderr: 'it worked' }),
      (error: { stderr: string }) => error,
    );
    const expected = `ffi-rs is not found from '${moved}'`;
    if (!stderr.includes(expected) || !stderr.includes('bundle')) {
      throw new Error(`moved: it said ${stderr.trim()}, expected ${expected}`);
    }
  } finally {
    renameSync(away, modules);
    rmSync(elsewhere, { recursive: true });
  }
}

/** Bundles, runs, moves; what there is to say. */
async function test(
  bundlers: string,
  folder: string,
  bundler: Bundler,
  format: Format,
): Promise<string | undefined> {
  try {
    rmSync(join(folder, 'out'), { recursive: true, force: true });
    await run(process.execPath, [join(bundlers, 'bundle.mjs'), bundler, format, folder], {
      env,
      timeout: WATCHDOG_MS,
    });
    const bundle = join(folder, 'out', format === 'esm' ? 'app.mjs' : 'app.cjs');
    await talk(bundle);
    await move(folder, bundle);
    return undefined;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    return `${message}\n${stdout}${stderr}`.trim();
  }
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const bundlers = await installBundlers();
  const folder = await installPackage();
  try {
    for (const bundler of BUNDLERS.filter((name) => wanted.length === 0 || wanted.includes(name))) {
      const version = versionOf(bundlers, bundler);
      if (version === undefined) {
        console.log(`${bundler}: skipped, it is not installed`);
        continue;
      }
      for (const format of FORMATS) {
        const fault = await test(bundlers, folder, bundler, format);
        console.log(
          `${bundler} ${version} ${format}: ${fault === undefined ? 'talks, and says what it misses where it is moved' : `FAILED: ${fault}`}`,
        );
        if (fault !== undefined) process.exitCode = 1;
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
