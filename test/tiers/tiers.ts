import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { repoRoot } from '../support/repo-root.js';

/**
 * The two kinds of tests. A unit test starts no process and no thread, and waits for nothing, so it is quick and depends
 * on no clock; everything else has real processes or threads in it.
 */
export type Tier = 'unit' | 'peers';

const dist = join(repoRoot, 'dist');

/** Where the compiled tests and their helpers are. */
const tests = join(dist, 'test');

/**
 * What makes a test one of the second kind: modules that start processes or threads or that wait, and those of this
 * package that start the heartbeat worker.
 */
const BEYOND_UNIT: ReadonlySet<string> = new Set([
  'node:child_process',
  'node:worker_threads',
  'node:timers/promises',
  ...[
    'index',
    'endpoint',
    'connect',
    'session',
    'link',
    'start',
    'heartbeat/index',
    'heartbeat/heartbeat',
  ].map((module) => join(dist, 'lib', `${module}.js`)),
]);

/** All compiled test files, sorted. */
export function testFiles(): string[] {
  return readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join(tests, file))
    .sort();
}

/**
 * The tier of a compiled test file. It is a unit test unless it, or a helper in `test/` that it imports, imports one of
 * {@link BEYOND_UNIT}: what the sources import does not count.
 */
export function tierOf(file: string): Tier {
  return reasonOf(file, new Set()) === undefined ? 'unit' : 'peers';
}

/** The import that makes `file` one of the second kind, if there is one. */
function reasonOf(file: string, seen: Set<string>): string | undefined {
  if (seen.has(file)) return undefined;
  seen.add(file);
  for (const imported of importsOf(file)) {
    if (BEYOND_UNIT.has(imported)) return imported;
    const reason = imported.startsWith(tests + sep) ? reasonOf(imported, seen) : undefined;
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** What a compiled module imports: names of Node's, and files. The compiler writes each import on a line of its own. */
function importsOf(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  return [...code.matchAll(/^(?:import|export) (?:.* from )?'([^']+)';$/gm)].map(([, name]) =>
    name!.startsWith('.') ? resolve(dirname(file), name!) : name!,
  );
}
