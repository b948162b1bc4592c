import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Results } from '../../bench/results.js';
import { listSegments } from '../../syscalls/index.js';
import { buildPeers, missingTools } from '../peers/build.js';
import { lacks } from '../support/needs.js';
import { repoRoot } from '../support/repo-root.js';

const main = join(repoRoot, 'dist/bench/main.js');
const checker = join(repoRoot, 'dist/bench/check.js');

function bench(...args: string[]) {
  return benchWith({}, ...args);
}

function benchWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const options = { encoding: 'utf8', timeout: 170_000, env: { ...process.env, ...env } } as const;
  return spawnSync(process.execPath, [main, ...args], options);
}

describe('npm run bench', () => {
  const refusals: [string[], RegExp][] = [
    [['--only', 'write-8-ts,nope'], /'nope'/],
    [['--lib', '/nowhere/libeshm.so'], /\/nowhere\/libeshm\.so/],
    [['--fast'], /--fast/],
    [['more'], /argument/],
    [['--against', 'bench/report'], /bench:check/],
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

  it('leaves out what needs a compiler where there is none', () => {
    const args = ['--quick', '--only', 'write-8-ts,write-8-c,rtt-64-ts-py', '--json', '-'];
    const { status, stdout, stderr } = benchWith({ CXX: '/nowhere/g++' }, ...args);
    assert.equal(status, 0, stderr);
    const { rows, leftOut, machine }: Results = JSON.parse(stdout);
    assert.deepEqual(
      rows.map(({ id }) => id),
      ['write-8-ts'],
    );
    assert.deepEqual(leftOut.map(({ id, reason }) => `${id}: ${reason}`).sort(), [
      'rtt-64-ts-py: install g++',
      'write-8-c: install g++',
    ]);
    assert.equal(machine.compiler, null);
  });

  describe('with g++', () => {
    before(async function () {
      const missing = await missingTools(['c++']);
      if (missing.length > 0) lacks(this, `${missing.join(' and ')} must be installed`);
    });

    it('--json - prints the results and nothing else', () => {
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

    it('compares with a library that prints on stdout, and keeps its own stdout clean', async () => {
      const { lib } = await buildPeers({ library: 'noisy' });
      const args = ['--quick', '--only', 'write-64-ts,write-64-c,rtt-64-ts-py', '--json', '-', '--lib', lib];
      const { status, stdout, stderr } = bench(...args);
      assert.equal(status, 0, stderr);
      const results: Results = JSON.parse(stdout);
      assert.equal(results.lib, lib);
      assert.equal(results.standIn, false);
      assert.deepEqual(
        results.ratios.map(({ id }) => id),
        ['write-64-ts / write-64-c'],
      );
    });

    it('leaves the committed report alone after a partial run, and writes one where it is told to', () => {
      const committed = join(repoRoot, 'bench/report');
      const stand = () =>
        readdirSync(committed).map((file) => [file, readFileSync(join(committed, file), 'utf8')]);
      const before = stand();
      const folder = mkdtempSync(join(tmpdir(), 'eshm-bench-report-'));
      try {
        const args = ['--quick', '--only', 'write-64-ts,write-64-c'];
        assert.equal(bench(...args).status, 0);
        assert.deepEqual(stand(), before);
        assert.equal(bench(...args, '--report', folder).status, 0);
        assert.match(
          readFileSync(join(folder, 'report.md'), 'utf8'),
          /^\| write-64-ts \/ write-64-c \| .* to .* \| <= 1\.5 \| (holds|\*\*missed\*\*|unclear) \|$/m,
        );
        const { rows }: Results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
        assert.equal(rows.length, 2);
        assert.deepEqual(stand(), before);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it('bench:check compares with a report, and fails where a ratio is worse for certain', () => {
      const folder = mkdtempSync(join(tmpdir(), 'eshm-bench-check-'));
      const file = join(folder, 'results.json');
      const check = () => {
        const args = ['--only', 'write-64-ts,write-64-c', '--against', folder];
        return spawnSync(process.execPath, [checker, ...args], { encoding: 'utf8', timeout: 170_000 });
      };
      const change = (results: object) => writeFileSync(file, JSON.stringify(results));
      try {
        assert.equal(bench('--quick', '--only', 'write-64-ts,write-64-c', '--report', folder).status, 0);
        const results: Results = JSON.parse(readFileSync(file, 'utf8'));
        const same = check();
        assert.match(
          same.stdout,
          /write-64-ts \/ write-64-c +│ x [\d.]+ +│ [\d.]+ to [\d.]+ +│ (holds|unclear)/,
        );
        assert.equal(same.status, /^(missed|worse): /m.test(same.stdout) ? 1 : 0);
        const rows = results.rows.map((row) => ({
          ...row,
          perRound: row.perRound.map((value) => (row.id === 'write-64-c' ? value * 10 : value)),
        }));
        change({ ...results, rows });
        const worse = check();
        assert.match(worse.stdout, /^worse: write-64-ts \/ write-64-c is [\d.]+ times as bad/m);
        assert.equal(worse.status, 1);
        change({ ...results, rows, machine: { ...results.machine, cpu: 'abacus' } });
        const other = check();
        assert.match(other.stdout, /^not compared with the last report .*: it is of another machine$/m);
        assert.doesNotMatch(other.stdout, /^worse: /m);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it('leaves no segment and no stack trace behind when it is interrupted', async () => {
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
