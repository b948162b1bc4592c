import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { buildPeers } from './peers/build.js';
import { codeBlocks, Programs } from './support/documents.js';
import { needsCommand } from './support/needs.js';
import { repoRoot } from './support/repo-root.js';

/** Channels of this run's own, in any language. */
const withOwnName = (code: string) => code.replaceAll('docs-robot', `docs-robot-${process.pid}`);

describe('docs/records.md', () => {
  let programs: Programs;
  before(() => {
    programs = new Programs();
  });
  after(() => programs.dispose());

  it('its types of endpoints compile, and the program runs', async () => {
    const blocks = codeBlocks('docs/records.md', 'ts');
    assert.equal(blocks.length, 1);
    const text = blocks[0]!.replace(/'(docs-[a-z]+)'/g, `'$1-${process.pid}'`);
    const file = programs.write('types.mts', text);
    const options = '--strict --target es2022 --module nodenext --skipLibCheck --types node'.split(' ');
    const compiler = join(repoRoot, 'node_modules/typescript/bin/tsc');
    const compile = (path: string) =>
      programs.start(process.execPath, [compiler, ...options, '--ignoreConfig', path]);
    const compiled = await compile(file);
    assert.equal(compiled.code, 0, compiled.output);
    const { code, output } = await programs.start(process.execPath, [join(programs.folder, 'types.mjs')]);
    assert.deepEqual([code, output], [0, `${/\/\/ (undefined)$/m.exec(text)![1]}\n`]);
    // A compiler that took anything would show nothing.
    const wrong = programs.write('wrong.mts', text.replace('; out: typeof Command }>', ' }>'));
    assert.notEqual((await compile(wrong)).code, 0);
  });

  it('its three programs run: C++ writes, Python looks on, Node looks and answers', async function () {
    needsCommand(this, 'g++', 'g++');
    needsCommand(this, 'python3', 'python3');
    const peers = await buildPeers();
    const [cpp = ''] = codeBlocks('docs/records.md', 'cpp');
    const [python = ''] = codeBlocks('docs/records.md', 'python');
    const js = codeBlocks('docs/records.md', 'js');
    const declaration = js.find((code) => code.startsWith('// robot.mjs')) ?? '';
    const node = js.find((code) => code.startsWith('// node.mjs')) ?? '';
    const module = programs.write('robot.mjs', declaration);
    for (const [lang, file] of [
      ['cpp', 'robot.hpp'],
      ['python', 'robot.py'],
    ] as const) {
      const command = join(repoRoot, 'dist/lib/command/eshm.js');
      const { code, stdout, output } = await programs.start(process.execPath, [
        command,
        'header',
        module,
        '--lang',
        lang,
      ]);
      assert.equal(code, 0, output);
      programs.write(file, stdout);
    }
    const source = programs.write('robot.cpp', withOwnName(cpp));
    const program = join(programs.folder, 'robot');
    const include = [`-I${join(repoRoot, 'test/peers/cpp')}`, `-I${programs.folder}`];
    const linked = [peers.lib, `-Wl,-rpath,${dirname(peers.lib)}`, '-pthread'];
    const built = await programs.start('g++', [
      '-std=c++17',
      '-Wall',
      '-Werror',
      ...include,
      source,
      '-o',
      program,
      ...linked,
    ]);
    assert.equal(built.code, 0, built.output);

    const writing = programs.start(program, [], peers.env);
    // It ends when Node has answered a hundred times, and a Python that starts late would find nobody.
    const fromPython = await programs.start(
      peers.python,
      [programs.write('look.py', withOwnName(python))],
      peers.env,
    );
    const [fromCpp, fromNode] = await Promise.all([writing, programs.run(withOwnName(node))]);
    const outputs = [fromCpp, fromNode, fromPython].map(({ output }) => output).join('\n');
    assert.deepEqual([fromCpp.code, fromNode.code, fromPython.code], [0, 0, 0], outputs);
    assert.match(fromCpp.stdout, /^100 commands$/m);
    assert.match(fromNode.stdout, /^many poses, 0 wrong$/m);
    assert.match(fromPython.stdout, /^saw poses of map$/m);
  });
});
