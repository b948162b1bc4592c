/** A program that uses every public entry, in one file by esbuild with nothing set; `npm run test:bundlers` tries the others. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { Eshm } from '../../lib/index.js';
import { removeLeftovers, uniqueName } from '../support/channels.js';
import { repoRoot } from '../support/repo-root.js';
import { APP } from './app.js';

const run = promisify(execFile);

/** Longest the program may take, in ms. */
const WATCHDOG_MS = 120_000;

describe('a bundle by esbuild', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'eshm-esbuild-'));
    mkdirSync(join(folder, 'node_modules'));
    // What an installation has, and not what this checkout has beside it.
    for (const name of ['ffi-rs', 'typed-struct']) {
      symlinkSync(join(repoRoot, 'node_modules', name), join(folder, 'node_modules', name));
    }
    symlinkSync(repoRoot, join(folder, 'node_modules/eshm'));
    writeFileSync(join(folder, 'app.js'), APP);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => removeLeftovers());

  for (const [format, extension] of [
    ['esm', 'mjs'],
    ['cjs', 'cjs'],
  ] as const) {
    it(`with records, items, metrics, bridge and recording talks, as ${format}`, async () => {
      const outfile = join(folder, `app.${extension}`);
      const { warnings } = await build({
        absWorkingDir: folder,
        entryPoints: ['app.js'],
        bundle: true,
        platform: 'node',
        format,
        outfile,
        preserveSymlinks: true,
        logLevel: 'silent',
      });
      assert.deepEqual(
        warnings.map(({ text }) => text),
        [],
      );
      const name = uniqueName('bundle');
      using master = Eshm.open(name, { role: 'master', staleThresholdMs: 10_000 });
      const failed = new AbortController();
      const wait = { timeoutMs: WATCHDOG_MS, signal: failed.signal };
      const running = run(process.execPath, [outfile, name], { timeout: WATCHDOG_MS });
      running.catch((error) => failed.abort(error));
      await master.send('ping', { ...wait, resendMs: 20 });
      assert.equal(`${await master.read(wait)}`, 'pong to ping');
      assert.equal((await running).stdout, 'talked\n');
    });
  }
});
