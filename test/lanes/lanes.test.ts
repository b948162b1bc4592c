/** How the tests are run: side by side or alone, and what is said at the end. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoRoot } from '../support/repo-root.js';
import { runsAlone, testFiles } from '../tiers/tiers.js';
import { longestFirst, readDurations } from './durations.js';

const built = (file: string) => join(repoRoot, 'dist', file);

describe('a run of the tests', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'eshm-lanes-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Runs test files with these contents; each notes when it begins and ends in the file of `$LOG`. */
  function run(files: Record<string, string>, ...args: string[]) {
    const paths = Object.entries(files).map(([name, code]) => {
      const path = join(folder, `${name}.test.js`);
      writeFileSync(path, code);
      return path;
    });
    const log = join(folder, 'log');
    rmSync(log, { force: true });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [built('test/lanes/main.js'), 'all', ...paths, ...args],
      { encoding: 'utf8', env: { ...process.env, LOG: log } },
    );
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
    return { status, output: stdout + stderr, lastLine: stdout.trimEnd().split('\n').at(-1), lines };
  }

  const skip = `import { skip } from '${built('test/support/needs.js')}';\n`;
  const note = `import { appendFileSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    const note = (line) => appendFileSync(process.env.LOG, line + '\\n');\n`;

  it('says of each failure where it was, and ends with 1', () => {
    const { status, lastLine, output } = run({
      'fails-one':
        "import assert from 'node:assert';\ndescribe('one', () => it('a', () => assert.deepEqual([1, 2], [1, 3])));",
      'fails-two': `import '${built('test/support/quiet.js')}';
        describe('two', () => { before(() => { throw new Error('no way'); }); it('b', () => {}); });`,
    });
    assert.equal(status, 1);
    const summary = output.slice(output.indexOf('\nFailed:'));
    assert.match(summary, / 1\) one\n +a:\n[\s\S]*-\s+2\n[\s\S]*\+\s+3\n[\s\S]*fails-one\.test\.js:2/);
    assert.match(summary, / 2\) two\n +"before all" hook for "b":\n +Error: no way\n/);
    assert.equal(lastLine, '0 passed, 2 failed, 0 skipped');
  });

  it('says what failed where two bigints were compared, too', () => {
    const { status, lastLine, output } = run({
      'fails-with-bigints':
        "import assert from 'node:assert';\ndescribe('one', () => it('a', () => assert.equal(5n, 6n)));",
    });
    assert.equal(status, 1);
    assert.match(output.slice(output.indexOf('\nFailed:')), / 1\) one\n +a:\n[\s\S]*5n == 6n/);
    assert.equal(lastLine, '0 passed, 1 failed, 0 skipped');
  });

  it('says why tests were skipped, one or all of a suite, and counts over all files; that is no failure', () => {
    const { status, lastLine, output } = run({
      alone: `import '${built('test/support/quiet.js')}';\ndescribe('two', () => it('f', () => {}));`,
      skips: `${skip}describe('one', () => {
        it('a', function () { skip(this, 'a is missing'); });
        it('b', () => {});
        describe('inner', () => { before(function () { skip(this, 'all is missing'); }); it('c', () => {}); it('d', () => {}); });
        it.skip('e', () => {});
      });`,
    });
    assert.equal(status, 0, output);
    assert.match(output, /- a\n +skipped because a is missing\n/);
    const summary = output.slice(output.indexOf('\nSkipped because'));
    assert.match(summary, /^Skipped because a is missing:\n {2}one a\n$/m);
    assert.match(summary, /^Skipped because all is missing:\n {2}one inner c\n {2}one inner d\n$/m);
    assert.match(summary, /^Skipped because no reason is given:\n {2}one e\n$/m);
    assert.equal(lastLine, '2 passed, 0 failed, 4 skipped');
  });

  it('runs files side by side, and alone those that import quiet.ts, when all others are done', () => {
    // Each of the first two waits until the other is there, so they end only side by side.
    const pair = (own: string, other: string) => `${note}import { existsSync, readFileSync } from 'node:fs';
      it('meets', async () => {
        note('${own}');
        while (!readFileSync(process.env.LOG, 'utf8').includes('${other}')) await sleep(5);
        await sleep(50);
        note('${own} ends');
      });`;
    const alone = (name: string) => `${note}import '${built('test/support/quiet.js')}';
      it('is alone', async () => { note('${name}'); await sleep(50); note('${name} ends'); });`;
    const { status, lines, output } = run({
      'alone-1': alone('third'),
      'beside-1': pair('first', 'second'),
      'beside-2': pair('second', 'first'),
      'alone-2': alone('fourth'),
    });
    assert.equal(status, 0, output);
    assert.deepEqual(lines.slice(0, 2).sort(), ['first', 'second']);
    assert.deepEqual(lines.slice(4), ['third', 'third ends', 'fourth', 'fourth ends']);
  });

  it('a file that ends its process fails, and the others run', () => {
    const { status, lastLine, output } = run({
      dies: "it('dies', () => process.kill(process.pid, 'SIGKILL'));",
      lives: "it('lives', () => {});",
    });
    assert.equal(status, 1);
    assert.match(output, /dies\.test\.js/);
    assert.equal(lastLine, '1 passed, 1 failed, 0 skipped');
  });

  it('passes arguments to mocha, and fails where they leave no test', () => {
    const files = { chosen: "describe('one', () => { it('red', () => {}); it('blue', () => {}); });" };
    assert.equal(run(files, '-g', 'red').lastLine, '1 passed, 0 failed, 0 skipped');
    const none = run(files, '-g', 'green');
    assert.equal(none.status, 1);
    assert.match(none.output, /No test was run/);
    assert.equal(none.lastLine, '0 passed, 0 failed, 0 skipped');
  });

  it('names a test file that is not there, and runs nothing', () => {
    const { status, output } = run({ there: "it('is run', () => {});" }, join(folder, 'nowhere.test.js'));
    assert.equal(status, 2);
    assert.match(output, /^Cannot run tests: there is no \S+nowhere\.test\.js, expected /);
    assert.doesNotMatch(output, /is run/);
  });

  it('begins with the files that took longest, and runs those that nothing is known of', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => built(`test/${name}.test.js`));
    const known = { 'test/b.test.ts': 3, 'test/c.test.ts': 40 };
    assert.deepEqual(longestFirst([a!, b!, c!], known), [c, b, a]);
  });

  it('durations are on record for files that there are', () => {
    for (const file of Object.keys(readDurations())) {
      assert.ok(existsSync(join(repoRoot, file)), `test/lanes/durations.json has ${file}`);
    }
  });

  it('how long a run takes is said in CONTRIBUTING.md, and README.md says the same', () => {
    const [contributing, readme] = ['CONTRIBUTING.md', 'README.md'].map((page) =>
      readFileSync(join(repoRoot, page), 'utf8').replaceAll(/\s+/g, ' '),
    );
    const said = /\| `npm test` \| [^|]*: ([^|]*) \|/.exec(contributing!)?.[1];
    assert.ok(said !== undefined && readme!.includes(`runs all tests in ${said}`), said);
  });

  it('a file with a test that needs a quiet machine runs alone, most do not', () => {
    const alone = testFiles().filter(runsAlone);
    assert.ok(alone.includes(built('test/support/starved.test.js')));
    assert.ok(alone.length < testFiles().length / 5, `${alone.length} run alone`);
  });
});
