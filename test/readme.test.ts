import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eshm } from '../lib/index.js';
import { repoRoot } from './support/repo-root.js';

/** The code blocks of a language in one of the documents, in their order. */
function codeBlocks(file: string, language: string): string[] {
  const text = readFileSync(join(repoRoot, file), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1]!);
}

const readme = readFileSync(join(repoRoot, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'));

describe('documents', () => {
  let folder: string;
  let children: ChildProcess[] = [];

  before(() => {
    // In the package's own folder, where `import 'eshm'` means this package.
    mkdirSync(join(repoRoot, 'build'), { recursive: true });
    folder = mkdtempSync(join(repoRoot, 'build', 'documents-'));
  });

  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs code as a program of its own and gives its exit code and output. */
  async function run(code: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
    const file = join(folder, `${args[0] ?? 'program'}-${children.length}.mjs`);
    writeFileSync(file, code);
    const child = spawn(process.execPath, [file, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const [exitCode] = await once(child, 'close');
    return { code: exitCode, output };
  }

  /** The other side would wait for ever. */
  function endAllUnlessWell<T extends { code: number | null }>(result: T): T {
    if (result.code !== 0) for (const child of children) child.kill();
    return result;
  }

  it('README: the code to paste lets a master and a slave talk', async () => {
    const [example = ''] = codeBlocks('README.md', 'js');
    // A channel of its own, and a threshold for a machine on which a thread may wait its turn for longer than 100 ms.
    const code = example
      .replaceAll("'robot'", `'readme-${process.pid}'`)
      .replace("{ role: 'master' }", "{ role: 'master', staleThresholdMs: 5000 }");
    assert.match(code, /'readme-.*staleThresholdMs/);
    assert.ok(example.trimEnd().split('\n').length <= 22, 'about twenty lines');
    const [slave, master] = await Promise.all([
      run(code, 'slave').then(endAllUnlessWell),
      run(code, 'master'),
    ]);
    assert.deepEqual([slave.code, master.code], [0, 0], slave.output + master.output);
    assert.match(master.output, /^10: got pose \d$/m);
    assert.match(slave.output, /^pose 9\nstop\n$/m);
  });

  for (const [number, code] of codeBlocks('README.md', 'js').entries()) {
    if (number === 0) continue;
    it(`README: code block ${number + 1} runs`, async () => {
      const { code: exitCode, output } = await run(code);
      assert.equal(exitCode, 0, output);
      assert.notEqual(output, '');
    });
  }

  it('CONTRIBUTING: the skeleton of a bug report runs', async () => {
    const [skeleton = ''] = codeBlocks('CONTRIBUTING.md', 'js');
    const { code, output } = await run(skeleton);
    assert.equal(code, 0, output);
    assert.match(output, /^slave received pong$/m);
    assert.match(output, /^master received ping$/m);
  });

  it('every npm script that a document names exists', () => {
    const text = readme + readFileSync(join(repoRoot, 'CONTRIBUTING.md'), 'utf8');
    const scripts = [...text.matchAll(/npm (?:run ([a-z:]+)|(test)\b)/g)].map(
      (match) => match[1] ?? match[2]!,
    );
    assert.ok(scripts.length >= 10);
    for (const script of scripts) assert.ok(Object.hasOwn(manifest.scripts, script), `npm run ${script}`);
  });

  it('every program of a shell block is npm, or of the system', () => {
    const lines = codeBlocks('README.md', 'sh').flatMap((block) => block.trim().split('\n'));
    assert.ok(lines.length >= 6);
    for (const line of lines) {
      for (const command of line.split('&&')) {
        assert.match(command.trim(), /^(npm (ci|test|run [a-z:]+( -- .+)?)|ipcs -m|ipcrm -m SHMID)$/);
      }
    }
  });

  it('every folder and file that README names exists', () => {
    const paths = [...readme.matchAll(/`((?:[a-z]+\/)+[a-z.]*|[A-Z]+\.md)`/g)].map((match) => match[1]!);
    assert.ok(paths.length >= 8);
    for (const path of paths) {
      if (path.startsWith('eshm/')) assert.ok(manifest.exports[`.${path.slice('eshm'.length)}`], path);
      else if (path !== 'build/') assert.ok(existsSync(join(repoRoot, path)), path);
    }
  });

  it('every method of the table of names is there', () => {
    const table = readme.split('## C++ and Python names, and ours\n')[1]!.split('\n## ')[0]!;
    const ours = table.split('\n').map((row) => row.split('|')[3] ?? '');
    const names = ours.flatMap((cell) =>
      [...cell.matchAll(/`(?:Eshm\.)?([a-zA-Z]+)(?:\(|`)/g)].map((m) => m[1]!),
    );
    const known = [
      ...Object.getOwnPropertyNames(Eshm.prototype),
      ...Object.getOwnPropertyNames(Eshm),
      'role',
    ];
    const others = ['EshmError', 'errorText', 'code', 'status', 'message', 'using'];
    assert.ok(names.length >= 10);
    for (const name of names) assert.ok([...known, ...others].includes(name), name);
  });

  it('README explains every runtime dependency, and no other package', () => {
    const table = readme.split('## Runtime dependencies\n')[1]!.split('\nA program')[0]!;
    const explained = [...table.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]);
    assert.deepEqual(explained.sort(), Object.keys(manifest.dependencies).sort());
  });
});
