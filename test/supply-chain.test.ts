/** docs/supply-chain.md against the lock file: what is installed with the package, in which version. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from './support/repo-root.js';

interface Locked {
  readonly version: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const read = (file: string) => readFileSync(join(repoRoot, file), 'utf8');
const manifest = JSON.parse(read('package.json'));
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };

/** Where `name` is found from the package at `from`, as Node looks for it. */
function locate(name: string, from: string): string {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    assert.notEqual(at, '', `${name}, which ${from} needs, is not in the lock file`);
  }
}

/** The names of all that comes with the package at `path`. An optional peer does not come with anything. */
function broughtBy(path: string, found = new Set<string>()): Set<string> {
  const { dependencies, optionalDependencies } = packages[path]!;
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    if (found.has(name)) continue;
    found.add(name);
    broughtBy(locate(name, path), found);
  }
  return found;
}

/** The packages whose code is in the page of `eshm view`: what its sources import. */
function packagesOfPage(): string[] {
  const folder = 'lib/cli/view/page';
  const sources = readdirSync(join(repoRoot, folder)).filter((file) => file.endsWith('.ts'));
  const imports = sources.flatMap((file) => [...read(join(folder, file)).matchAll(/ from '([^.'][^']*)'/g)]);
  return [...new Set(imports.map(([, name]) => name!))];
}

/** The table: package, version and what it brings, by a pattern for the builds of one package. */
const rows = [...read('docs/supply-chain.md').matchAll(/^\| `([^`]+)` (\S+) \|.*\| ([^|]+) \|$/gm)].map(
  ([, name, version, brings]) => ({
    name: name!,
    version: version!,
    brings: [...brings!.matchAll(/`([^`]+)`/g)].map(([, each]) => each!),
  }),
);

describe('docs/supply-chain.md', () => {
  it('has the direct dependencies, in the versions that are locked', () => {
    assert.deepEqual(
      Object.fromEntries(rows.map(({ name, version }) => [name, version])),
      Object.fromEntries(
        Object.keys(manifest.dependencies).map((name) => [name, packages[`node_modules/${name}`]!.version]),
      ),
    );
  });

  for (const { name, brings } of rows) {
    it(`says what ${name} brings: no more and no less`, () => {
      const all = [...broughtBy(`node_modules/${name}`)];
      const told = (one: string) =>
        brings.some((each) => each === one || (each.endsWith('*') && one.startsWith(each.slice(0, -1))));
      assert.deepEqual(
        all.filter((one) => !told(one)),
        [],
        'not in the table',
      );
      for (const each of brings) {
        const isThere = all.some(
          (one) => each === one || (each.endsWith('*') && one.startsWith(each.slice(0, -1))),
        );
        assert.ok(isThere, `${each} is in the table and not in the lock file`);
      }
    });
  }

  it('is what the bill of materials says', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['.ci/sbom.mjs'], {
      cwd: repoRoot,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    const bill = JSON.parse(stdout) as {
      bomFormat: string;
      components: { name: string; version: string; hashes: { alg: string }[] }[];
    };
    assert.equal(bill.bomFormat, 'CycloneDX');
    const builtIn = packagesOfPage();
    assert.ok(builtIn.length > 0);
    const direct = [...Object.keys(manifest.dependencies), ...builtIn];
    const all = new Set([...direct, ...direct.flatMap((name) => [...broughtBy(`node_modules/${name}`)])]);
    assert.deepEqual(bill.components.map(({ name }) => name).sort(), [...all].sort());
    for (const { name, hashes } of bill.components) assert.equal(hashes[0]?.alg, 'SHA-512', name);
  });

  it('names what is built into the page of eshm view', () => {
    const line = /^Built into .*$/m.exec(read('docs/supply-chain.md'))![0];
    for (const name of packagesOfPage()) {
      const { version } = packages[`node_modules/${name}`]!;
      assert.ok(line.includes(`\`${name}\` ${version}`), name);
    }
  });

  it('names every optional peer', () => {
    const line = /^Optional peers, .*$/m.exec(read('docs/supply-chain.md'))![0];
    for (const name of Object.keys(manifest.peerDependencies)) assert.ok(line.includes(`\`${name}\``), name);
  });
});
