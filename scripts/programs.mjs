/*
 * Makes of the modules that the tests' own processes load, as tsc has compiled them, the same in a few large files: to
 * find and read 200 small ones takes three times as long as bare Node, and the tests start some hundred such processes. The
 * programs are replaced where they are; entries of the library, which other tests import as modules, are in `dist/bundled`
 * beside what all of them share. What this makes is not published. A part of `npm run build:test`.
 *
 * With ESHM_BUNDLED=no it makes nothing, and all is as tsc has just written it: where coverage is measured, because a bundle
 * counts lines of its modules as covered that never ran.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { FEW_FILES } from './few-files.mjs';

/** What is started by its path, and imported by nobody. */
const PROGRAMS = [
  'test/acknowledgements/reader',
  'test/acknowledgements/writer',
  'test/chaos/traffic',
  'test/fuzz/hostile',
  'test/lib/async/child',
  'test/lib/metrics/reporter',
  'test/peers/typescript/peer',
  'test/soak/soak',
  'test/torture/record-reader',
  'test/torture/record-writer',
];

/** What `builtUrl` of `test/support/run-node.ts` and others give to the code of a child. */
const ENTRIES = [
  'layout/index',
  'lib/heartbeat/index',
  'lib/index',
  'lib/record/index',
  'syscalls/index',
  'test/support/blocking',
  'test/support/channels',
  'test/support/thrown',
];

const root = fileURLToPath(new URL('..', import.meta.url));

rmSync(`${root}/dist/bundled`, { recursive: true, force: true });
if (process.env.ESHM_BUNDLED !== 'no') await bundle();

async function bundle() {
  const { warnings } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([
      ...PROGRAMS.map((module) => [module, `dist/${module}.js`]),
      ...ENTRIES.map((module) => [`bundled/${module}`, `dist/${module}.js`]),
    ]),
    outdir: 'dist',
    allowOverwrite: true,
    chunkNames: 'bundled/[name]-[hash]',
    ...FEW_FILES,
    sourcemap: 'linked',
  });
  if (warnings.length > 0) process.exitCode = 1;
}
