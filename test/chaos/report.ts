import { FAULTS, type Incident } from './faults.js';
import type { ChaosReport } from './runner.js';

/** Faults of one kind together; times in ms, from the restart or the end of the fault to the first good message. */
export interface Row {
  readonly fault: string;
  readonly count: number;
  readonly recovered: number;
  readonly worstMs: number;
  readonly medianMs: number;
  /** Median start of the new process, 0 where none was started. */
  readonly startMs: number;
  /** Recoveries beyond the stale threshold + two retry intervals + the start of the new process. */
  readonly late: number;
  /** Blocked event loops that the other side noticed. */
  readonly noticed: number;
}

/** The table, a row for each kind of fault and one for all. */
export function rowsOf(incidents: readonly Incident[]): Row[] {
  const rows = FAULTS.map((fault) =>
    rowOf(
      fault,
      incidents.filter(({ kind }) => kind === fault),
    ),
  );
  return [...rows, rowOf('all', incidents)];
}

/** Everything that must not be, in the order in which the report names it. */
const FINDINGS = ['torn', 'hung', 'deaf', 'crashed', 'left'] as const;

/** What counts as failed: incidents without recovery, too late or noticed, and everything that must not be. */
export function failuresOf(report: ChaosReport): number {
  const bad = report.incidents.filter((incident) => !isGood(incident)).length;
  return bad + FINDINGS.reduce((sum, what) => sum + report[what].length, 0);
}

/** Whether an incident ended as promised; time for which the machine had no core is not held against it. */
export function isGood({ recoveryMs, boundMs, lagMs, noticed }: Incident): boolean {
  return recoveryMs !== undefined && recoveryMs <= boundMs + lagMs && (!noticed || lagMs > NOTICE_LAG_MS);
}

/** A machine that takes this much from the runner may take the stale threshold from a heartbeat, in ms. */
const NOTICE_LAG_MS = 100;

/** The report for people; the last line is `N passed, N failed`. */
export function format(report: ChaosReport): string {
  const lines = [
    `seed ${report.seed}, ${report.seconds} s`,
    '',
    ...table(rowsOf(report.incidents)),
    '',
    FINDINGS.map((what) => `${report[what].length} ${what}`).join(', '),
    `late: beyond the stale threshold + two retry intervals + the start of the new process; it fails where the time for which the machine had no core (${Math.round(report.incidents.reduce((sum, { lagMs }) => sum + lagMs, 0))} ms in all) does not explain it`,
    `not judged: ${report.unjudged.length} faults between C++ and Python alone, ${report.unjudged.filter(({ recoveryMs }) => recoveryMs === undefined).length} of them without recovery`,
    `by the original's own rules: ${report.foreignRestarts} C++ or Python readers restarted that waited for good, ${report.leftByOthers} segments left by C++ or Python masters that had taken over, ${report.empties} empty messages in the place of half-written ones`,
  ];
  for (const what of FINDINGS) {
    for (const line of report[what].slice(0, 20)) lines.push(`${what}: ${line}`);
  }
  for (const incident of report.incidents.filter((one) => !isGood(one)).slice(0, 20)) {
    const { kind, pairing, role, recoveryMs, boundMs, lagMs, noticed, detail } = incident;
    lines.push(
      `not as promised: ${kind} (${role})${detail && `, ${detail}`}, ${pairing}: ${recoveryMs?.toFixed(0) ?? 'no'} ms, bound ${boundMs.toFixed(0)} ms, lag ${lagMs.toFixed(0)} ms${noticed ? ', noticed' : ''}`,
    );
  }
  lines.push('', `${report.incidents.filter(isGood).length} passed, ${failuresOf(report)} failed`);
  return lines.join('\n');
}

function rowOf(fault: string, incidents: readonly Incident[]): Row {
  const times = incidents.flatMap(({ recoveryMs }) => recoveryMs ?? []).sort((a, b) => a - b);
  const starts = incidents.flatMap(({ startMs }) => (startMs > 0 ? startMs : [])).sort((a, b) => a - b);
  return {
    fault,
    count: incidents.length,
    recovered: times.length,
    worstMs: Math.round(times.at(-1) ?? 0),
    medianMs: Math.round(times[times.length >>> 1] ?? 0),
    startMs: Math.round(starts[starts.length >>> 1] ?? 0),
    late: incidents.filter(({ recoveryMs, boundMs }) => recoveryMs !== undefined && recoveryMs > boundMs)
      .length,
    noticed: incidents.filter(({ noticed }) => noticed).length,
  };
}

function table(rows: readonly Row[]): string[] {
  const titles = ['fault', 'count', 'recovered', 'worst ms', 'median ms', 'start ms', 'late', 'noticed'];
  const cells = rows.map((row) => Object.values(row).map(String));
  const widths = titles.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
  return [titles, ...cells].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
}
