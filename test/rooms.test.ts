import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repoRoot } from './support/repo-root.js';

/**
 * Who may import whom. A room is a folder, or a file at the root of lib/; what stands behind it are the rooms it may
 * import, through their entry file unless another file is named, `layout` and `syscalls` by any file, and packages.
 * `node` is whatever comes with Node. The longest name that fits a file is its room.
 */
const ROOMS: Readonly<Record<string, string>> = {
  'layout/declaration': 'typed-struct',
  layout: '',
  syscalls: 'ffi-rs node',
  'lib/checks': 'layout',
  'lib/idle': 'layout lib/checks',
  'lib/store': 'layout syscalls node',
  'lib/errors': 'syscalls lib/store',
  'lib/items': 'layout lib/checks lib/errors node',
  'lib/header': 'layout lib/store node',
  'lib/threads': 'lib/header node',
  'lib/channel': 'layout lib/errors lib/store node',
  'lib/codec': 'layout lib/channel lib/errors node',
  'lib/record': 'layout lib/channel lib/codec lib/errors node typed-struct',
  'lib/heartbeat':
    'layout syscalls lib/channel lib/channel/cycle lib/errors lib/header lib/header/header lib/idle lib/store lib/store/file-bytes lib/threads node',
  'lib/options': 'layout lib/checks lib/codec lib/idle lib/record/endpoint lib/store',
  'lib/joining':
    'layout syscalls lib/channel lib/checks lib/codec lib/errors lib/header lib/heartbeat lib/idle lib/options lib/record/endpoint lib/store node',
  'lib/session':
    'layout syscalls lib/channel lib/errors lib/header lib/heartbeat lib/idle lib/joining lib/options lib/store lib/threads node',
  'lib/events': 'lib/errors lib/session lib/store node',
  'lib/async': 'lib/channel lib/checks lib/errors lib/heartbeat lib/idle lib/options lib/session node',
  'lib/observe':
    'layout lib/async lib/channel lib/checks lib/codec lib/errors lib/events lib/header lib/heartbeat lib/joining lib/options lib/record lib/record/endpoint lib/session lib/store node',
  'lib/diagnostics': 'lib/errors lib/header lib/session lib/store node',
  'lib/endpoint':
    'layout lib/async lib/channel lib/checks lib/codec lib/diagnostics lib/errors lib/events lib/header lib/idle lib/joining lib/observe lib/options lib/record lib/record/endpoint lib/session lib/store node',
  'lib/index':
    'lib/async lib/checks lib/codec lib/diagnostics lib/endpoint lib/errors lib/events lib/header lib/idle lib/joining lib/observe lib/options lib/record/endpoint lib/session lib/session/janitor lib/store',
  'lib/metrics': 'layout lib/checks lib/errors lib/index node prom-client',
  'lib/bridge':
    'layout syscalls lib/async lib/channel lib/checks lib/errors lib/events lib/header lib/joining lib/options lib/session lib/store node @nats-io/transport-node',
  'lib/recording': 'layout lib/checks lib/errors lib/idle lib/index lib/items lib/record node @mcap/core',
  // The command is a program like any other: it knows what users can import, and the store.
  'lib/cli':
    'layout syscalls lib/bridge lib/errors lib/index lib/items lib/metrics lib/metrics/prom-client lib/observe lib/record lib/recording lib/store node cli-table3 commander picocolors uplot',
};

/** Files that may lie loose in lib/; CONTRIBUTING.md says what each is. */
const ROOT_FILES = ['errors.ts', 'events.ts', 'index.ts', 'options.ts'];

const roomOf = (path: string): string | undefined =>
  Object.keys(ROOMS)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];

const manifest = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'));
const PACKAGES = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** What a source imports, in whatever way: files of this repository without their ending, and packages. */
function importsOf(path: string, text: string): string[] {
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  // Where a statement begins its line, or behind the braces of one that is longer; `import(...)` anywhere.
  const statements =
    /^(?:(?:import|export|\}).* from|import) (['"])([^'"\n]+)\1;?$|\b(?:import|require)\((['"])([^'"\n]+)\3/gm;
  const specifiers = [...code.matchAll(statements)].map((match) => match[2] ?? match[4]!);
  // However it is asked for: `createRequire(url)('ffi-rs')`, `require.resolve`, a name in a constant.
  const named = PACKAGES.filter((name) => new RegExp(`['"\`]${name}(?:/[^'"\`]*)?['"\`]`).test(code));
  return [...specifiers, ...named].map((one) =>
    one.startsWith('.') ? join(dirname(path), one.replace(/\.js$/, '')) : one,
  );
}

/** Whether a file may import this. */
function may(path: string, imported: string): boolean {
  const room = roomOf(path)!;
  if (imported.startsWith(`${room}/`) && !room.startsWith('layout/')) return true;
  const allowed = ROOMS[room]!.split(' ');
  if (imported.startsWith('node:')) return allowed.includes('node');
  if (allowed.includes(imported)) return true;
  const [folder] = imported.split('/');
  if (folder === 'layout' || folder === 'syscalls')
    return allowed.includes(folder) || room.startsWith(`${folder}/`);
  return imported.endsWith('/index') && allowed.includes(dirname(imported));
}

/** The sources of some folders, by their paths without an ending. */
function sources(...folders: string[]): Map<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(repoRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  return new Map(
    files.map((file) => [file.replace(/(\.d)?\.ts$/, ''), readFileSync(join(repoRoot, file), 'utf8')]),
  );
}

/** The imports that {@link ROOMS} does not allow, as `file imports what`. */
const refusedOf = (files: ReadonlyMap<string, string>): string[] =>
  [...files].flatMap(([path, text]) =>
    importsOf(path, text)
      .filter((imported) => !may(path, imported))
      .map((imported) => `${path} imports ${imported}`),
  );

/** The files, or rooms, of a circle; none where there is none. */
function circleOf(arrows: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (at: string): string[] => {
    if (way.includes(at)) return way.slice(way.indexOf(at));
    if (done.has(at)) return [];
    done.add(at);
    way.push(at);
    for (const next of arrows.get(at) ?? []) {
      const found = visit(next);
      if (found.length > 0) return found;
    }
    way.pop();
    return [];
  };
  for (const at of arrows.keys()) {
    const found = visit(at);
    if (found.length > 0) return found;
  }
  return [];
}

const arrowsOf = (files: ReadonlyMap<string, string>) =>
  new Map([...files].map(([path, text]) => [path, importsOf(path, text)]));

/** The ways to import `what`, each of which counts. */
const WAYS = [
  (what: string) => `import '${what}';`,
  (what: string) => `import type { A } from '${what}';`,
  (what: string) => `export { a } from "${what}";`,
  (what: string) => `const a = await import('${what}');`,
  (what: string) => `type A = import('${what}').A;`,
];

describe('The rooms', () => {
  it('the sources import what the table allows, and nothing else', () => {
    assert.deepEqual(refusedOf(sources('lib', 'layout', 'syscalls')), []);
  });

  it('every import that the table does not allow is refused, in whatever way it is made', () => {
    const files = sources('lib');
    const rooms = Object.keys(ROOMS).filter((room) => room !== 'layout/declaration');
    let planted = 0;
    for (const room of rooms) {
      const path = files.has(room) ? room : `${room}/planted`;
      const allowed = ROOMS[room]!.split(' ');
      const others = rooms
        .filter((other) => other !== room && !allowed.includes(other))
        .map((other) => (files.has(other) ? other : `${other}/index`));
      const strangers = [...PACKAGES, 'node:fs', 'left-pad'].filter(
        (name) => !allowed.includes(name.replace(/^node:.*/, 'node')),
      );
      const up = '../'.repeat(path.split('/').length - 1);
      const specifiers = [
        ...[...others, 'test/support/needs', 'bench/main'].map((what) => [what, `${up}${what}.js`] as const),
        ...strangers.map((name) => [name, name] as const),
      ];
      for (const [what, specifier] of specifiers) {
        for (const way of WAYS) {
          const found = refusedOf(new Map([[path, way(specifier)]]));
          assert.ok(found.includes(`${path} imports ${what}`), `${path}: ${way(specifier)}`);
          planted++;
        }
      }
    }
    assert.ok(planted > 1000, `only ${planted}`);
  });

  it('a way past an entry file is refused, and a package under another name', () => {
    const planted = new Map([
      ['lib/session/planted', "import '../channel/reader.js';"],
      ['lib/async/planted', "import '../heartbeat/table.js';"],
      ['lib/cli/planted', "import '../endpoint/index.js';"],
      ['lib/endpoint/planted', "import '../cli/main.js';"],
      ['lib/store/planted', "createRequire(import.meta.url)('ffi-rs');"],
      ['lib/channel/planted', "import 'typed-struct/dist/index.js';"],
      ['layout/key', "import { Struct } from 'typed-struct';"],
    ]);
    assert.deepEqual(
      refusedOf(planted).map((one) => one.split(' ')[0]),
      [
        'lib/session/planted',
        'lib/async/planted',
        'lib/cli/planted',
        'lib/endpoint/planted',
        'lib/store/planted',
        'lib/channel/planted',
        'lib/channel/planted',
        'layout/key',
        'layout/key',
      ],
    );
  });

  it('there is no circle: not of rooms, and not of files, whose types count too', () => {
    const rooms = new Map(
      Object.entries(ROOMS).map(([room, allowed]) => [
        room,
        allowed
          .split(' ')
          .flatMap((one) => roomOf(one) ?? [])
          .filter((one) => one !== room),
      ]),
    );
    assert.deepEqual(circleOf(rooms), []);
    assert.deepEqual(circleOf(arrowsOf(sources('lib', 'layout', 'syscalls', 'bench'))), []);
    const planted = new Map([
      ['lib/channel/one', "import type { Two } from './two.js';"],
      ['lib/channel/two', "import type { Three } from './three.js';"],
      ['lib/channel/three', "export type { Two } from './two.js';"],
    ]);
    assert.deepEqual(circleOf(arrowsOf(planted)), ['lib/channel/two', 'lib/channel/three']);
  });

  it('the table has every room and no other', () => {
    const folders = readdirSync(join(repoRoot, 'lib'), { withFileTypes: true }).map(
      ({ name }) => `lib/${name.replace(/\.ts$/, '')}`,
    );
    assert.deepEqual(
      Object.keys(ROOMS)
        .filter((room) => room.startsWith('lib/'))
        .sort(),
      folders.sort(),
    );
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
