import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostKind } from '../../bench/hosts.js';
import { readReports } from '../../bench/report.js';
import type { Results } from '../../bench/results.js';
import { listSegments } from '../../syscalls/index.js';
import { buildPeers, missingTools } from '../peers/build.js';
import { lacks } from '../support/needs.js';
import { repoRoot } from '../support/repo-root.js';
import { isLong } from '../support/sizes.js';

const main = join(repoRoot, 'dist/bench/main.js');
const checker = join(repoRoot, 'dist/bench/check.js');

function bench(...args: string[]) {
  return benchWith({}, ...args);
}

function benchWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
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
    for (const id of [
      'write-4096-ts-plain',
      'rtt-64-zeromq',
      'oneway-1khz-c-ts',
      'open-first-ts',
      'posix-write-64-ts',
      'posix-stream-1khz-c-read',
    ]) {
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

    /** One run, which all look at; its library has its segments in files, and talks on stdout. */
    describe('one quick run', () => {
      const committed = join(repoRoot, 'bench/report');
      const standOf = (at: string) =>
        readdirSync(at).map((file) => [file, readFileSync(join(at, file), 'utf8')]);
      let folder: string;
      let lib: string;
      let standIn: string;
      let stood: string[][];
      let stdout: string;
      let stderr: string;
      let results: Results;

      before(async () => {
        folder = mkdtempSync(join(tmpdir(), 'eshm-bench-report-'));
        ({ lib } = await buildPeers({ library: 'noisy', shm: 'posix' }));
        ({ lib: standIn } = await buildPeers({ library: 'plain' }));
        stood = standOf(committed);
        const rows = 'write-64-ts,write-64-c,posix-write-64-ts,posix-rtt-64-ts-c';
        const run = bench('--quick', '--only', rows, '--json', '-', '--lib', lib, '--report', folder);
        assert.equal(run.status, 0, run.stderr);
        ({ stdout, stderr } = run);
        results = JSON.parse(stdout);
      });
      after(() => rmSync(folder, { recursive: true, force: true }));

      it('has stdout for the results alone, although the library prints, and progress on stderr', () => {
        assert.match(stderr, /write-64-c: /, 'a progress line');
        assert.equal(stdout, `${JSON.stringify(results, null, 2)}\n`);
      });

      it('says what it ran on and with which library', () => {
        assert.equal(results.node, process.version);
        assert.equal(typeof results.machine.cpu, 'string');
        assert.equal(results.lib, lib);
        assert.equal(results.standIn, false);
      });

      it('measures rows over files with a library that has its segments there, all others with the stand-in', () => {
        assert.deepEqual(
          results.rows.filter(({ value }) => value > 0).map(({ id }) => id),
          ['write-64-ts', 'write-64-c', 'posix-write-64-ts', 'posix-rtt-64-ts-c'],
        );
        assert.deepEqual(results.libs, { 'system-v': standIn, posix: lib });
        assert.match(stderr, new RegExp(`^library +${standIn}\nposix +${lib}$`, 'm'));
      });

      it('has the rows that it was asked for, over several lives of their processes', () => {
        const [first, second] = results.rows;
        assert.deepEqual([first?.id, first?.unit], ['write-64-ts', 'ns']);
        assert.deepEqual([second?.id, second?.unit], ['write-64-c', 'ns']);
        for (const { value, rounds, perRound, at } of [first!, second!]) {
          assert.ok(value > 0);
          assert.ok(rounds >= 3);
          assert.equal(perRound.length, rounds);
          assert.equal(at.length, rounds);
          assert.ok(new Set(at.map(([sitting]) => sitting)).size >= 2, 'the processes were started anew');
        }
      });

      it('judges the ratio that has a target', () => {
        const [ratio, ...others] = results.ratios;
        assert.deepEqual(others, []);
        assert.equal(ratio!.id, 'write-64-ts / write-64-c');
        assert.equal(ratio!.value, results.rows[0]!.value / results.rows[1]!.value);
        assert.equal(ratio!.target, '<= 1.5');
        const { low, value, high, verdict } = ratio!;
        assert.ok(low < value && value < high);
        assert.equal(verdict, high <= 1.5 ? 'holds' : low > 1.5 ? 'missed' : 'unclear');
      });

      it('writes a report where it is told to, and leaves the committed one alone', () => {
        assert.match(
          readFileSync(join(folder, 'report.md'), 'utf8'),
          /^\| write-64-ts \/ write-64-c \| <= 1\.5 \| [\d.]+ \| .* to .* \| (holds|\*\*missed\*\*|unclear) \|$/m,
        );
        assert.deepEqual(readReports(folder), [results]);
        assert.deepEqual(standOf(committed), stood);
      });

      it('bench:check fails where a ratio is worse for certain than in such a report, and writes none', () => {
        // A report of the library that is compared with, by which C was a thousand times as slow.
        const rows = results.rows.map((row) => ({
          ...row,
          perRound: row.perRound.map((value) => (row.id === 'write-64-c' ? value * 1000 : value)),
        }));
        const own = { standIn: !process.env.ESHM_LIB, lib: process.env.ESHM_LIB ?? null };
        const file = join(folder, `results-${hostKind(results.machine)}.json`);
        writeFileSync(file, JSON.stringify({ ...results, ...own, rows }));
        const args = ['--only', 'write-64-ts,write-64-c', '--against', folder];
        const { status, stdout } = spawnSync(process.execPath, [checker, ...args], { encoding: 'utf8' });
        assert.match(stdout, /^library +\/.*\.so$/m);
        assert.match(stdout, /write-64-ts \/ write-64-c +│ x [\d.,]+ +│ [\d.,]+ to [\d.,]+ +│ \S*missed/);
        assert.match(stdout, /^worse: write-64-ts \/ write-64-c is [\d.e+]+ times as bad/m);
        assert.equal(status, 1);
        assert.deepEqual(standOf(committed), stood);
      });

      it('bench:check judges by the targets alone where the report has other kinds of hosts only, and says so', () => {
        const other = { ...results, machine: { ...results.machine, cpu: 'Slide Rule' } };
        rmSync(join(folder, `results-${hostKind(results.machine)}.json`));
        writeFileSync(join(folder, `results-${hostKind(other.machine)}.json`), JSON.stringify(other));
        const args = ['--only', 'write-64-ts,write-64-c', '--against', folder];
        const { status, stdout } = spawnSync(process.execPath, [checker, ...args], { encoding: 'utf8' });
        assert.match(
          stdout,
          /^not compared with a report: .* only of Slide Rule, .*; judged by the targets alone$/m,
        );
        assert.equal(status, /^missed: /m.test(stdout) ? 1 : 0);
        assert.doesNotMatch(stdout, /^worse: /m);
      });

      if (isLong) {
        it('bench:check beside the report of just now ends with what it says', () => {
          const rows = 'write-64-ts,write-64-c';
          assert.equal(bench('--quick', '--only', rows, '--report', folder).status, 0);
          const args = ['--only', rows, '--against', folder];
          const { status, stdout } = spawnSync(process.execPath, [checker, ...args], { encoding: 'utf8' });
          assert.match(
            stdout,
            /write-64-ts \/ write-64-c +│ x [\d.]+ +│ [\d.]+ to [\d.]+ +│ (holds|unclear)/,
          );
          assert.equal(status, /^(missed|worse): /m.test(stdout) ? 1 : 0);
        });
      }
    });

    // The other way round is the run above.
    if (isLong) {
      it('takes the stand-in over files where the library is over System V', async () => {
        const { lib } = await buildPeers({ library: 'noisy' });
        const { lib: posix } = await buildPeers({ library: 'plain', shm: 'posix-remembers' });
        const args = ['--quick', '--only', 'posix-flatout-read,rtt-64-ts-py', '--json', '-', '--lib', lib];
        const { status, stdout, stderr } = bench(...args);
        assert.equal(status, 0, stderr);
        const { rows, libs, ratios }: Results = JSON.parse(stdout);
        const value = (wanted: string) => rows.find(({ id }) => id === wanted)!.value;
        assert.ok(value('rtt-64-ts-py') > 0);
        assert.deepEqual(libs, { 'system-v': lib, posix });
        assert.deepEqual(
          ratios.map(({ id, value }) => [id, value]),
          [['posix-flatout-read', value('posix-flatout-read')]],
        );
      });
    }

    it('leaves no segment and no stack trace behind when it is interrupted', async () => {
      const made = new Set<number>();
      const child = await interrupted('rtt-64-ts,rtt-64-native', (pid) => {
        for (const { id, creatorPid } of listSegments()) if (isOf(pid, creatorPid)) made.add(id);
        return made.size > 0;
      });
      assert.deepEqual(
        listSegments().filter(({ creatorPid }) => creatorPid > child && isOf(child, creatorPid)),
        [],
      );
      assert.ok(!listSegments().some(({ id }) => made.has(id)), 'what it made is removed');
    });

    it('nor a file of a row over files', async () => {
      const filesOf = (pid: number) =>
        readdirSync('/dev/shm').filter((file) => file.startsWith(`eshm_bench-${pid}-`));
      const child = await interrupted('posix-rtt-64-ts,posix-rtt-64-c', (pid) => filesOf(pid).length > 0);
      assert.deepEqual(filesOf(child), []);
    });
  });
});

/** A run of these rows that gets a Ctrl-C as soon as it `isAtWork`: it ends with that, and no process of it is left. */
async function interrupted(rows: string, isAtWork: (pid: number) => boolean): Promise<number> {
  const child = spawn(process.execPath, [main, '--only', rows], { detached: true });
  const pid = child.pid!;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, 'close');
  // The whole group gets it, as from a terminal, once a process of it has made something.
  while (!isAtWork(pid) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(-pid, 'SIGINT');
  assert.deepEqual(await exited, [130, null], stderr);
  assert.doesNotMatch(stderr, /\n\s+at /);
  assert.equal(spawnSync('pgrep', ['-g', `${pid}`], { encoding: 'utf8' }).stdout, '');
  return pid;
}

/** Whether `pid` is in the process group `group`. */
function isOf(group: number, pid: number): boolean {
  return spawnSync('ps', ['-o', 'pgid=', '-p', `${pid}`], { encoding: 'utf8' }).stdout.trim() === `${group}`;
}
