/*
 * Makes the page of `eshm view` as it is served: `lib/cli/view/page/main.ts` and what it imports, uPlot among it, as one
 * readable module, and beside it the files that are sent as they are. A part of `npm run build`; `npm run typecheck` checks
 * its types.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const from = join(root, 'lib/cli/view/page');
const to = join(root, 'dist/lib/cli/view/page');
const uplot = dirname(dirname(createRequire(import.meta.url).resolve('uplot')));

mkdirSync(to, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['lib/cli/view/page/main.ts'],
  outfile: join(to, 'main.js'),
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  legalComments: 'inline',
});
for (const file of ['index.html', 'page.css', 'icon.svg']) copyFileSync(join(from, file), join(to, file));
copyFileSync(join(uplot, 'dist/uPlot.min.css'), join(to, 'uplot.css'));
copyFileSync(join(uplot, 'LICENSE'), join(to, 'uplot.LICENSE'));
