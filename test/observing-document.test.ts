/** Every block of docs/observing.md, run as it stands there. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Eshm } from '../lib/index.js';
import { f64, record, u32 } from '../lib/record/index.js';
import { assertNothingLeft, uniqueName } from './support/channels.js';
import { codeBlocks, Programs, read } from './support/documents.js';
import { repoRoot } from './support/repo-root.js';

const PAGE = 'docs/observing.md';

describe(PAGE, () => {
  let programs: Programs;
  let names: Readonly<Record<'robot' | 'arm', string>>;

  before(() => {
    programs = new Programs();
  });
  after(() => programs.dispose());
  beforeEach(() => {
    names = { robot: uniqueName('docs'), arm: uniqueName('docs') };
  });
  afterEach(() => {
    programs.killAll();
    assertNothingLeft();
  });

  /** Channels of this run's own. */
  const withOwnNames = (text: string) =>
    text.replaceAll('docs-robot', names.robot).replaceAll('docs-arm', names.arm);

  it('has no block that is not run here', () => {
    const kinds = [...read(PAGE).matchAll(/^```(\w+)$/gm)].map((match) => match[1]);
    assert.deepEqual(kinds, ['js', 'js', 'ts', 'sh', 'text']);
  });

  /** What a block says that it prints, line by line. */
  const promisedBy = (code: string) =>
    [...withOwnNames(code).matchAll(/console\.log\(.*\);? \/\/ (.+)$/gm)].map(([, line]) => line!);

  it('its first program sees a message, and what the channel is', async () => {
    const code = codeBlocks(PAGE, 'js')[0]!;
    using master = Eshm.open(names.robot, { role: 'master', shm: 'system-v', staleThresholdMs: 10_000 });
    const file = programs.write('first.mjs', withOwnNames(code));
    let heard = '';
    const running = programs.start(process.execPath, [file], process.env, (text) => {
      // What is written before it looks is not given.
      if (heard === '') master.write('pose 1');
      heard += text;
    });
    const { code: exit, stdout, output } = await running;
    assert.equal(exit, 0, output);
    assert.match(heard, new RegExp(`^${names.robot} is in system-v\n`));
    assert.deepEqual(stdout.trim().split('\n'), promisedBy(code));
  });

  it('its second program sees records of two channels, and what is none', async () => {
    const code = codeBlocks(PAGE, 'js')[1]!;
    const options = { staleThresholdMs: 10_000 };
    const Pose = record('Pose', { x: f64, y: f64 });
    using robot = Eshm.open(names.robot, { ...options, role: 'master' });
    using _master = Eshm.open(names.arm, { ...options, role: 'master' });
    using arm = await Eshm.connect(names.arm, { ...options, record: { out: Pose } });
    let heard = '';
    const file = programs.write('second.mjs', withOwnNames(code));
    const running = programs.start(process.execPath, [file], process.env, (text) => {
      heard += text;
    });
    const writing = setInterval(() => {
      robot.write('no order');
      // It ends with the first pose.
      if (heard.includes('ESHM_CORRUPT')) arm.write({ x: 1.5, y: -2 });
    }, 10);
    const { code: exit, stdout, output } = await running.finally(() => clearInterval(writing));
    assert.equal(exit, 0, output);
    // How often there is one that is none is a matter of time.
    const lines = new Set(stdout.trim().split('\n'));
    assert.deepEqual([...lines].sort(), promisedBy(code).sort());
  });

  it('its TypeScript compiles in a strict project, and sees a record', async () => {
    const code = codeBlocks(PAGE, 'ts')[0]!;
    programs.write('seen.mts', withOwnNames(code));
    const tsc = join(repoRoot, 'node_modules/typescript/bin/tsc');
    const options =
      '--ignoreConfig --strict --noUncheckedIndexedAccess --module nodenext --target es2023 --types node';
    const compiled = await programs.start(process.execPath, [tsc, ...options.split(' '), 'seen.mts']);
    assert.equal(compiled.code, 0, compiled.output);
    using master = Eshm.open(names.robot, {
      role: 'master',
      staleThresholdMs: 10_000,
      record: { out: record('Order', { id: u32 }) },
    });
    const running = programs.start(process.execPath, [join(programs.folder, 'seen.mjs')]);
    // What is written before it looks is not given.
    const writing = setInterval(() => master.write({ id: 7 }), 10);
    const { code: exit, stdout, output } = await running.finally(() => clearInterval(writing));
    assert.equal(exit, 0, output);
    assert.deepEqual(stdout.trim().split('\n'), promisedBy(code));
  });

  it('its command measures a channel, in the columns that stand there', async () => {
    programs.write(
      'npx',
      `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(repoRoot, 'dist/lib/command/eshm.js')}" "$@"\n`,
    );
    using master = Eshm.open(names.robot, { role: 'master', staleThresholdMs: 10_000 });
    const writing = setInterval(() => master.write('pose'), 10);
    const script = withOwnNames(codeBlocks(PAGE, 'sh')[0]!).replace('npx ', 'sh ./npx ');
    const { code, stdout, output } = await programs
      .start('sh', ['-e', '-c', script])
      .finally(() => clearInterval(writing));
    assert.equal(code, 0, output);
    const [titles, ...shown] = codeBlocks(PAGE, 'text')[0]!.trim().split('\n');
    const end = stdout.slice(stdout.indexOf('\nCHANNEL') + 1).split('\n');
    const words = (line: string) => line.trim().split(/ +(?!ms|DEV)/);
    assert.deepEqual(words(end[0]!), words(titles!));
    for (const [i, line] of shown.entries()) {
      const [, ...figures] = words(line);
      const [, ...found] = words(end[i + 1]!);
      assert.equal(found.length, figures.length, end[i + 1]);
      assert.equal(found[0], figures[0]);
    }
    assert.match(end[1]!, /M>S +[1-9]/);
  });
});
