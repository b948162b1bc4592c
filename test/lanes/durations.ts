/** How long each test file took when that was last recorded, so that the longest begin first. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { repoRoot } from '../support/repo-root.js';

const FILE = join(repoRoot, 'test/lanes/durations.json');

/** What takes less is not worth a line, in ms. */
const SHORT_MS = 1000;

/** Seconds by source file, for those that take a second or more. */
export function readDurations(): Readonly<Record<string, number>> {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** Compiled test files in the order in which they are to begin: what is not on record counts as short. */
export function longestFirst(files: readonly string[], seconds = readDurations()): string[] {
  const of = (file: string) => seconds[sourceOf(file)] ?? 0;
  return [...files].sort((a, b) => of(b) - of(a));
}

/** Writes down what the files of a run took, in the place of what was known of them. */
export function writeDurations(durationsMs: Readonly<Record<string, number>>): void {
  const seconds = new Map(Object.entries(readDurations()));
  for (const [file, ms] of Object.entries(durationsMs)) {
    if (ms < SHORT_MS) seconds.delete(sourceOf(file));
    else seconds.set(sourceOf(file), Math.round(ms / 1000));
  }
  const sorted = [...seconds].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

/** `test/layout/key.test.ts` for `/.../dist/test/layout/key.test.js`. */
function sourceOf(file: string): string {
  return relative(join(repoRoot, 'dist'), file).replace(/\.js$/, '.ts');
}
