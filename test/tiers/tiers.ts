import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
export const BEYOND_UNIT: ReadonlySet<string> = new Set([
  'node:child_process',
  'node:worker_threads',
  'node:timers/promises',
  ...[
    'index',
    'endpoint/index',
    'joining/connect',
    'joining/start',
    'session/session',
    'session/link',
    'heartbeat/index',
    'heartbeat/heartbeat',
  ].map((module) => join(dist, 'lib', `${module}.js`)),
]);

/** What a test imports that needs the machine for itself. */
const NEEDS_THE_MACHINE: ReadonlySet<string> = new Set([join(tests, 'support/quiet.js')]);

/** All compiled test files that there are sources of, sorted. */
export function testFiles(): string[] {
  return readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) => file.endsWith('.test.js') && existsSync(join(repoRoot, 'test', file.replace(/js$/, 'ts'))),
    )
    .map((file) => join(tests, file))
    .sort();
}

/**
 * The tier of a compiled test file. It is a unit test unless it, or a helper in `test/` that it imports, imports one of
 * {@link BEYOND_UNIT}: what the sources import does not count.
 */
export function tierOf(file: string): Tier {
  return imports(file, BEYOND_UNIT) ? 'peers' : 'unit';
}

/**
 * Whether a compiled test file is to run while no other does: it, or a helper in `test/` that it imports, imports
 * `test/support/quiet.ts`, which is there for tests that measure time or look at the whole machine.
 */
export function runsAlone(file: string): boolean {
  return imports(file, NEEDS_THE_MACHINE);
}

/** Whether `file`, or a helper of the tests that it imports, imports one of `wanted`. */
function imports(file: string, wanted: ReadonlySet<string>, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  return importsOf(file).some(
    (imported) =>
      wanted.has(imported) || (imported.startsWith(tests + sep) && imports(imported, wanted, seen)),
  );
}

/** What a compiled module imports: names of Node's, and files. The compiler writes each import on a line of its own. */
function importsOf(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  return [...code.matchAll(/^(?:import|export) (?:.* from )?'([^']+)';$/gm)].map(([, name]) =>
    name!.startsWith('.') ? resolve(dirname(file), name!) : name!,
  );
}
