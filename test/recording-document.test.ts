/** Every block of docs/recording.md, run as it stands there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordFrom } from '../lib/recording/recorder.js';
import { FakeObservation, START_AT, seen } from './lib/recording/fake.js';
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
    await (await recordFrom(new FakeObservation(messages), ['robot'], { file })).over();
    programs.write(
      'npx',
      `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(repoRoot, 'dist/lib/cli/main.js')}" "$@"\n`,
    );
  });
  after(() => programs.dispose());

  it('has no block that is not run here', () => {
    const kinds = [...read(PAGE).matchAll(/^```(\w+)$/gm)].map((match) => match[1]);
    assert.deepEqual(kinds, ['sh', 'sh', 'js']);
  });

  it('the package is what this one was tested with', () => {
    const { devDependencies, peerDependencies } = JSON.parse(
      readFileSync(join(repoRoot, 'package.json'), 'utf8'),
    );
    const name = '@mcap/core';
    assert.equal(codeBlocks(PAGE, 'sh')[0]!.trim(), `npm install ${name}@${devDependencies[name]}`);
    assert.equal(peerDependencies[name], `^${devDependencies[name]}`);
  });

  it('its commands play what was recorded, and say how late it came', async () => {
    const script = withOwnName(codeBlocks(PAGE, 'sh')[1]!).replaceAll('npx ', 'sh ./npx ');
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
    const text = codeBlocks(PAGE, 'js')[0]!;
    const { code, output } = await programs.run(withOwnName(text));
    assert.equal(code, 0, output);
    const promised = [...text.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map((match) => match[1]!);
    assert.deepEqual(output.trim().split('\n'), promised);
  });
});
