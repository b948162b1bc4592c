/** Every block of docs/recording.md, run as it stands there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Eshm } from '../lib/index.js';
import { recordFrom } from '../lib/recording/recorder.js';
import { FakeObservation, START_AT, seen } from './lib/recording/fake.js';
import { readStrictly } from './lib/recording/files.js';
import { uniqueName, until } from './support/channels.js';
import { codeBlocks, Programs, read } from './support/documents.js';
import { repoRoot } from './support/repo-root.js';

const PAGE = 'docs/recording.md';

/** Channels of this run's own. */
const withOwnName = (code: string) => code.replaceAll(/\b(docs-robot|robot-test)\b/g, `$1-${process.pid}`);

describe(PAGE, () => {
  let programs: Programs;
  before(async () => {
    programs = new Programs();
    // What a master and its slave may have said in 0.2 s.
    const messages = Array.from({ length: 40 }, (_, i) =>
      seen({
        count: Math.floor(i / 2) + 1,
        direction: i % 2 === 0 ? 'm2s' : 's2m',
        data: Buffer.from(`pose ${Math.floor(i / 2) + 1}`),
        at: START_AT + BigInt(i) * 5_000_000n,
      }),
    );
    const file = join(programs.folder, 'robot.mcap');
    await (await recordFrom(() => new FakeObservation(messages), ['robot'], { file })).over();
    programs.write(
      'npx',
      `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(repoRoot, 'dist/lib/command/eshm.js')}" "$@"\n`,
    );
  });
  after(() => programs.dispose());

  it('has no block that is not run here', () => {
    const kinds = [...read(PAGE).matchAll(/^```(\w+)$/gm)].map((match) => match[1]);
    assert.deepEqual(kinds, ['sh', 'sh', 'ini', 'sh', 'js', 'js']);
  });

  it('the package is what this one was tested with', () => {
    const { devDependencies, peerDependencies } = JSON.parse(
      readFileSync(join(repoRoot, 'package.json'), 'utf8'),
    );
    const name = '@mcap/core';
    assert.equal(codeBlocks(PAGE, 'sh')[0]!.trim(), `npm install ${name}@${devDependencies[name]}`);
    assert.equal(peerDependencies[name], `^${devDependencies[name]}`);
  });

  it('its first command records a channel that is there', async () => {
    const name = uniqueName('recording-document');
    const master = Eshm.open(name, { role: 'master' });
    const writing = setInterval(() => master.write('pose'), 5);
    try {
      const script = codeBlocks(PAGE, 'sh')[1]!
        .replace('npx ', 'sh ./npx ')
        .replace('record robot', `record ${name}`);
      const { code, output } = await programs.start('sh', ['-e', '-c', script]);
      assert.equal(code, 0, output);
      assert.match(output, /^recording to live\.mcap$/m);
    } finally {
      clearInterval(writing);
      master.close();
    }
    const { messages } = await readStrictly(join(programs.folder, 'live.mcap'));
    assert.ok(messages.some(({ topic, data }) => topic === `${name}/m2s` && `${data}` === 'pose'));
  });

  it('its black box records in files that are split, until it is asked to end', async () => {
    const unit = codeBlocks(PAGE, 'ini')[0]!;
    const words = /^ExecStart=\/usr\/bin\/node \S+ (.*)$/m.exec(unit)![1]!;
    const own = words.replace('robot arm', `${uniqueName('box')} ${uniqueName('box')}`);
    const command = join(repoRoot, 'dist/lib/command/eshm.js');
    const running = programs.start(process.execPath, [command, ...own.split(' ')]);
    const file = join(programs.folder, 'box-000001.mcap');
    await until('the first file', () => existsSync(file) && statSync(file).size > 0);
    programs.endAll('SIGTERM');
    const { code, output } = await running;
    assert.equal(code, 0, output);
    await readStrictly(file);
  });

  it('its commands play what was recorded, and say how late it came', async () => {
    const script = withOwnName(codeBlocks(PAGE, 'sh')[2]!).replaceAll('npx ', 'sh ./npx ');
    const { code, output } = await programs.start('sh', ['-e', '-c', script]);
    assert.equal(code, 0, output);
    const counts = [
      ...output.matchAll(/^(\d+) messages in [\d.]+ s; \d+ \([\d.]+ %\) came more than 0\.5 ms late; /gm),
    ];
    // All of the master's; then of both what lies in the middle, with its ends.
    assert.deepEqual(
      counts.map(([, count]) => Number(count)),
      [20, 20],
      output,
    );
    assert.match(output, /^robot as robot-test-\d+ \(s2m\): 10 messages$/m);
  });

  it('its program reads and plays it', async () => {
    for (const text of codeBlocks(PAGE, 'js')) {
      const { code, output } = await programs.run(withOwnName(text));
      assert.equal(code, 0, output);
      const promised = [...text.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map((match) => match[1]!);
      assert.deepEqual(output.trim().split('\n'), promised);
    }
  });
});
