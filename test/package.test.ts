/** The package as npm would publish it, installed in an empty folder: what is in it, and that it works from there. */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Results } from '../bench/results.js';
import { addressesOf, anchorsOf, linksOf } from './support/documents.js';
import { skip } from './support/needs.js';
import { repoRoot } from './support/repo-root.js';

const manifest = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'));

/** Parts of the repository that are published, or that a page links to. */
const STAGED = [
  ...[
    'package.json',
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    '.ci',
    '.gitignore',
    'docs',
    'bench/report',
  ],
  ...['dist/lib', 'dist/layout', 'dist/syscalls', 'dist/bench', 'dist/test/peers', 'dist/test/support'],
];

/** Pages of the reference: where typedoc puts the first one, and one of a subpath. */
const REFERENCE = ['docs/api/README.md', 'docs/api/eshm/record.md'];

/** Longest a child may take before it is killed and its test fails, in ms. */
const WATCHDOG_MS = 120_000;

/** A master and a slave of one process: the heartbeat worker starts, and messages go both ways. */
const TALK = `
const name = 'test-package-' + process.pid;
const master = Eshm.open(name, { role: 'master' });
const slave = Eshm.open(name, { role: 'slave' });
master.write('ping');
const ping = slave.tryRead();
slave.write('pong');
const pong = master.tryRead();
const { masterHeartbeat } = master.stats();
const beats = () => {
  if (master.stats().masterHeartbeat === masterHeartbeat) return setTimeout(beats, 1);
  slave.close();
  master.close();
  console.log(String(ping), String(pong), 'and a beat');
};
beats();
`;

describe('the package', () => {
  let folder: string;
  /** A copy of what `npm pack` looks at: the repository itself stays as it is. */
  let stage: string;
  let packed: string[];

  before(() => {
    // Outside the repository, where nothing else of it is in reach.
    folder = mkdtempSync(join(tmpdir(), 'eshm-package-'));
    stage = mkdtempSync(join(tmpdir(), 'eshm-stage-'));
    for (const part of STAGED) cpSync(join(repoRoot, part), join(stage, part), { recursive: true });
    // Stands for what typedoc makes there, which api-reference.test.ts looks at.
    rmSync(join(stage, 'docs/api'), { recursive: true, force: true });
    mkdirSync(join(stage, 'docs/api/eshm'), { recursive: true });
    for (const page of REFERENCE) writeFileSync(join(stage, page), '# eshm\n');
    // What `prepack` does but for the reference and the build, which would remove the tests that are running.
    call(process.execPath, ['.ci/pack.mjs'], stage);
    const pack = call('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], stage);
    const [{ filename, files }] = JSON.parse(pack.stdout);
    packed = files.map((file: { path: string }) => file.path);
    install(join(folder, filename));
  });

  after(() => {
    for (const each of [folder, stage]) rmSync(each, { recursive: true, force: true });
  });

  /** The declarations of an entry, as a path in the package. */
  const typesOf = (entry: string): string => manifest.exports[entry].replace(/js$/, 'd.ts');

  /** Runs a program to its end and fails unless it ends well. */
  function call(command: string, args: string[], cwd = folder): SpawnSyncReturns<string> {
    const env = { ...process.env, npm_config_update_notifier: 'false' };
    const result = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: WATCHDOG_MS });
    const shown = `${command} ${args.join(' ')}: ${result.error ?? result.status}\n${result.stdout}${result.stderr}`;
    assert.equal(result.status, 0, shown);
    return result;
  }

  /** What `npm install` does, without a registry: runtime dependencies come from the repository, nothing else does. */
  function install(tarball: string): void {
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, 'eshm'), { recursive: true });
    mkdirSync(join(modules, '.bin'));
    call('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'eshm')]);
    for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(repoRoot, 'node_modules', name), join(modules, name));
    }
    for (const [name, file] of Object.entries<string>(manifest.bin)) {
      chmodSync(join(modules, 'eshm', file), 0o755);
      symlinkSync(join('..', 'eshm', file), join(modules, '.bin', name));
    }
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  }

  function runFile(file: string, text: string): string {
    writeFileSync(join(folder, file), text);
    return call(process.execPath, [file]).stdout;
  }

  it('holds code, types and documents, and nothing else', () => {
    const allowed =
      /^(dist\/(lib|layout|syscalls)\/.+\.(js|d\.ts)|dist\/lib\/cli\/view\/page\/[a-z]+\.(html|css|svg|LICENSE)|docs\/(api\/)?[a-z/-]+\.md|docs\/api\/README\.md|docs\/screens\/[a-z-]+\.(svg|png)|docs\/grafana-dashboard\.json|bench\/report\/.+\.(md|svg)|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;
    // The benchmark, and how it talks to the processes that it starts.
    const benchmark =
      /^dist\/(bench\/.+|test\/(peers\/(peer-process|voice|typescript\/voice)|support\/harness))\.js$/;
    assert.deepEqual(
      packed.filter((path) => !allowed.test(path) && !benchmark.test(path)),
      [],
    );
    for (const path of ['README.md', 'CHANGELOG.md', 'LICENSE']) assert.ok(packed.includes(path), path);
    const entries: string[] = [...Object.values<string>(manifest.exports), manifest.bin.eshm, manifest.types];
    for (const entry of entries) assert.ok(packed.includes(entry.replace('./', '')), entry);
  });

  it('pins its runtime dependencies, and neither it nor any of them has an install script', () => {
    for (const version of Object.values<string>(manifest.dependencies))
      assert.match(version, /^\d+\.\d+\.\d+$/);
    for (const script of ['preinstall', 'install', 'postinstall']) assert.ok(!(script in manifest.scripts));
    const { packages } = JSON.parse(readFileSync(join(repoRoot, 'package-lock.json'), 'utf8'));
    for (const name of Object.keys(manifest.dependencies)) {
      assert.ok(packages[`node_modules/${name}`], name);
      assert.ok(!packages[`node_modules/${name}`].dev, `${name} would be left out by npm ci --omit=dev`);
    }
    for (const [path, info] of Object.entries<{ dev?: boolean; hasInstallScript?: boolean }>(packages)) {
      if (path !== '' && !info.dev) assert.ok(!info.hasInstallScript, path);
    }
  });

  it('has no scripts and no development dependencies, and says where it comes from', () => {
    const published = JSON.parse(readFileSync(join(folder, 'node_modules/eshm/package.json'), 'utf8'));
    const { scripts: _, devDependencies: __, ...rest } = manifest;
    assert.deepEqual(published, rest);
    assert.equal(published.publishConfig.provenance, true);
    assert.match(published.repository.url, /^git\+https:\/\/.*\.git$/);
  });

  it('every link of every page leads to a file of the package, and to a place on it', () => {
    const root = join(folder, 'node_modules/eshm');
    let links = 0;
    for (const page of packed.filter((path) => path.endsWith('.md'))) {
      const text = readFileSync(join(root, page), 'utf8');
      for (const { file, anchor } of linksOf(text)) {
        const path = file === '' ? page : join(dirname(page), file);
        const link = `${page}: ${file}#${anchor ?? ''}`;
        assert.ok(packed.includes(path), link);
        const target = readFileSync(join(root, path), 'utf8');
        if (anchor !== undefined) assert.ok(anchorsOf(target).has(anchor), link);
        links++;
      }
      for (const address of addressesOf(text)) {
        assert.doesNotMatch(new URL(address).hostname, /\.example$/, `${page}: ${address}`);
      }
    }
    assert.ok(links >= 40, `only ${links}`);
  });

  it('the reference is made when it is packed, and is in it', () => {
    assert.match(manifest.scripts.prepack, /npm run docs:api/);
    for (const page of REFERENCE) assert.ok(packed.includes(page), page);
  });

  it('packing leaves the checkout as it was, also behind one that was cut short', () => {
    call(process.execPath, ['.ci/pack.mjs'], stage);
    call(process.execPath, ['.ci/pack.mjs', 'restore'], stage);
    for (const file of packed.filter((path) => !/^(dist|docs\/api)\//.test(path))) {
      assert.equal(readFileSync(join(stage, file), 'utf8'), readFileSync(join(repoRoot, file), 'utf8'), file);
    }
    const { status, stderr } = spawnSync(process.execPath, ['.ci/pack.mjs', 'check'], {
      cwd: stage,
      encoding: 'utf8',
    });
    const isNowhere = manifest.repository.url.includes('.example/');
    assert.equal(status, isNowhere ? 1 : 0, stderr);
    if (isNowhere) assert.match(stderr, /^Cannot publish: repository is .* which is nowhere/);
  });

  it('every entry has types for moduleResolution node10 too', () => {
    const entries = Object.entries<string>(manifest.exports).filter(([, file]) => file.endsWith('.js'));
    const subpaths = entries.filter(([entry]) => entry !== '.');
    assert.deepEqual(
      manifest.typesVersions['*'],
      Object.fromEntries(subpaths.map(([entry, file]) => [entry.slice(2), [file.replace(/js$/, 'd.ts')]])),
    );
    for (const [, file] of subpaths) assert.ok(packed.includes(file.slice(2).replace(/js$/, 'd.ts')), file);
  });

  it("every entry brings Node's types along, where a tsconfig names none", () => {
    const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'));
    // The declarations of that one name an optional package, which is not here.
    const text = entries
      .filter((entry) => entry !== './metrics')
      .map((entry, i) => `export * as e${i} from '${entry.replace('.', 'eshm')}';`)
      .join('\n');
    for (const entry of entries) {
      const program = readFileSync(join(folder, 'node_modules/eshm', typesOf(entry)), 'utf8');
      if (entry !== './layout') assert.match(program, /^\/\/\/ <reference types="node"/m, entry);
    }
    writeFileSync(join(folder, 'entries.mts'), text);
    const options = '--ignoreConfig --strict --noEmit --target es2023 --module nodenext'.split(' ');
    call(process.execPath, [join(repoRoot, 'node_modules/typescript/bin/tsc'), ...options, 'entries.mts']);
  });

  it('the command is executable as the build has made it, and as it is packed', () => {
    // What `npx` runs in a checkout is a link to this file, which npm has made once and never looks at again.
    const built = join(repoRoot, manifest.bin.eshm);
    assert.equal(statSync(built).mode & 0o777, 0o755);
    assert.equal(call(built, ['--version']).stdout, `${manifest.version}\n`);
    const [tarball] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
    const listed = call('tar', ['-tvzf', tarball!]).stdout.split('\n');
    const [line] = listed.filter((entry) => entry.endsWith(`package/${manifest.bin.eshm}`));
    assert.match(line!, /^-rwxr-xr-x /);
  });

  it('npx finds the command', () => {
    assert.match(call('npx', ['--no-install', 'eshm', '--help']).stdout, /^Usage: eshm /);
  });

  it('eshm bench measures what can be measured without a compiler, and says what it leaves out', () => {
    const args = [
      'bench',
      '--',
      '--quick',
      '--only',
      'write-8-ts,write-8-c,open-ts',
      '--json',
      '-',
      '--report',
      'out',
    ];
    const results: Results = JSON.parse(call('npx', ['--no-install', 'eshm', ...args]).stdout);
    assert.deepEqual(
      results.rows.map(({ id, value }) => [id, value > 0]),
      [
        ['write-8-ts', true],
        ['open-ts', true],
      ],
    );
    assert.deepEqual(
      results.leftOut.map(({ id, reason }) => [id, /in a checkout/.test(reason)]),
      [['write-8-c', true]],
    );
    assert.equal(results.lib, null);
    // Its pictures are drawn with libraries of the checkout; the page and the results need none.
    assert.match(readFileSync(join(folder, 'out/report.md'), 'utf8'), /^\| write-8-ts \| [\d.]+ ns/m);
  });

  it('eshm doctor finds the system calls from there', function () {
    if (spawnSync('unshare', ['--ipc', 'true']).status !== 0) {
      skip(this, 'a private IPC namespace needs root and unshare (util-linux)');
    }
    const args = ['--ipc', 'npx', '--no-install', 'eshm', 'doctor', '--json'];
    const { status, stdout, stderr } = spawnSync('unshare', args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: WATCHDOG_MS,
    });
    // 1 is a finding about this machine, not about the package.
    assert.ok(status === 0 || status === 1, stderr);
    const findings = JSON.parse(stdout);
    assert.ok(Array.isArray(findings) && findings.length > 0, stdout);
  });

  it('metrics without the optional package: one line that says what to install', () => {
    const advice =
      /the package prom-client is not installed, .* run `npm install prom-client@15` where eshm is/;
    const { status, stderr } = spawnSync('npx', ['--no-install', 'eshm', 'metrics'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: WATCHDOG_MS,
    });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^eshm: Cannot show metrics: .*\n$/m);
    assert.match(stderr, advice);
    const code = `import { metrics } from 'eshm/metrics';
      await metrics({}).catch(({ code, message }) => console.log(code, message));`;
    const told = runFile('no-metrics.mjs', code);
    assert.match(told, /^ESHM_UNSUPPORTED /);
    assert.match(told, advice);
  });

  it('recordings without the optional package: one line that says what to install', () => {
    const advice =
      /the package @mcap\/core is not installed, .* run `npm install @mcap\/core@[\d.]+` where eshm is/;
    const { status, stderr } = spawnSync('npx', ['--no-install', 'eshm', 'replay', 'a.mcap'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: WATCHDOG_MS,
    });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^eshm: Cannot read a recording: .*\n$/m);
    assert.match(stderr, advice);
    assert.equal(manifest.devDependencies['@mcap/core'], /@mcap\/core@([\d.]+)`/.exec(stderr)![1]);
    const code = `import { openRecording } from 'eshm/recording';
      await openRecording('a.mcap').catch(({ code, message }) => console.log(code, message));`;
    const told = runFile('no-recording.mjs', code);
    assert.match(told, /^ESHM_UNSUPPORTED /);
    assert.match(told, advice);
  });

  it('works as an ES module', () => {
    assert.equal(runFile('esm.mjs', `import { Eshm } from 'eshm';\n${TALK}`), 'ping pong and a beat\n');
    const both = `import { deriveKey } from 'eshm/layout';
      import { formatKey } from 'eshm/syscalls';
      console.log(formatKey(deriveKey('eshm1')));`;
    assert.equal(runFile('parts.mjs', both), '0x0764831e\n');
  });

  it('works with require()', () => {
    assert.equal(runFile('cjs.cjs', `const { Eshm } = require('eshm');\n${TALK}`), 'ping pong and a beat\n');
  });

  it('works from TypeScript, types and all', () => {
    const typed = `import { Eshm, type EshmOptions } from 'eshm';
import { deriveKey } from 'eshm/layout';
import { Segment } from 'eshm/syscalls';
const options: EshmOptions<'utf8'> = { role: 'master', encoding: 'utf8' };
const endpoint = Eshm.open('test-package-types-' + process.pid, options);
const text: string | undefined = endpoint.tryRead();
// @ts-expect-error: a key is a number
const key: string = deriveKey('a');
console.log(text, typeof key, typeof Segment, endpoint.role);
endpoint.close();
`;
    writeFileSync(join(folder, 'typed.mts'), typed);
    const flags = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--types', 'node'];
    const tsc = join(repoRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    call(process.execPath, [tsc, ...flags, 'typed.mts']);
    assert.equal(call(process.execPath, ['typed.mjs']).stdout, 'undefined number function master\n');
  });
});
