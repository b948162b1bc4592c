/** What the command loads: the subcommand that runs and no other, and no native code where none is needed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { COMMANDS } from '../../../lib/cli/commands.js';
import { OUTLINE } from '../../../lib/cli/outline.js';
import { uniqueName } from '../../support/channels.js';
import { repoRoot } from '../../support/repo-root.js';
import { ESHM } from './lab.js';

/** Has Node print the URL of each module as it is loaded, on a line of stderr of its own. */
const TELL = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    import { writeSync } from 'node:fs';
    export function load(url, context, next) {
      writeSync(2, 'loads ' + url + '\\\\n');
      return next(url, context);
    }\`));
  const { dlopen } = process;
  process.dlopen = (...args) => {
    process._rawDebug('opens ' + args[1]);
    return dlopen(...args);
  };`)}`;

/** The sources of what a command line loads, and `a binary` where it loads one. */
function loadedBy(...args: string[]): string[] {
  return loadedIn(0, ...args);
}

/** As {@link loadedBy}, of a command that ends with another code. */
function loadedIn(expected: number, ...args: string[]): string[] {
  const { status, stderr } = spawnSync(process.execPath, ['--import', TELL, ESHM, ...args], {
    encoding: 'utf8',
  });
  assert.equal(status, expected, stderr);
  const files = [...stderr.matchAll(/^loads file:\/\/(.*\/dist\/.*)$/gm)].map(([, file]) => file!);
  const paths = files.flatMap(sourcesOf);
  assert.ok(paths.includes('lib/cli/main.ts'), stderr);
  return [...paths, ...(/^opens .*\.node$/m.test(stderr) ? ['a binary'] : [])];
}

/** The sources that a file of the command is made of, by its source map. */
function sourcesOf(file: string): string[] {
  const { sources }: { sources: string[] } = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  return sources.map((source) => relative(repoRoot, join(dirname(file), source)).replace(/^dist\//, ''));
}

describe('what the eshm command loads', () => {
  it('the list of subcommands that the build has read off them is theirs now', async () => {
    const { outline } = await import(join(repoRoot, 'scripts/outline.mjs'));
    assert.deepEqual(OUTLINE, await outline(), 'the build is older than the sources: npm run build:test');
    assert.deepEqual(
      OUTLINE.map(({ name }) => name),
      Object.keys(COMMANDS),
    );
  });

  const light: [what: string, ...args: string[]][] = [
    ['--version', '--version'],
    ['--help', '--help'],
    ['help', 'help'],
    ['key', 'key', 'robot'],
    ['key --help', 'key', '--help'],
    ['help key', 'help', 'key'],
  ];
  for (const [what, ...args] of light) {
    it(`${what} needs neither ffi-rs nor the library`, () => {
      const loaded = loadedBy(...args);
      const foreign = /^(a binary|lib\/(?!cli\/)|syscalls\/(?!format-key\.ts)|.*typed-struct)/;
      assert.deepEqual(
        loaded.filter((path) => foreign.test(path)),
        [],
      );
    });
  }

  it('one subcommand loads no other', () => {
    const commands = (...args: string[]) => loadedBy(...args).filter((path) => /cli\/commands\//.test(path));
    assert.deepEqual(commands('--help'), []);
    assert.deepEqual(commands('key', 'robot'), ['lib/cli/commands/key.ts']);
    assert.deepEqual(commands('ls'), ['lib/cli/commands/ls.ts']);
    assert.deepEqual(commands('help', 'top'), ['lib/cli/commands/top.ts']);
    assert.equal(commands('completion', 'bash').length, Object.keys(COMMANDS).length);
  });

  it('who takes part through a segment loads ffi-rs, so the tests above would see it; through a file nobody does', () => {
    const recv = ['recv', uniqueName('loading'), '--role', 'master', '--timeout', '1', '--shm'];
    assert.ok(loadedIn(1, ...recv, 'system-v').includes('a binary'));
    assert.ok(!loadedIn(1, ...recv, 'posix').includes('a binary'));
  });
});
