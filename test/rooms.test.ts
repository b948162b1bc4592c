import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { repoRoot } from './support/repo-root.js';

/** The rooms of lib/ from the top down, each by the file that others import: arrows go from left to right only. */
const ROOMS = [
  'cli/main',
  'metrics/index',
  'bridge/index',
  'index',
  'endpoint',
  'diagnostics/index',
  'async/index',
  'session/index',
  'joining/index',
  'options',
  'heartbeat/index',
  'record/index',
  'codec/index',
  'channel/index',
  'threads/index',
  'header/index',
  'items/index',
  'errors',
  'store/index',
  'idle/index',
  'checks/index',
];

/** Files and folders that may lie loose in lib/; CONTRIBUTING.md says what each is. */
const ROOT_FILES = ['endpoint.ts', 'errors.ts', 'events.ts', 'index.ts', 'options.ts'];

interface Planted {
  readonly path: string;
  readonly imports: string;
}

/** Where a file of the same room as `room` would lie: the root's files are rooms of their own. */
const neighbourOf = (room: string) =>
  room.includes('/') ? `lib/${dirname(room)}/planted.ts` : `lib/${room}.ts`;

const specifier = (from: string, to: string) => (dirname(from) === 'lib' ? `./${to}.js` : `../${to}.js`);

/** Lints files of these contents under the project's own rules; returns where `rule` finds an error, as `path:line`. */
function lint(rule: string, files: ReadonlyMap<string, string>): Set<string> {
  const folder = mkdtempSync(join(tmpdir(), 'eshm-rooms-'));
  try {
    const [, ...lines] = readFileSync(join(repoRoot, 'biome.jsonc'), 'utf8').split('\n');
    const { vcs: _, ...rules } = JSON.parse(lines.join('\n'));
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(rules));
    for (const [path, text] of files) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const biome = join(repoRoot, 'node_modules/@biomejs/biome/bin/biome');
    const options = ['lint', '--reporter=github', '--max-diagnostics=none', `--only=${rule}`];
    const { stdout, stderr } = spawnSync(process.execPath, [biome, ...options], {
      cwd: folder,
      encoding: 'utf8',
    });
    const found = `${stdout}${stderr}`.matchAll(/^::error .*\bfile=([^,]+),.*\bline=(\d+),/gm);
    return new Set([...found].map(([, path, line]) => `${relative(folder, resolve(folder, path!))}:${line}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The planted imports that the linter refuses; those of one file are its lines. */
function refusedOf(planted: readonly Planted[]): Planted[] {
  const lines = new Map<string, Planted[]>();
  for (const one of planted) lines.set(one.path, [...(lines.get(one.path) ?? []), one]);
  const texts = [...lines].map(
    ([path, all]) => [path, all.map(({ imports }) => `import '${imports}';\n`).join('')] as const,
  );
  const refused = lint('style/noRestrictedImports', new Map(texts));
  return planted.filter((one) => refused.has(`${one.path}:${lines.get(one.path)!.indexOf(one) + 1}`));
}

describe('The rooms of lib/', () => {
  it('the linter refuses every import that goes up', () => {
    const upward = ROOMS.flatMap((room, i) =>
      ROOMS.slice(0, i).map((above) => ({
        path: neighbourOf(room),
        imports: specifier(neighbourOf(room), above),
      })),
    )
      // index.ts is the list of what is public; the endpoint below it may be told from it by nobody but the reader.
      .filter(({ path }) => path !== 'lib/index.ts' && path !== 'lib/endpoint.ts');
    const refused = refusedOf(upward);
    assert.deepEqual(
      upward.filter((one) => !refused.includes(one)),
      [],
    );
    assert.ok(refused.length > 80, `only ${refused.length} were planted`);
  });

  it('the linter refuses the command line in the public face', () => {
    const planted = ['index', 'endpoint'].map((file) => ({
      path: `lib/${file}.ts`,
      imports: './cli/main.js',
    }));
    assert.deepEqual(refusedOf(planted), planted);
  });

  it('the linter refuses a way past an entry file', () => {
    const planted = [
      { path: 'lib/session/planted.ts', imports: '../channel/reader.js' },
      { path: 'lib/joining/planted.ts', imports: '../header/header.js' },
      { path: 'lib/async/planted.ts', imports: '../heartbeat/table.js' },
    ];
    assert.deepEqual(refusedOf(planted), planted);
  });

  it('the linter refuses a circle, of types too', () => {
    const files = new Map([
      ['lib/channel/one.ts', "import type { Two } from './two.js';\nexport type One = Two;\n"],
      ['lib/channel/two.ts', "import type { One } from './one.js';\nexport type Two = One | 2;\n"],
    ]);
    const circles = [...lint('suspicious/noImportCycles', files)].sort();
    assert.deepEqual(circles, ['lib/channel/one.ts:1', 'lib/channel/two.ts:1']);
  });

  it('the sources as they are pass', () => {
    const texts = new Map<string, string>();
    for (const folder of ['lib', 'layout', 'syscalls', 'bench']) {
      for (const file of readdirSync(join(repoRoot, folder), { recursive: true, encoding: 'utf8' })) {
        if (file.endsWith('.ts'))
          texts.set(join(folder, file), readFileSync(join(repoRoot, folder, file), 'utf8'));
      }
    }
    for (const rule of ['style/noRestrictedImports', 'suspicious/noImportCycles']) {
      assert.deepEqual([...lint(rule, texts)], [], rule);
    }
  });

  it('only the public face lies loose in lib/', () => {
    const entries = readdirSync(join(repoRoot, 'lib'), { withFileTypes: true });
    assert.deepEqual(
      entries.filter((entry) => entry.isFile()).map(({ name }) => name),
      ROOT_FILES,
    );
  });

  it('no file is longer than 250 lines, unless its first line says why', () => {
    const tooLong = ['lib', 'layout', 'syscalls', 'bench'].flatMap((folder) =>
      readdirSync(join(repoRoot, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(ts|cpp|hpp)$/.test(file))
        .filter((file) => {
          const lines = readFileSync(join(repoRoot, folder, file), 'utf8')
            .trimEnd()
            .split('\n');
          return lines.length > 250 && !lines[0]!.startsWith('// Over 250 lines: ');
        })
        .map((file) => join(folder, file)),
    );
    assert.deepEqual(tooLong, []);
  });

  it('every room has an entry file that opens with what it knows', () => {
    for (const { name } of readdirSync(join(repoRoot, 'lib'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )) {
      if (name === 'cli') continue;
      assert.match(readFileSync(join(repoRoot, 'lib', name, 'index.ts'), 'utf8'), /^\/\*\*\n \* \w+:/, name);
    }
  });
});
