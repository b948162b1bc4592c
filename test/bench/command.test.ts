import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Results } from '../../bench/results.js';
import { listSegments } from '../../syscalls/index.js';
import { missingTools } from '../peers/build.js';
import { repoRoot } from '../support/repo-root.js';

const main = join(repoRoot, 'dist/bench/main.js');

function bench(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', timeout: 170_000 });
}

describe('npm run bench', () => {
  const refusals: [string[], RegExp][] = [
    [['--only', 'write-8-ts,nope'], /'nope'/],
    [['--lib', '/nowhere/libeshm.so'], /\/nowhere\/libeshm\.so/],
    [['--fast'], /--fast/],
    [['more'], /argument/],
  ];
  for (const [args, message] of refusals) {
    it(`refuses ${args.join(' ')} in one line, with exit code 2`, () => {
      const { status, stdout, stderr } = bench(...args);
      assert.equal(status, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    });
  }

  it('lists every row in --help', () => {
    const { status, stdout } = bench('--help');
    assert.equal(status, 0);
    for (const id of ['write-4096-ts-plain', 'rtt-64-zeromq', 'oneway-1khz-c-ts', 'open-first-ts']) {
      assert.match(stdout, new RegExp(`^ *${id}$`, 'm'));
    }
  });

  describe('with g++', () => {
    before(async function () {
      this.timeout(180_000);
      const missing = await missingTools(['c++']);
      if (missing.length === 0) return;
      if (process.env.CI === 'true') throw new Error(`Cannot run: install ${missing.join(' and ')}`);
      console.warn(`Skipping benchmarks: install ${missing.join(' and ')}`);
      this.skip();
    });

    it('--json - prints the results and nothing else', function () {
      this.timeout(180_000);
      const { status, stdout, stderr } = bench('--quick', '--only', 'write-64-ts,write-64-c', '--json', '-');
      assert.equal(status, 0, stderr);
      const results: Results = JSON.parse(stdout);
      assert.equal(results.node, process.version);
      assert.match(results.lib!, /libeshm\.so$/);
      assert.equal(typeof results.machine.cpu, 'string');
      assert.deepEqual(
        results.rows.map(({ id, unit }) => [id, unit]),
        [
          ['write-64-ts', 'ns'],
          ['write-64-c', 'ns'],
        ],
      );
      for (const { value, rounds, perRound, at } of results.rows) {
        assert.ok(value > 0);
        assert.ok(rounds >= 3);
        assert.equal(perRound.length, rounds);
        assert.equal(at.length, rounds);
        assert.ok(new Set(at.map(([sitting]) => sitting)).size >= 2, 'the processes were started anew');
      }
      const [ratio, ...others] = results.ratios;
      assert.deepEqual(others, []);
      assert.equal(ratio!.id, 'write-64-ts / write-64-c');
      assert.equal(ratio!.value, results.rows[0]!.value / results.rows[1]!.value);
      assert.equal(ratio!.target, '<= 1.5');
      const { low, value, high, verdict } = ratio!;
      assert.ok(low < value && value < high);
      assert.equal(verdict, high <= 1.5 ? 'holds' : low > 1.5 ? 'missed' : 'unclear');
      assert.match(stderr, /write-64-c: /, 'a progress line');
    });

    it('leaves no segment and no stack trace behind when it is interrupted', async function () {
      this.timeout(180_000);
      const child = spawn(process.execPath, [main, '--only', 'rtt-64-ts,rtt-64-native'], { detached: true });
      const made = new Set<number>();
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const exited = once(child, 'close');
      // The whole group gets it, as from a terminal, once there is a segment of one of its processes.
      while (made.size === 0 && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        for (const { id, creatorPid } of listSegments()) if (isOf(child.pid!, creatorPid)) made.add(id);
      }
      process.kill(-child.pid!, 'SIGINT');
      assert.deepEqual(await exited, [130, null], stderr);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.deepEqual(
        listSegments().filter(({ creatorPid }) => creatorPid > child.pid! && isOf(child.pid!, creatorPid)),
        [],
      );
      assert.ok(!listSegments().some(({ id }) => made.has(id)), 'what it made is removed');
      assert.equal(spawnSync('pgrep', ['-g', `${child.pid}`], { encoding: 'utf8' }).stdout, '');
    });
  });
});

/** Whether `pid` is in the process group `group`. */
function isOf(group: number, pid: number): boolean {
  return spawnSync('ps', ['-o', 'pgid=', '-p', `${pid}`], { encoding: 'utf8' }).stdout.trim() === `${group}`;
}
