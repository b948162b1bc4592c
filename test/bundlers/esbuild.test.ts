/** A program that uses every public entry, in one file by esbuild with nothing set; `npm run test:bundlers` tries the others. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { Eshm } from '../../lib/index.js';
import { removeLeftovers, uniqueName } from '../support/channels.js';
import { repoRoot } from '../support/repo-root.js';
import { APP, METRICS_APP } from './app.js';

const run = promisify(execFile);

/** What esbuild's ES modules lack for CommonJS packages that load Node's own modules, as prom-client does. */
const REQUIRE = `import { createRequire } from 'node:module';const require = createRequire(import.meta.url);`;

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
    writeFileSync(join(folder, 'page.js'), METRICS_APP);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => removeLeftovers());

  const bundled = async (format: 'esm' | 'cjs', extension: string, program = 'app') => {
    const outfile = join(folder, `${program}.${extension}`);
    const { warnings } = await build({
      absWorkingDir: folder,
      entryPoints: [`${program}.js`],
      bundle: true,
      platform: 'node',
      format,
      outfile,
      // As for any CommonJS package in an ES module; eshm itself needs none.
      ...(format === 'esm' && program === 'page' && { banner: { js: REQUIRE } }),
      preserveSymlinks: true,
      logLevel: 'silent',
    });
    return { outfile, warnings: warnings.map(({ text }) => text) };
  };

  it("moved to where ffi-rs is not in reach: with shm 'auto' its master warns, and its time-out says why", async () => {
    const { outfile } = await bundled('esm', 'moved.mjs');
    const elsewhere = mkdtempSync(join(tmpdir(), 'eshm-moved-'));
    try {
      const moved = join(elsewhere, 'app.mjs');
      copyFileSync(outfile, moved);
      const name = uniqueName('moved');
      const { stderr } = await run(process.execPath, [moved, name, 'auto', '100'], {
        timeout: WATCHDOG_MS,
      }).then(
        () => assert.fail('it talked'),
        (error: { stderr: string }) => error,
      );
      const missing = `ffi-rs is not found from '${moved}'`;
      const [warning, error] = [/^.*EshmWarning: .*$/m, /^EshmError: .*$/m].map(
        (line) => line.exec(stderr)?.[0],
      );
      assert.match(
        `${warning}`,
        /\[ESHM_ONE_PLACE\] .* programs that look for the segment .* do not find it/,
      );
      assert.match(`${error}`, /Cannot connect .* within 100 ms; .*; nor can the segment .* be used/);
      for (const line of [warning, error]) assert.ok(line?.includes(missing), stderr);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  for (const [format, extension] of [
    ['esm', 'mjs'],
    ['cjs', 'cjs'],
  ] as const) {
    it(`with records, items, metrics, bridge and recording talks, as ${format}`, async () => {
      const { outfile, warnings } = await bundled(format, extension);
      assert.deepEqual(warnings, []);
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

    it(`with prom-client inside has the metrics of its endpoints, as ${format}`, async () => {
      const peers = ['prom-client', 'tdigest', 'bintrees', '@opentelemetry'];
      for (const peer of peers)
        symlinkSync(join(repoRoot, 'node_modules', peer), join(folder, 'node_modules', peer));
      const { outfile } = await bundled(format, extension, 'page');
      for (const peer of peers) rmSync(join(folder, 'node_modules', peer));
      const { stdout } = await run(process.execPath, [outfile, uniqueName('page')], { timeout: WATCHDOG_MS });
      const [first, second, third] = stdout.split('\n');
      assert.deepEqual([first, second], ['written', 'written']);
      assert.match(
        `${third}`,
        /prom-client is not installed, .*; in a bundle that has it inside, give it as the option client$/,
      );
    });
  }
});
