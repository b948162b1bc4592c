import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setAgainst } from '../../bench/against.js';
import { describeHost, hostKind, hostLabels, processorOf } from '../../bench/hosts.js';
import { readReports, writeReport } from '../../bench/report.js';
import { formatReport } from '../../bench/report-page.js';
import { RowRecorder } from '../../bench/results.js';
import { SCENARIOS } from '../../bench/scenarios/index.js';
import { repoRoot } from '../support/repo-root.js';
import { ABACUS, FOUR_BEADS, row, run, SLIDE_RULE } from './made-up.js';

/** A run whose write of 64 bytes takes so many nanoseconds where C takes ten. */
const writing = (ns: number) => [row('write-64-ts', [ns, ns, ns]), row('write-64-c', [10, 10, 10])];

describe('kinds of hosts', () => {
  it('are named as people name the processor', () => {
    for (const [cpu, name] of [
      ['Intel(R) Xeon(R) Processor', 'Intel Xeon'],
      ['Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz', 'Intel Core i7-8700'],
      ['AMD EPYC', 'AMD EPYC'],
      ['AMD EPYC 9R14 96-Core Processor', 'AMD EPYC 9R14'],
      ['Processor', 'Processor'],
      ['unknown', 'unknown'],
    ]) {
      assert.equal(processorOf({ cpu: cpu! }), name);
    }
  });

  it('differ by processor, cores and release line of the kernel, and by nothing else', () => {
    const kind = hostKind(ABACUS);
    assert.equal(kind, 'abacus-bead-2-cores-linux-6.18');
    assert.equal(describeHost(ABACUS), 'Abacus Bead, 2 cores, Linux 6.18');
    const alike = { ...ABACUS, kernel: 'Linux 6.18.2', memoryGiB: 64, compiler: null };
    assert.equal(hostKind(alike), kind);
    const others = [SLIDE_RULE, FOUR_BEADS, { ...ABACUS, kernel: 'Linux 6.1.44' }].map(hostKind);
    assert.equal(new Set([kind, ...others]).size, 4);
    assert.equal(hostKind({ cpu: '../x', cores: 1, kernel: '?' }), '..-x-1-cores');
  });

  it('are headed by their processor, and by all that tells them apart where that does not', () => {
    assert.deepEqual(hostLabels([ABACUS, SLIDE_RULE]), ['Abacus Bead', 'Slide Rule 9']);
    assert.deepEqual(hostLabels([ABACUS, SLIDE_RULE, FOUR_BEADS]), [
      'Abacus Bead, 2 cores, Linux 6.18',
      'Slide Rule 9',
      'Abacus Bead, 4 cores, Linux 6.18',
    ]);
  });
});

describe('the report', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eshm-report-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const text = (file: string) => readFileSync(join(folder, file), 'utf8');

  /** Round trips of such latencies, for a picture. */
  function trips(ns: number): RowRecorder[] {
    const recorder = new RowRecorder(SCENARIOS.find(({ id }) => id === 'rtt-64-ts')!);
    recorder.add({ value: ns, samplesNs: [ns, 2 * ns, 3 * ns] }, 0, 0);
    return [recorder];
  }

  it('is none where there is no folder, and none of a folder without runs', () => {
    assert.deepEqual(readReports(join(folder, 'nowhere')), []);
    assert.deepEqual(readReports(folder), []);
  });

  it('has a run of each kind of host, and a run replaces only its own', async () => {
    const first = run(ABACUS, writing(10));
    await writeReport(folder, first, trips(100));
    const kept = ['results', 'latency', 'write'].map(
      (name) => `${name}-abacus-bead-2-cores-linux-6.18.${name === 'results' ? 'json' : 'svg'}`,
    );
    const stood = kept.map(text);
    await writeReport(folder, run(SLIDE_RULE, writing(20)), trips(200));
    await writeReport(folder, run(SLIDE_RULE, writing(30)), trips(300));
    assert.deepEqual(kept.map(text), stood);
    assert.deepEqual(readReports(folder), [first, run(SLIDE_RULE, writing(30))]);
    assert.deepEqual(
      readdirSync(folder).sort(),
      [...kept, ...kept.map((file) => file.replace('abacus-bead', 'slide-rule-9')), 'report.md'].sort(),
    );
    // The kernel has a patch more: it is the same kind of host.
    const patched = run({ ...ABACUS, kernel: 'Linux 6.18.45' }, writing(11));
    await writeReport(folder, patched, []);
    assert.deepEqual(readReports(folder), [patched, run(SLIDE_RULE, writing(30))]);
    assert.equal(text(kept[1]!), stood[1], 'a picture without rows is left as it was');
  });

  it('shows them side by side, each judged by its own rows', async () => {
    await writeReport(folder, run(ABACUS, [...writing(10), row('gone', [7, 7, 7])]), trips(100));
    const more = { node: 'v22.1.0', leftOut: [{ id: 'rtt-64-py', reason: 'install python3' }] };
    const rows = [...writing(20), row('stream-1khz-ts-late', [0.5, 0.5, 0.5], '% late')];
    await writeReport(folder, run(SLIDE_RULE, rows, { ...more, coreDistance: { apart: 3, close: 4 } }), []);
    const page = text('report.md');
    for (const line of [
      '| host | cores | kernel | Node | compiler | date | command |',
      '| Abacus Bead | 2 | Linux 6.18.44-fc-v669 | 20.20.2 | g++ 12 | 2026-11-25 | `npm run bench -- --quick --save` |',
      '| Slide Rule 9 | 2 | Linux 6.18.44-fc-v669 | 22.1.0 | g++ 12 | 2026-11-25 | `npm run bench -- --quick --save` |',
      '| ratio | target | Abacus Bead | interval | verdict | Slide Rule 9 | interval | verdict |',
      '| write-64-ts / write-64-c | <= 1.5 | 1.00 | 0.952 to 1.05 | holds | 2.00 | 1.90 to 2.10 | **missed** |',
      '| row | Abacus Bead | p99 | p99.9 | max | Slide Rule 9 | p99 | p99.9 | max |',
      '| write-64-ts | 10.0 ns |  |  |  | 20.0 ns |  |  |  |',
      '| stream-1khz-ts-late |  |  |  |  | 0.500 % late |  |  |  |',
      '| gone | 7.00 ns |  |  |  |  |  |  |  |',
      'Slide Rule 9: rtt-64-py is left out: install python3.',
      'Slide Rule 9: spinning rounds with the two cores apart: 3, close together: 4 (bench/distance.ts).',
      '![Round trips, Abacus Bead](latency-abacus-bead-2-cores-linux-6.18.svg)',
      '![Writes, Slide Rule 9](write-slide-rule-9-2-cores-linux-6.18.svg)',
    ]) {
      assert.ok(page.split('\n').includes(line), `${line}\n\n${page}`);
    }
    assert.doesNotMatch(page, /Round trips, Slide Rule 9/);
    assert.ok(page.indexOf('| write-64-ts |') < page.indexOf('| stream-1khz-ts-late |'));
  });

  it('has the p99.9 of what has latencies', () => {
    const [recorder] = trips(100);
    const page = formatReport([run(ABACUS, [recorder!.row])]);
    assert.match(page, /^\| rtt-64-ts \| 100 ns \| 300 ns \| 300 ns \| 300 ns \|$/m);
  });

  it('judges a run of before by the targets of now', () => {
    const old = {
      id: 'write-64-ts / write-64-c',
      value: 9,
      low: 9,
      high: 9,
      target: '<= 9',
      verdict: 'holds',
    } as const;
    const page = formatReport([run(ABACUS, writing(30), { ratios: [old] })]);
    assert.match(page, /^\| write-64-ts \/ write-64-c \| <= 1\.5 \| 3\.00 \| .* \| \*\*missed\*\* \|$/m);
  });

  it('names the file of a run that it cannot read', () => {
    const path = join(folder, 'results-x.json');
    writeFileSync(path, '{');
    assert.throws(() => readReports(folder), {
      message: new RegExp(`${path}: .*; restore it or remove it$`),
    });
  });

  it('that is committed has each run in the file of its kind of host, and a column for it', () => {
    const committed = join(repoRoot, 'bench/report');
    const runs = readReports(committed);
    const files = readdirSync(committed).filter((file) => file.endsWith('.json'));
    assert.ok(runs.length >= 1);
    assert.deepEqual(
      files.sort(),
      runs.map(({ machine }) => `results-${hostKind(machine)}.json`),
    );
    const page = readFileSync(join(committed, 'report.md'), 'utf8');
    const heads = hostLabels(runs.map(({ machine }) => machine));
    assert.ok(page.includes(`| row | ${heads.map((head) => `${head} | p99 | p99.9 | max`).join(' | ')} |`));
  });
});

describe('a run beside the report', () => {
  const abacus = run(ABACUS, writing(10));
  const slideRule = run(SLIDE_RULE, writing(20));

  it('is compared with the run on its own kind of host', () => {
    const now = run(SLIDE_RULE, writing(20));
    const { said, changes } = setAgainst([abacus, slideRule], now);
    assert.match(said, /worse than 2026-11-25/);
    assert.deepEqual(
      changes.map(({ id, worse, verdict }) => [id, worse, verdict]),
      [['write-64-ts / write-64-c', 1, 'holds']],
    );
    const [worse] = setAgainst([slideRule, abacus], run(ABACUS, writing(20))).changes;
    assert.deepEqual([worse!.worse, worse!.verdict], [2, 'missed']);
  });

  it('is judged by the targets alone where there is none, which it says', () => {
    const alone = setAgainst([abacus, slideRule], run(FOUR_BEADS, writing(90)));
    assert.deepEqual(alone.changes, []);
    assert.equal(
      alone.said,
      'not compared with a report: there is none of this kind of host (Abacus Bead, 4 cores, Linux 6.18), only of Abacus Bead, 2 cores, Linux 6.18; Slide Rule 9, 2 cores, Linux 6.18; judged by the targets alone',
    );
    assert.match(
      setAgainst([], abacus).said,
      /of this kind of host \(Abacus Bead, .*\), none at all; judged by/,
    );
  });

  it('is not compared with another Node or another library, which it says too', () => {
    const of = (more: object) => setAgainst([abacus, slideRule], { ...abacus, ...more });
    assert.deepEqual(of({ node: 'v22.1.0' }), {
      said: 'not compared with a report: that of 2026-11-25 is of another Node; judged by the targets alone',
      changes: [],
    });
    assert.match(of({ standIn: false }).said, /is of another C library; judged/);
    assert.equal(of({ node: 'v20.99.0' }).changes.length, 1);
  });
});
