/*
 * Makes the text of the heartbeat worker: `lib/heartbeat/worker.ts` and what it imports, as one CommonJS script without
 * a file beside it, and `dist/lib/heartbeat/worker-code.js`, the module that exports it. A part of `npm run build`; tsc
 * has checked the types.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The name under which the worker's lines are in stack traces. */
const SOURCE_URL = 'eshm:///heartbeat-worker.js';

/** The text: readable, because nobody's machine parses it more than once a process. */
export async function workerCode() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['lib/heartbeat/worker.ts'],
    outfile: 'heartbeat-worker.js',
    write: false,
    bundle: true,
    format: 'iife',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    legalComments: 'none',
    plugins: [{ name: 'offsets', setup: useBuiltOffsets }],
  });
  return `${outputFiles[0].text.trimEnd()}\n//# sourceURL=${SOURCE_URL}\n`;
}

/** The module with the offsets has no source: the build has made it just before this. */
function useBuiltOffsets({ onResolve }) {
  onResolve({ filter: /\/offsets\.js$/ }, () => ({
    path: fileURLToPath(new URL('../dist/layout/offsets.js', import.meta.url)),
  }));
}

/** How the comments begin that name a script and its source map. */
const COMMENT = '//# ';

/**
 * Writes the module that exports the text. Those comments are put together when it is loaded: in one piece, Node would take
 * them for those of the module, or of the bundle that has it.
 */
export async function writeWorkerCode() {
  const parts = (await workerCode()).split(COMMENT).map((part) => `  ${JSON.stringify(part)},\n`);
  const text = `export const WORKER_CODE = [\n${parts.join('')}].join('${COMMENT}');\n`;
  writeFileSync(new URL('../dist/lib/heartbeat/worker-code.js', import.meta.url), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeWorkerCode();
