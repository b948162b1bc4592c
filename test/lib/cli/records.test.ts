import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileHeader } from '../../../lib/cli/records/compiler.js';
import { recordsAs } from '../../../lib/cli/records/load.js';
import type { AnyRecord } from '../../../lib/record/index.js';
import { until } from '../../peers/helpers.js';
import { needsCommand } from '../../support/needs.js';
import { repoRoot } from '../../support/repo-root.js';
import { ESHM, Lab, STACK_TRACE } from './lab.js';

const ROBOT = join(repoRoot, 'test/lib/cli/robot.mjs');
const POSE = { seq: 1, x: 1.5, y: -2, q: [0.5, 0], frame: 'map' };

function eshm(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ESHM, ...args], { encoding: 'utf8' });
  assert.doesNotMatch(stderr, STACK_TRACE);
  return { code: status, stdout, stderr };
}

describe('eshm header', () => {
  let folder: string;
  before(function () {
    needsCommand(this, 'g++', 'g++');
    folder = mkdtempSync(join(tmpdir(), 'eshm-header-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  for (const [lang, file, check] of [
    ['cpp', 'robot.hpp', ['g++', '-std=c++17', '-Wall', '-Werror', '-fsyntax-only', '-x', 'c++']],
    ['c', 'robot.h', ['gcc', '-std=c11', '-Wall', '-Werror', '-fsyntax-only', '-x', 'c']],
    ['python', 'robot.py', ['python3']],
  ] as const) {
    it(`prints ${lang} that its compiler agrees with, the same each time, and checks it`, () => {
      const { code, stdout } = eshm('header', ROBOT, '--lang', lang);
      assert.equal(code, 0);
      assert.match(stdout.split('\n')[0]!, /robot\.mjs/);
      assert.equal(eshm('header', ROBOT, '--lang', lang).stdout, stdout);
      const path = write(file, stdout);
      const [program, ...args] = check;
      const compiled = spawnSync(program, [...args, path], { encoding: 'utf8' });
      assert.equal(compiled.status, 0, compiled.stderr);
      assert.deepEqual(eshm('header', ROBOT, '--lang', lang, '--check', path), {
        code: 0,
        stdout: '',
        stderr: '',
      });
      writeFileSync(path, stdout.replace('x', 'xx'));
      const differs = eshm('header', ROBOT, '--lang', lang, '--check', path);
      assert.equal(differs.code, 1);
      assert.match(differs.stderr, /differs from what would be printed, from line \d+ on/);
    });
  }

  it('--check says of a file that is not there that it cannot be read', () => {
    const { code, stderr } = eshm('header', ROBOT, '--check', join(folder, 'none.hpp'));
    assert.equal(code, 1);
    assert.match(stderr, /cannot be read \(ENOENT\)/);
  });

  it('--from reads what the compiler says of a header, and what it prints is the same struct', async () => {
    const hpp = write(
      'there.hpp',
      `#include <cstdint>
       namespace robot {
       enum class Mode : std::uint8_t { idle = 0, moving = 3 };
       struct Part { std::int16_t a; std::uint32_t b; };
       using Word = std::uint64_t;
       struct Pose { Word seq; double x, y; float q[4]; char frame[16]; Mode mode; const bool on; Part parts[2][3]; unsigned char raw[5]; static int shared; };
       }
       #pragma pack(push, 1)
       struct Packed { std::int8_t a; double b; };
       #pragma pack(pop)
       typedef struct { int id; double speed; } Command;`,
    );
    const { code, stdout, stderr } = eshm('header', '--from', hpp);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /\/\/ Made by `eshm header --from there\.hpp`/);
    const module = write(
      'there.mjs',
      stdout.replace("'eshm/record'", JSON.stringify(join(repoRoot, 'dist/lib/record/index.js'))),
    );
    const { Pose, Packed, Command } = (await import(module)) as Record<string, AnyRecord>;
    const asked = write(
      'ask.cpp',
      `#include "there.hpp"
       #include <cstddef>
       #include <cstdio>
       using robot::Pose;
       int main() { std::printf("%zu %zu %zu %zu %zu %zu", sizeof(Pose), offsetof(Pose, mode), offsetof(Pose, parts), offsetof(Pose, raw), sizeof(Packed), sizeof(Command)); }`,
    );
    assert.equal(spawnSync('g++', ['-o', join(folder, 'ask'), asked]).status, 0);
    const told = spawnSync(join(folder, 'ask'), { encoding: 'utf8' }).stdout;
    const { mode, parts, raw } = Pose!.offsets;
    assert.equal(`${Pose!.size} ${mode} ${parts} ${raw} ${Packed!.size} ${Command!.size}`, told);
    assert.deepEqual(
      Pose!.fields.map(({ kind }) => kind.type),
      'u64 f64 f64 array text enumeration bool array bytes'.split(' '),
    );
    assert.equal(Packed!.layout, 'packed');
  });

  for (const [what, text, expected] of [
    ['a pointer', 'struct A { int *p; };', /Cannot read A\.p: it is a pointer/],
    ['a reference', 'struct A { int &r; };', /Cannot read A\.r: it is a reference/],
    ['a bit-field', 'struct A { int b : 3; };', /Cannot read A\.b: it is a bit-field/],
    ['a union', '#include "other.hpp"\nstruct A { U u; };', /Cannot read A\.u: it is a union/],
    ['a union itself', 'union U { int a; float b; };', /Cannot read U: it is a union/],
    [
      'a union without a name',
      'struct A { union { int a; float b; }; };',
      /Cannot read A: it has a union without a name/,
    ],
    [
      'a virtual base class',
      '#include "other.hpp"\nstruct A : virtual Base { int a; };',
      /Cannot read A: it has a virtual base class/,
    ],
    [
      'members of one name, also from a base class',
      '#include "other.hpp"\nstruct A : Base { int b; };',
      /Cannot read A: it has two members called b/,
    ],
    ['a pointer to a member', 'struct A { int A::*p; };', /Cannot read A\.p: it is a pointer to a member/],
    [
      'a flexible array',
      'struct A { int a; int data[]; };',
      /Cannot read A\.data: it is an array without a length/,
    ],
    [
      'an array of none',
      'struct A { int a; int data[0]; };',
      /Cannot read A\.data: it is an array without a length/,
    ],
    [
      'virtual functions',
      'struct A { virtual int f() { return 1; } int a; };',
      /Cannot read A: it has virtual functions/,
    ],
    [
      'long double',
      'struct A { long double x; };',
      /Cannot read A\.x: it is a long double of 16 bytes, no number of a fixed width/,
    ],
    ['an empty struct', 'struct A {};', /Cannot read A: it has no members/],
    [
      'a std::string, by its field',
      '#include <string>\nusing Word = const std::string; struct P { int a; Word s; };',
      /Cannot read P\.s: it is a std::string, expected numbers/,
    ],
    [
      'a std::vector, by its field',
      '#include <vector>\nstruct P { std::vector<int> all[2]; };',
      /Cannot read P\.all: it is a std::vector<int, std::allocator<int> ?>, expected numbers/,
    ],
    [
      'a std::optional, by its field',
      '#include "other.hpp"\nstruct P { Optional in; };',
      /Cannot read P\.in\.o: it is a std::optional<int>, expected numbers/,
    ],
    [
      'what is wrong in a struct of another header, by its field',
      '#include "other.hpp"\nstruct P { int a; Other o; };',
      /Cannot read P\.o\.p: it is a pointer, expected numbers/,
    ],
    [
      'several structs, each by its fault',
      'struct A { int *p; }; struct B { int &r; };',
      /Cannot read refused\.hpp: none of its structs can be a record: A\.p is a pointer; B\.r is a reference; expected/,
    ],
    [
      'a header that does not compile',
      'struct A { Unknown x; };',
      /g\+\+ does not compile it as C\+\+: .*Unknown/,
    ],
    ['a header without a struct', 'typedef int A;', /it declares no struct/],
  ] as const) {
    it(`--from refuses ${what}`, () => {
      write(
        'other.hpp',
        '#include <optional>\nstruct Other { int *p; }; struct Base { int b; }; union U { int a; float b; }; struct Optional { std::optional<int> o; };',
      );
      const { code, stdout, stderr } = eshm('header', '--from', write('refused.hpp', text));
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, expected);
    });
  }

  for (const [what, args, expected] of [
    ['a file that is not there', ['header', 'none.mjs'], /there is no file none\.mjs/],
    [
      'a header that is not there',
      ['header', '--from', 'nope.hpp'],
      /^eshm: Cannot read the header: there is no file nope\.hpp\n$/,
    ],
    [
      'a header in what is no folder',
      ['header', '--from', `${ROBOT}/nope.hpp`],
      /^eshm: Cannot read the header: .*nope\.hpp cannot be found \(ENOTDIR\)\n$/,
    ],
    ['a module without records', ['header', join(repoRoot, 'dist/layout/index.js')], /exports none/],
    ['neither module nor header', ['header'], /expected a module that exports records, or --from/],
    ['both', ['header', ROBOT, '--from', 'x.hpp'], /expected a module that exports records, or --from/],
    [
      'a record that is not exported',
      ['recv', 'x', '--as', `${ROBOT}#Nose`],
      /exports no record 'Nose', expected one of Command, Pose/,
    ],
    [
      'several records and no name',
      ['recv', 'x', '--as', ROBOT],
      /exports Command, Pose, expected one of them/,
    ],
    [
      'two records of one end',
      ['recv', 'x', '--as', `${ROBOT}#Pose`, '--as', `${ROBOT}#Command`],
      /--as is given 2 times, expected once, or with --observe/,
    ],
    ['raw records', ['recv', 'x', '--raw', '--as', ROBOT], /cannot be used with/],
    [
      'JSON that is none',
      ['send', 'x', '{x}', '--as', `${ROBOT}#Pose`],
      /Cannot read a Pose: .* expected JSON/,
    ],
    [
      'a value that is none',
      ['send', 'x', '{"id":-1,"speed":0,"mode":"go"}', '--as', `${ROBOT}#Command`],
      /Cannot set Command\.id: value is -1/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { code, stderr } = eshm(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, expected);
    });
  }

  it('a header where a module is wanted is refused with the command that makes one', () => {
    const cpp = write('arm v2.hpp', 'struct Arm { int a; };');
    const c = write('arm.h', 'struct Arm { int a; };');
    for (const [args, advice] of [
      [['header', cpp], `eshm header --from '${cpp}' > 'arm v2.mjs'`],
      [['recv', 'x', '--as', `${cpp}#Arm`], `eshm header --from '${cpp}' > 'arm v2.mjs'`],
      [['recv', 'x', '--observe', '--as', c], `eshm header --from ${c} --lang c > arm.mjs`],
    ] as const) {
      const { code, stderr } = eshm(...args);
      assert.equal(code, 2);
      assert.ok(stderr.endsWith(` is a header, expected a module; make one of it: \`${advice}\`\n`), stderr);
    }
  });

  it('--from takes a header of any name', () => {
    for (const name of [`a "b" c.hpp`, 'a\\nb.hpp', 'a $HOME #.hpp']) {
      const { code, stderr, stdout } = eshm('header', '--from', write(name, 'struct Odd { int a; };'));
      assert.equal(code, 0, stderr);
      assert.match(stdout, /record\('Odd'/);
    }
  });

  it('--from gives up on a compiler that takes too long, says for what it waited, and leaves nothing running', async () => {
    const pidFile = join(folder, 'pid');
    // As compilers are: the one that is started has another do the work.
    const slow = write('slow-g++', `#!/bin/sh\nsleep 1000 &\necho $! > '${pidFile}'\nwait\n`);
    chmodSync(slow, 0o755);
    const before = process.env.CXX;
    process.env.CXX = slow;
    try {
      assert.throws(
        () => compileHeader(write('slow.hpp', 'struct A { int a; };'), { limitMs: 500 }),
        /^RangeError: Cannot read slow\.hpp: waited 0\.5 s for .*slow-g\+\+ to have done with it, expected less/,
      );
    } finally {
      if (before === undefined) delete process.env.CXX;
      else process.env.CXX = before;
    }
    const worker = Number(readFileSync(pidFile, 'utf8'));
    await until('the end of what it had started', () => !existsSync(`/proc/${worker}`));
  });
});

describe('a module that prints while it is loaded', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'eshm-talking-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const RECORD = join(repoRoot, 'dist/lib/record/index.js');
  const module = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(
      path,
      `import { once } from 'node:events';
       import { setTimeout as sleep } from 'node:timers/promises';
       import { record, u8 } from ${JSON.stringify(RECORD)};
       export const A = record('A', { a: u8 });
       ${text}`,
    );
    return path;
  };

  it('leaves stdout to the header: what it prints, at once or while it waits, goes to stderr', () => {
    const silent = eshm('header', module('talks.mjs', ''));
    assert.deepEqual([silent.code, silent.stderr], [0, '']);
    const talking = module(
      'talks.mjs',
      `console.log('at once', A.size);
       await sleep(20);
       process.stdout.write('later\\n');
       if (!process.stdout.write('long\\n'.padStart(2 ** 18))) await once(process.stdout, 'drain');
       setTimeout(() => process.stdout.write('from a timer\\n'), 5);
       await sleep(50);`,
    );
    const { code, stdout, stderr } = eshm('header', talking);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, silent.stdout);
    assert.equal(stderr.replace(/ +/g, ' '), 'at once 1\nlater\n long\nfrom a timer\n');
    const header = join(folder, 'talks.hpp');
    writeFileSync(header, stdout);
    const checked = eshm('header', talking, '--check', header);
    assert.deepEqual([checked.code, checked.stdout], [0, '']);
  });

  it('leaves nothing on stdout when it cannot be loaded, and the reason is told after what it said', () => {
    const { code, stdout, stderr } = eshm(
      'header',
      module('fails.mjs', `console.log('so far'); throw new Error('no further');`),
    );
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^so far\neshm: Cannot load records: .*fails\.mjs: no further\n$/);
  });

  it('keeps no command from ending, whatever timers and servers it keeps', () => {
    const keeps = module(
      'keeps.mjs',
      `import { createServer } from 'node:net';
       setInterval(() => {}, 1000);
       createServer().listen(0);`,
    );
    const { code, stdout, stderr } = eshm('header', keeps);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /struct A \{/);
    const wrong = eshm('send', 'x', '{"a":1000}', '--as', keeps);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /Cannot set A\.a: value is 1000/);
  });

  it('gives stdout back when the last of several is loaded, and when one fails', async () => {
    const { write } = process.stdout;
    const slow = (ms: number) => module(`slow-${ms}.mjs`, `await sleep(${ms});`);
    await recordsAs([slow(80), slow(20)]);
    assert.equal(process.stdout.write, write);
    const failing = recordsAs([
      module('broken.mjs', `await sleep(20); throw new Error('broken');`),
      slow(60),
    ]);
    await assert.rejects(failing, /broken/);
    await recordsAs([slow(120)]);
    assert.equal(process.stdout.write, write);
  });
});

describe('records on the command line', () => {
  let lab: Lab;
  before(async function () {
    lab = await Lab.start(this);
  });
  after(() => lab?.end());

  it('send --as and recv --as: JSON in, JSON out, a line each', async () => {
    const receiving = lab.run([
      'recv',
      'talk',
      '--role',
      'slave',
      '--as',
      `${ROBOT}#Pose`,
      // What --as prints is JSON in any case; it may be said.
      '--json',
      '--count',
      '2',
      '--timeout',
      '20000',
    ]);
    const lines = [POSE, { ...POSE, seq: '9007199254740993', x: 'NaN' }].map((pose) => JSON.stringify(pose));
    const sent = await lab.run(
      ['send', 'talk', '--role', 'master', '--ack', '--as', `${ROBOT}#Pose`, '--stale-threshold', '5000'],
      {
        input: lines.join('\n'),
      },
    );
    assert.deepEqual(sent, { code: 0, stdout: '', stderr: '' });
    const { code, stdout } = await receiving;
    assert.equal(code, 0);
    assert.equal(stdout, `${lines.join('\n')}\n`);
  });

  it('recv --as and stat --json --as have nothing on stdout of what the module prints', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eshm-talking-test-'));
    try {
      const module = join(folder, 'talks.mjs');
      const text = `export { Pose } from ${JSON.stringify(ROBOT)}; console.log('loaded');`;
      writeFileSync(module, text);
      const as = ['--as', `${module}#Pose`];
      const receiving = lab.run(['recv', 'quiet', '--role', 'slave', ...as, '--count', '1']);
      const sending = lab.start([
        'send',
        'quiet',
        '--role',
        'master',
        '--ack',
        ...as,
        '--stale-threshold',
        '5000',
      ]);
      sending.stdin.write(`${JSON.stringify(POSE)}\n`);
      const { code, stdout, stderr } = await receiving;
      assert.deepEqual([code, stdout, stderr], [0, `${JSON.stringify(POSE)}\n`, 'loaded\n']);
      const shown = await lab.run(['stat', 'quiet', '--json', '--interval', '50', ...as]);
      assert.deepEqual([shown.code, shown.stderr], [0, 'loaded\n']);
      assert.equal(JSON.parse(shown.stdout).size, 8576);
      sending.stdin.end();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('recv --as passes over messages of another size, says both sizes once, and how many more there were', async () => {
    const receiving = lab.run([
      'recv',
      'odd',
      '--role',
      'slave',
      '--as',
      `${ROBOT}#Pose`,
      '--timeout',
      '20000',
    ]);
    await lab.run(['send', 'odd', '--role', 'master', '--ack', '--stale-threshold', '5000'], {
      input: 'bytes\nb\nby\n',
    });
    const { code, stdout, stderr } = await receiving;
    assert.equal(code, 0);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^eshm: [^\n]*Cannot read Pose: the message has 5 bytes, expected 40[^\n]*\neshm: 2 more like it: [^\n]*\n$/,
    );
  });

  it('stat and top show fields by name', async () => {
    const as = ['--as', `${ROBOT}#Command`, '--as', `${ROBOT}#Pose`];
    const shown = async (args: string[], expected: RegExp) => {
      let output = '';
      await until(`${args[0]} to show it`, async () => {
        output = (await lab.run(args)).stdout;
        return expected.test(output);
      }).catch((error) => assert.fail(`${error.message}: ${output}`));
    };
    const script = `import { Eshm } from ${JSON.stringify(join(repoRoot, 'dist/lib/index.js'))}; import { Pose } from ${JSON.stringify(ROBOT)};
      const robot = Eshm.open('robot', { role: 'master', record: Pose, staleThresholdMs: 5000 });
      robot.write({ ...${JSON.stringify(POSE)}, seq: 1n });
      setInterval(() => {}, 1000);`;
    lab.spawn([process.execPath, '--input-type=module', '-e', script]);
    await shown(
      ['stat', 'robot', '--interval', '100', ...as],
      /^ {2}seq=1\n {2}x=1\.5\n {2}y=-2\n {2}q=\[0\.5,0\]\n {2}frame="map"$/m,
    );
    await shown(['stat', 'robot', '--watch', '--count', '1', '--interval', '100', ...as], /^ {2}x=1\.5$/m);
    await shown(
      ['top', 'robot', '--count', '1', ...as],
      /^ {2}robot M>S seq=1 x=1\.5 y=-2 q=\[0\.5,0\] frame="map"$/m,
    );
    assert.match((await lab.run(['stat', 'robot', '--interval', '100'])).stdout, /newest message, 40 B/);
    // A whole module, told apart by size.
    await shown(['stat', 'robot', '--interval', '100', '--as', ROBOT], /^ {2}x=1\.5$/m);
    await shown(['top', 'robot', '--count', '1', '--as', ROBOT], /^ {2}robot M>S seq=1 x=1\.5 /m);
    const [found] = JSON.parse((await lab.run(['ls', 'robot', '--json', '--as', ROBOT])).stdout);
    assert.equal(found.masterToSlave.record.name, 'Pose');
    // One that it is not.
    const other = await lab.run(['stat', 'robot', '--interval', '100', '--as', `${ROBOT}#Command`]);
    assert.equal(other.code, 0);
    assert.match(
      other.stdout,
      /newest message, 40 B:\n(?: {2}.*\n)+ {2}Cannot read Command: the message has 40 bytes, expected 24; the writer has another declaration of it\n/,
    );
  });
});
