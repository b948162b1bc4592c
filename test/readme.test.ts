import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { hostLabels } from '../bench/hosts.js';
import { readReports } from '../bench/report.js';
import { layoutFor, PROTOCOL_DEFAULTS } from '../layout/index.js';
import { Eshm } from '../lib/index.js';
import { buildPeers } from './peers/build.js';
import {
  anchorsOf,
  codeBlocks,
  linksOf,
  membersOf,
  Programs,
  type Result,
  read,
} from './support/documents.js';
import { needsCommand } from './support/needs.js';
import { repoRoot } from './support/repo-root.js';

/** Pages whose blocks need a server, a recording or a channel: test/lib/bridge/docs.test.ts and ...-document.test.ts run them. */
const ELSEWHERE = ['bridge.md', 'observing.md', 'recording.md'];

/** The pages that people read; the blocks of each are run or checked below. */
const pages = [
  'README.md',
  ...readdirSync(join(repoRoot, 'docs'))
    .filter((file) => file.endsWith('.md') && !ELSEWHERE.includes(file))
    .map((file) => `docs/${file}`),
];

/** The program of the README that is master or slave as it is told. */
const twoProcesses = codeBlocks('README.md', 'js').find((code) => code.includes('process.argv[2]'));

/** The files that README has the reader save, by the name in their first line. */
const files = new Map(
  codeBlocks('README.md', 'js').flatMap((code) => {
    const name = /^\/\/ (\S+\.mjs)\n/.exec(code)?.[1];
    return name === undefined ? [] : [[name, code] as const];
  }),
);

/** The command lines that README prints: those of its shell blocks, and those of the table of pairings. */
const commandLines = codeBlocks('README.md', 'sh').flatMap((block) => block.trim().split('\n'));
const pairings = [
  ...read('README.md').matchAll(/^\| [^|]+ \| `(npm run [^`]+)` \| `(npm run [^`]+)` \|$/gm),
].map(([, master, slave]) => ({ master: master!, slave: slave! }));

/** Channels of this run's own, in any language. */
function withOwnNames(code: string): string {
  return code.replace(/(['"])((?:readme|docs)-[a-z]+)\1/g, `$1$2-${process.pid}$1`);
}

/** What a program says it prints: the comments behind its `console.log`, a line for each part between commas. */
function promised(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\).*; \/\/ (.+)$/gm)].flatMap((match) => match[1]!.split(', '));
}

const manifest = JSON.parse(read('package.json'));

describe('documents', () => {
  let programs: Programs;

  before(() => {
    programs = new Programs();
    for (const [name, code] of files) programs.write(name, code);
  });
  afterEach(() => programs.killAll());
  after(() => programs.dispose());

  /** The other side would wait for ever. */
  function endAllUnlessWell<T extends { code: number | null }>(result: T): T {
    if (result.code !== 0) programs.endAll();
    return result;
  }

  it('README: the code to paste lets a master and a slave talk', async () => {
    const example = twoProcesses ?? '';
    // A channel of its own, and a threshold for a machine on which a thread may wait its turn for longer than 100 ms.
    const code = example
      .replaceAll("'robot'", `'readme-${process.pid}'`)
      .replace("{ role: 'master' }", "{ role: 'master', staleThresholdMs: 5000 }");
    assert.match(code, /'readme-.*staleThresholdMs/);
    assert.ok(example.trimEnd().split('\n').length <= 23, 'about twenty lines');
    const [slave, master] = await Promise.all([
      programs.run(code, 'slave').then(endAllUnlessWell),
      programs.run(code, 'master'),
    ]);
    assert.deepEqual([slave.code, master.code], [0, 0], slave.output + master.output);
    assert.match(master.output, /^10: got pose \d$/m);
    assert.match(slave.output, /^pose 9\nstop\n$/m);
  });

  /** Code blocks whose program is one half of a recipe, and run with the other. */
  const halves = new Set([twoProcesses, ...files.values()]);
  const recipes = [
    ...read('docs/interop.md').matchAll(/^```(cpp|python)\n(.*?)^```.*?^```js\n(.*?)^```/gms),
  ].map(([, language, theirs, ours]) => ({ language: language!, theirs: theirs!, ours: ours! }));
  for (const { ours } of recipes) halves.add(ours);
  // The hooks for test runners are nothing by themselves: test/lib/session/open-endpoints.test.ts and
  // `npm run test:runtimes` run them.
  for (const [, hook] of read('docs/testing.md').matchAll(/^<!-- recipe: [^>]+ -->\n```js\n(.*?)^```/gms)) {
    halves.add(hook!);
  }
  // One of three programs that run together in records-document.test.ts, and their declaration.
  for (const code of codeBlocks('docs/records.md', 'js'))
    if (code.includes("'./robot.mjs'") || code.startsWith('// robot.mjs')) halves.add(code);
  // Each talks with a Python program, in codecs-document.test.ts.
  for (const code of codeBlocks('docs/codecs.md', 'js')) halves.add(code);

  for (const page of pages) {
    for (const [number, code] of codeBlocks(page, 'js').entries()) {
      if (halves.has(code)) continue;
      it(`${page}: code block ${number + 1} runs, and prints what it says`, async () => {
        const { code: exitCode, output } = await programs.run(withOwnNames(code));
        assert.equal(exitCode, 0, output);
        assert.notEqual(output, '');
        const lines = promised(code);
        if (lines.length > 0) assert.deepEqual(output.trimEnd().split('\n'), lines);
      });
    }
  }

  for (const { language, theirs, ours } of recipes) {
    it(`docs/interop.md: the recipe with ${language} works, both programs together`, async function () {
      needsCommand(this, 'g++', 'g++');
      if (language === 'python') needsCommand(this, 'python3', 'python3');
      // Built before either half starts: the other one waits for it for a time only.
      const startOther = await prepareForeign(language, withOwnNames(theirs));
      const [other, our] = await Promise.all([
        startOther().then(endAllUnlessWell),
        programs.run(withOwnNames(ours)).then(endAllUnlessWell),
      ]);
      assert.deepEqual([other.code, our.code], [0, 0], other.output + our.output);
      if (language === 'cpp') {
        assert.equal(saidBy(other, 'got pose 1 2 3').length, 3, other.output);
        assert.match(our.output, /^(pose 1 2 3\n)+stop\n$/);
      } else {
        // With `resendMs` a command may be read twice.
        assert.match(
          saidBy(other, 'open|close|stop').join(' '),
          /^(open )+(close )+(stop ?)+$/,
          other.output,
        );
        assert.match(our.output, /^(done (open|close)\n)*done stop\n$/);
      }
    });
  }

  for (const [number, block] of codeBlocks('docs/interop.md', 'sh').entries()) {
    it(`docs/interop.md: shell block ${number + 1} builds the recipe and runs it, as it is printed`, async function () {
      needsCommand(this, 'g++', 'g++');
      const [language, base] = block.includes('python3') ? ['python', 'gripper'] : ['cpp', 'robot'];
      if (language === 'python') needsCommand(this, 'python3', 'python3');
      // What npm runs there, without the compiler, which would write what these tests run from.
      assert.match(manifest.scripts['peers:folder'], / && node dist\/test\/peers\/folder\.js$/);
      const printed = `"${process.execPath}" "${join(repoRoot, 'dist/test/peers/folder.js')}"`;
      const recipe = recipes.find((one) => one.language === language)!;
      const end = language === 'cpp' ? 'cpp' : 'py';
      const folder = programs.folder;
      programs.write(`${base}.${end}`, withOwnNames(recipe.theirs));
      programs.write(`${base}.mjs`, withOwnNames(recipe.ours));
      // The folders of the original, with what stands in for it.
      const original = join(folder, `original-${number}`);
      mkdirSync(original);
      symlinkSync(join(repoRoot, 'test/peers/cpp'), join(original, 'include'));
      symlinkSync(dirname((await buildPeers({ library: 'plain' })).lib), join(original, 'lib'));
      const script = block
        .replaceAll('/opt/eshm', original)
        .replaceAll('test/peers/', `${repoRoot}/test/peers/`)
        .replaceAll('npm run --silent peers:folder', printed);
      const { LD_LIBRARY_PATH: _, ESHM_LIB: __, ...env } = process.env;
      const { code, output } = await programs.start('bash', ['-ec', `${script}\nwait $!`], env);
      assert.equal(code, 0, output);
      assert.match(output, language === 'cpp' ? /^got pose 1 2 3$/m : /^done stop$/m);
    });
  }

  /**
   * What a foreign program has said of `what`, in its order. The library in it may talk on stderr and on stdout, and
   * so before and behind what the program says.
   */
  function saidBy({ stdout }: Result, what: string): string[] {
    return [...stdout.matchAll(new RegExp(`(?:${what})(?![a-z\\d])`, 'g'))].map(([line]) => line);
  }

  /** Builds a foreign program; what it gives starts it. */
  async function prepareForeign(language: string, code: string): Promise<() => Promise<Result>> {
    const peers = await buildPeers();
    const file = programs.write(language === 'cpp' ? 'recipe.cpp' : 'recipe.py', code);
    if (language !== 'cpp') {
      return () => programs.start(peers.python, [file], { ...peers.env, PYTHONPATH: peers.pythonDir });
    }
    const include = `-I${join(repoRoot, 'test/peers/cpp')}`;
    const linked = [peers.lib, `-Wl,-rpath,${dirname(peers.lib)}`];
    const program = join(programs.folder, 'recipe');
    const built = await programs.start('g++', [
      '-std=c++17',
      '-Wall',
      '-Werror',
      include,
      file,
      '-o',
      program,
      ...linked,
    ]);
    assert.equal(built.code, 0, built.output);
    return () => programs.start(program, [], peers.env);
  }

  it('there are recipes for both languages', () => {
    assert.deepEqual(recipes.map(({ language }) => language).sort(), ['cpp', 'python']);
    assert.equal(codeBlocks('docs/interop.md', 'sh').length, 3);
  });

  it('every code block of every page is of a kind that is run or checked here', () => {
    for (const page of pages) {
      const fences = [...read(page).matchAll(/^```(.*)$/gm)].map((match) => match[1]!);
      const kinds = fences.filter((_, i) => i % 2 === 0);
      const isForeign = page === 'docs/interop.md' || page === 'docs/records.md';
      const allowed = isForeign ? ['js', 'sh', 'cpp', 'python'] : ['js', 'sh', 'yaml'];
      if (page === 'docs/records.md') allowed.push('ts'); // in records-document.test.ts
      if (page === 'docs/typescript.md') allowed.push('cpp', 'json', 'ts'); // in typescript-document.test.ts
      if (page === 'docs/codecs.md') allowed.push('python', 'proto'); // in codecs-document.test.ts
      for (const kind of kinds) assert.ok(allowed.includes(kind), `${page}: ${kind}`);
    }
    const foreign = ['cpp', 'python'].flatMap((kind) => codeBlocks('docs/interop.md', kind));
    assert.equal(foreign.length, recipes.length);
  });

  it('the tables of docs/runtimes.md that npm run test:runtimes writes are there, each once and without a failure', () => {
    const parts = read('docs/runtimes.md').matchAll(
      /^<!-- (\w+) -->\n((?:(?!<!-- end -->).)*)<!-- end -->$/gms,
    );
    const rows = [...parts].map(([, name, table]) => [name, table!.trim().split('\n').slice(2)] as const);
    assert.deepEqual(
      rows.map(([name]) => name),
      ['runtimes', 'runners', 'permissions'],
    );
    for (const [name, each] of rows) {
      assert.ok(each.length >= 5, name);
      for (const row of each) assert.doesNotMatch(row, /fails|skipped/);
    }
  });

  it('every block of YAML is YAML', () => {
    const { load } = createRequire(import.meta.url)('js-yaml') as { load(text: string): object };
    const blocks = pages.flatMap((page) => codeBlocks(page, 'yaml'));
    assert.ok(blocks.length >= 4);
    for (const block of blocks) assert.equal(typeof load(block), 'object', block);
  });

  it('CONTRIBUTING: the skeleton of a bug report runs', async () => {
    const [skeleton = ''] = codeBlocks('CONTRIBUTING.md', 'js');
    const { code, output } = await programs.run(skeleton);
    assert.equal(code, 0, output);
    assert.match(output, /^slave received pong$/m);
    assert.match(output, /^master received ping$/m);
  });

  it('every npm script that a document names exists', () => {
    // The scripts of docs/typescript.md are those of its own package.json.
    const text = [...pages, 'CONTRIBUTING.md', 'CHANGELOG.md']
      .filter((page) => page !== 'docs/typescript.md')
      .map(read)
      .join('');
    const scripts = [...text.matchAll(/npm (?:run ([a-z:]+)|(test)\b)/g)].map(
      (match) => match[1] ?? match[2]!,
    );
    assert.ok(scripts.length >= 10);
    for (const script of scripts) assert.ok(Object.hasOwn(manifest.scripts, script), `npm run ${script}`);
  });

  it('every program of a shell block is npm, this one, or of the system', () => {
    const lines = pages
      .filter((page) => page !== 'docs/interop.md' && page !== 'docs/typescript.md') // those are run
      .flatMap((page) => codeBlocks(page, 'sh'))
      .flatMap((block) => block.trim().split('\n'));
    assert.ok(lines.length >= 6);
    for (const line of lines) {
      for (const command of line.split('&&')) {
        assert.match(
          command.trim(),
          /^(npm (ci|test|pack|install (\S+\.tgz|prom-client@15)|run [a-z:]+( -- .+)?)|npx eshm .+|node peer\.mjs (master|slave)|ipcs -m|ipcrm -m SHMID)$/,
        );
      }
    }
  });

  it('every eshm command of a shell block runs, as it is printed and on the files that README prints', async function () {
    needsCommand(this, 'g++', 'g++');
    const commands = pages
      .filter((page) => page !== 'docs/typescript.md') // those are run in typescript-document.test.ts
      .flatMap((page) => codeBlocks(page, 'sh'))
      .join('')
      .split('\n')
      .filter((line) => line.startsWith('npx eshm '));
    assert.ok(commands.length >= 8);
    const npx = `npx() { shift; "${process.execPath}" "${join(repoRoot, manifest.bin.eshm)}" "$@"; }`;
    for (const command of new Set(commands)) {
      if (command.includes(' rm ')) {
        assert.match(command, / --dry-run$/, 'here it would remove what is not ours');
      }
      // Goes on until Ctrl-C: one look is enough.
      const once = command.endsWith(' top') ? `${command} --count 1` : command;
      const { code, output } = await programs.start('bash', ['-c', `${npx}\n${once}`]);
      // 1 is what doctor found on this machine.
      assert.ok(code === 0 || (code === 1 && command.endsWith(' doctor')), `${command}: ${output}`);
    }
    assert.match(read(join(relative(repoRoot, programs.folder), 'pose.hpp')), /struct Pose/);
  });

  it('README: every command line is run, here or by the tests of the package', async () => {
    for (const line of commandLines) {
      if (line.startsWith('npx eshm ') || line.startsWith('node peer.mjs ')) continue; // above
      if (line === 'npm run demo') {
        const { code, output } = await programs.start('npm', ['run', 'demo', '--prefix', repoRoot]);
        assert.equal(code, 0, output);
        continue;
      }
      const [test, pattern] = {
        'npm ci': ['.ci/run', /^npm ci$/m],
        'npm pack': ['test/package.test.ts', /\['pack', /],
        'npm install /path/to/eshm-0.1.0.tgz': ['test/package.test.ts', /What `npm install` does/],
      }[line] as [string, RegExp];
      assert.match(read(test), pattern, line);
    }
  });

  it('README: the table of pairings has a master and a slave of each language, started by scripts that are there', () => {
    assert.deepEqual(
      pairings.flatMap(({ master, slave }) => [master, slave]),
      ['eshm -- demo', 'peer -- c++', 'peer -- python'].flatMap((side) =>
        ['master', 'slave'].map((role) => `npm run ${side} ${role} eshm1`),
      ),
    );
    assert.match(manifest.scripts.peer, / && node dist\/test\/peers\/demo\.js$/);
    assert.equal(manifest.scripts.eshm, 'node dist/lib/command/eshm.js');
  });

  it('README can be read in some minutes', () => {
    const words = read('README.md')
      .split(/\s+/)
      .filter((word) => word !== '');
    assert.ok(words.length <= 1200, `${words.length} words`);
  });

  it('README: its figures are those of the report, of each kind of host that this has', () => {
    const runs = readReports(join(repoRoot, 'bench/report'));
    const hosts = hostLabels(runs.map(({ machine }) => machine));
    const figure = (run: number, id: string) => runs[run]!.rows.find((row) => row.id === id)!.value;
    const writes = hosts.map((host, run) => `${figure(run, 'write-64-ts').toFixed(0)} ns (${host})`);
    const reads = hosts.map((_, run) =>
      (figure(run, 'stream-1khz-ts-cpu') / figure(run, 'stream-1khz-c-cpu')).toFixed(1),
    );
    const figures = `Writing 64 bytes takes ${writes.join(' or ')}, reading a thousand messages a second ${reads.join(' or ')} times the C library's CPU time`;
    assert.ok(read('README.md').replaceAll('\n', ' ').includes(figures), `README is to say: ${figures}`);
  });

  it('every folder and file that a page names exists', () => {
    // The files of docs/typescript.md are those of a project of its own.
    const text = pages
      .filter((page) => page !== 'docs/typescript.md')
      .map(read)
      .join('');
    const paths = [...text.matchAll(/`((?:[a-z-]+\/)+[a-zA-Z.-]*|[A-Z]+\.md)`/g)].map((match) => match[1]!);
    assert.ok(paths.length >= 30);
    for (const path of paths) {
      if (path.startsWith('eshm/')) assert.ok(manifest.exports[`.${path.slice('eshm'.length)}`], path);
      else if (!/^(build\/|docs\/api\/?)$/.test(path)) assert.ok(existsSync(join(repoRoot, path)), path);
    }
  });

  it('every link to a file leads somewhere, and to a place on it', () => {
    for (const page of [
      ...pages,
      ...ELSEWHERE.map((file) => `docs/${file}`),
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'bench/report/report.md',
    ]) {
      for (const { file, anchor } of linksOf(read(page))) {
        const path = file === '' ? page : join(dirname(page), file);
        assert.ok(existsSync(join(repoRoot, path)), `${page}: ${file}`);
        if (anchor !== undefined) assert.ok(anchorsOf(read(path)).has(anchor), `${page}: ${file}#${anchor}`);
      }
    }
  });

  it('every test that a page calls as a witness exists', () => {
    for (const page of ['docs/protocol.md', 'docs/memory-order.md']) {
      const text = read(page).replaceAll('\n', ' ');
      let witnesses = 0;
      for (const [, file, titles] of text.matchAll(
        /`(test\/[^`]+\.test\.ts)`:? ?\(?((?:"[^"]+"(?:, )?)*)/g,
      )) {
        const source = read(file!);
        for (const [, title] of titles!.matchAll(/"([^"]+)"/g)) {
          assert.ok(source.includes(title!), `${page}: ${file} has no "${title}"`);
          witnesses++;
        }
      }
      assert.ok(witnesses >= 10, `${page}: ${witnesses}`);
      assert.equal(
        witnesses,
        [...text.matchAll(/"[^"]+"/g)].length,
        `${page}: every quotation is a test's title`,
      );
    }
  });

  it('the table of accesses has the names that the code gives them, each where it stands', () => {
    const inCode = [
      'lib/channel/seqlock.ts',
      'lib/channel/cursor.ts',
      'lib/channel/looks.ts',
      'lib/channel/late.ts',
      'lib/channel/reader.ts',
      'lib/channel/rest.ts',
      'lib/channel/writer.ts',
      'lib/channel/file-incoming.ts',
      'lib/channel/file-outgoing.ts',
      'lib/store/file-bytes.ts',
      'lib/heartbeat/pulse-memory.ts',
    ].flatMap((file) =>
      [...read(file).matchAll(/ORDER\(([a-z-]+)\)/g)].map((match) => `${match[1]} in ${file}`),
    );
    const rows = [...read('docs/memory-order.md').matchAll(/^\| `([a-z-]+)` \| `([a-z/-]+\.ts)` \|/gm)];
    assert.ok(inCode.length >= 9);
    assert.deepEqual(rows.map(([, name, file]) => `${name} in ${file}`).sort(), inCode.sort());
  });

  it('the byte map has the offsets, sizes and fields that the code has', () => {
    const map = read('docs/protocol.md').split('## Byte map\n')[1]!.split('\n## ')[0]!;
    const tables = map.split(/\n\n/).filter((part) => part.startsWith('|'));
    const layout = layoutFor();
    const ends = [layout.masterToSlave, layout.slaveToMaster - layout.masterToSlave];
    for (const [number, fields] of [layout.header, layout.channel].entries()) {
      const rows = tables[number]!.split('\n')
        .slice(2)
        .map((row) => row.split('|').map((cell) => cell.trim()));
      let at = 0;
      const found: Record<string, number> = {};
      for (const [, offset, bytes, , field] of rows) {
        assert.equal(Number(offset), at, field);
        at += Number(bytes);
        const name = /`(\w+)`/.exec(field!)?.[1];
        if (name !== undefined) found[name] = Number(offset);
      }
      assert.deepEqual(found, { ...fields });
      assert.equal(at, ends[number]);
    }
  });

  it('the defaults of the protocol page are those of the code', () => {
    const table = read('docs/protocol.md').split('## Defaults\n')[1]!.split('\nHeld by')[0]!;
    const rows = [...table.matchAll(/^\| `(\w+)` \| `?'?([a-z0-9-]+)/gm)].map((match) => [
      match[1],
      match[2],
    ]);
    const expected = Object.entries(PROTOCOL_DEFAULTS).map(([name, value]) => [name, String(value)]);
    assert.deepEqual(Object.fromEntries(rows), Object.fromEntries(expected));
  });

  it('every method of the table of names is there', () => {
    const table = read('docs/interop.md').split('## C++ and Python names, and ours\n')[1]!.split('\n## ')[0]!;
    const ours = table.split('\n').map((row) => row.split('|')[3] ?? '');
    const names = ours.flatMap((cell) =>
      [...cell.matchAll(/`(?:Eshm\.)?([a-zA-Z]+)(?:\(|`)/g)].map((m) => m[1]!),
    );
    const known = [...membersOf(Eshm), 'role'];
    const others = ['EshmError', 'errorText', 'code', 'status', 'message', 'using'];
    assert.ok(names.length >= 10);
    for (const name of names) assert.ok([...known, ...others].includes(name), name);
  });

  it('docs/supply-chain.md explains every runtime dependency, and no other package', () => {
    const table = read('docs/supply-chain.md').split('\nA program')[0]!;
    const explained = [...table.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]);
    assert.deepEqual(explained.sort(), Object.keys(manifest.dependencies).sort());
  });
});
