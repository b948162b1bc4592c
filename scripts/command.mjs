/*
 * Makes `dist/lib/command/eshm.js`, the command as it is installed, of `dist/lib/cli/main.js` and what it imports, as tsc
 * has compiled them: the same modules in a few large files, because to find and read two hundred small ones takes longer
 * than most subcommands need. What a subcommand loads is still its own. Packages stay outside. A part of `npm run build`.
 *
 *   node scripts/command.mjs [--source-maps]
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { FEW_FILES } from './few-files.mjs';

// As deep as what it is made of: see lib/cli/places.ts.
const outdir = fileURLToPath(new URL('../dist/lib/command', import.meta.url));

rmSync(outdir, { recursive: true, force: true });
const { warnings } = await build({
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  entryPoints: { eshm: 'dist/lib/cli/main.js' },
  outdir,
  chunkNames: '[name]-[hash]',
  ...FEW_FILES,
  sourcemap: process.argv.includes('--source-maps') && 'linked',
});
// One of them is that a module is left out which package.json does not list under `sideEffects`.
if (warnings.length > 0) process.exitCode = 1;
