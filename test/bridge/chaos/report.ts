import { FAULTS } from './faults.js';
import { BOUND_MS, type BridgeChaosReport, type BridgeIncident } from './runner.js';

/** Whether it carried again in time; time for which the machine had no core is not held against it. */
export function isGood({ recoveryMs, lagMs }: BridgeIncident): boolean {
  return recoveryMs !== undefined && recoveryMs <= BOUND_MS + lagMs;
}

/** Faults without recovery in time, and everything that must not be. */
export function failuresOf({ incidents, torn, lies, crashed }: BridgeChaosReport): number {
  return (
    incidents.filter((incident) => !isGood(incident)).length + torn.length + lies.length + crashed.length
  );
}

/** The report for people: a row for each kind of fault, what must not be, and the sum. */
export function format(report: BridgeChaosReport): string {
  const head = ['fault', 'count', 'carried again', 'late', 'median ms', 'worst ms'];
  const rows = [...FAULTS, 'all' as const].map((kind) => {
    const some = report.incidents.filter((incident) => kind === 'all' || incident.kind === kind);
    const times = some.flatMap(({ recoveryMs }) => recoveryMs ?? []).sort((a, b) => a - b);
    const late = some.filter((incident) => !isGood(incident)).length;
    const at = (index: number) => (times.length === 0 ? '-' : `${Math.round(times[index]!)}`);
    return [
      kind,
      `${some.length}`,
      `${times.length}`,
      `${late}`,
      at(times.length >> 1),
      at(times.length - 1),
    ];
  });
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  const failed = failuresOf(report);
  const passed = report.incidents.filter(isGood).length;
  return [
    line(head),
    ...rows.map(line),
    '',
    ...report.torn.slice(0, 10).map((what) => `torn: ${what}`),
    ...report.lies.slice(0, 10).map((what) => `lie: ${what}`),
    ...report.crashed.slice(0, 10).map((what) => `crashed: ${what}`),
    `${report.torn.length} torn, ${report.lies.length} lies of ${report.told} told, ${report.crashed.length} crashed, ${report.heard} messages heard of`,
    `${passed} passed, ${failed} failed`,
  ].join('\n');
}
