/** Leaks: what is open and where it was opened, and the recipes of docs/testing.md that find them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Eshm } from '../../../lib/index.js';
import { assertNothingLeft, uniqueName } from '../../support/channels.js';
import { repoRoot } from '../../support/repo-root.js';
import { builtUrl, runNode } from '../../support/run-node.js';

const HERE = /open-endpoints\.test\.[jt]s:\d+:\d+/;

describe('Eshm.openEndpoints()', () => {
  let name: string;
  beforeEach(() => {
    name = uniqueName('open');
  });
  afterEach(() => {
    for (const { endpoint } of Eshm.openEndpoints()) endpoint.close();
    assertNothingLeft();
  });

  it('lists what is open, the oldest first, until it is closed', () => {
    assert.deepEqual(Eshm.openEndpoints(), []);
    const master = Eshm.open(name, { role: 'master' });
    const slave = Eshm.open(name, { role: 'slave' });
    const open = Eshm.openEndpoints();
    assert.deepEqual(
      open.map(({ endpoint, name, role }) => [endpoint, name, role]),
      [
        [master, name, 'master'],
        [slave, name, 'slave'],
      ],
    );
    slave.close();
    assert.deepEqual(
      Eshm.openEndpoints().map(({ endpoint }) => endpoint),
      [master],
    );
    master.close();
    assert.deepEqual(Eshm.openEndpoints(), []);
  });

  it('does not list an endpoint that could not be opened', () => {
    assert.throws(() => Eshm.open(name, { role: 'slave' }), { code: 'ESHM_SHM_ATTACH' });
    assert.deepEqual(Eshm.openEndpoints(), []);
  });

  it('tells the call that opened it, none of this package', () => {
    function openRobot() {
      return Eshm.open(name, { role: 'master' });
    }
    openRobot();
    const [left] = Eshm.openEndpoints();
    assert.match(left!.openedBy[0]!, /^openRobot \(/);
    assert.match(left!.openedBy[0]!, HERE);
    assert.equal(`${left}`, `'${name}' (master), opened at ${left!.openedBy[0]}`);
  });

  it('tells the call of connect(), not the turn of the event loop in which it succeeded', async () => {
    const connecting = (function connectRobot() {
      return Eshm.connect(name);
    })();
    Eshm.open(name, { role: 'master' });
    const slave = await connecting;
    const left = Eshm.openEndpoints().find(({ endpoint }) => endpoint === slave);
    assert.match(left!.openedBy[0]!, /connectRobot \(.*open-endpoints/);
  });

  it('works without stack traces', () => {
    const { stackTraceLimit } = Error;
    try {
      Error.stackTraceLimit = 0;
      Eshm.open(name, { role: 'master' });
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    assert.equal(`${Eshm.openEndpoints()[0]}`, `'${name}' (master), opened at an unknown place`);
  });

  it('NODE_DEBUG=eshm tells at the end of a process what was left open', async () => {
    const code = `
      import { Eshm } from '${builtUrl('lib/index.js')}';
      (function forgetful() { Eshm.open('${name}', { role: 'master' }); })();`;
    const told = await runNode(code, { env: { ...process.env, NODE_DEBUG: 'eshm' } });
    assert.match(
      told.stderr,
      new RegExp(`'${name}' \\(master\\) is open at the end; opened at forgetful \\(`),
    );
    assert.equal((await runNode(code)).stderr, '', 'silent unless asked');
  });
});

/** A test that forgets an endpoint, and one that would have closed its own, in the words of each runner. */
const TESTS = (name: string) => `
import { Eshm } from 'eshm';
it('forgets', () => { Eshm.open('${name}', { role: 'master' }); });
it('remembers', () => { Eshm.open('${name}', { role: 'master' }).close(); });
`;

describe('the recipes of docs/testing.md', () => {
  let folder: string;
  let name: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'eshm-recipes-'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(repoRoot, join(folder, 'node_modules', 'eshm'));
  });
  beforeEach(() => {
    name = uniqueName('recipe');
  });
  afterEach(() => assertNothingLeft());
  after(() => rmSync(folder, { recursive: true }));

  function recipe(runner: string): string {
    const text = readFileSync(join(repoRoot, 'docs/testing.md'), 'utf8');
    return new RegExp(`<!-- recipe: ${runner} -->\n\`\`\`js\n(.*?)\`\`\``, 's').exec(text)![1]!;
  }

  /** Runs node there; none of the variables by which this runner talks to its children. */
  function run(...args: string[]): { status: number | null; output: string } {
    const { NODE_TEST_CONTEXT: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return { status, output: `${stdout}${stderr}` };
  }

  it('mocha: the test that forgot fails with the place', () => {
    writeFileSync(join(folder, 'hooks.mjs'), recipe('mocha'));
    writeFileSync(join(folder, 'forgets.mjs'), TESTS(name));
    const mocha = join(repoRoot, 'node_modules/mocha/bin/mocha.js');
    const { status, output } = run(mocha, '--no-config', '--require', './hooks.mjs', 'forgets.mjs');
    assert.equal(status, 1, output);
    assert.match(output, new RegExp(`${name}.*opened at .*forgets\\.mjs:3:`));
    assert.match(output, /"after each" hook: afterEach for "forgets"/);
  });

  it('node:test: the test that forgot fails with the place, the next one passes', () => {
    writeFileSync(join(folder, 'hooks.mjs'), recipe('node:test'));
    writeFileSync(join(folder, 'forgets.mjs'), `import { it } from 'node:test';${TESTS(name)}`);
    const { status, output } = run('--import', './hooks.mjs', '--test', '--test-reporter=tap', 'forgets.mjs');
    assert.equal(status, 1, output);
    assert.match(output, new RegExp(`${name}.*opened at .*forgets\\.mjs:3:`));
    assert.match(output, /not ok \d+ - forgets/);
    assert.match(output, /\bok \d+ - remembers/);
  });
});
