import { describeHost, hostKind } from './hosts.js';
import { type Comparison, compare, otherThan } from './ratios.js';
import type { Results } from './results.js';
import { formatComparisons } from './table.js';

/** A run beside the report. */
export interface Against {
  /** What is said of it: a table, or why there is none. */
  readonly said: string;
  /** What has become of the ratios since; none where it is compared with nothing. */
  readonly changes: readonly Comparison[];
}

/** Compares a run with the one of its own kind of host among `reports`. */
export function setAgainst(reports: readonly Results[], now: Results): Against {
  const kind = hostKind(now.machine);
  const last = reports.find(({ machine }) => hostKind(machine) === kind);
  if (last === undefined) {
    const others = reports.map(({ machine }) => describeHost(machine)).join('; ');
    const instead = others === '' ? 'none at all' : `only of ${others}`;
    return alone(`there is none of this kind of host (${describeHost(now.machine)}), ${instead}`);
  }
  const what = otherThan(last, now);
  if (what !== undefined) return alone(`that of ${last.date.slice(0, 10)} is of another ${what}`);
  const changes = compare(last.rows, now.rows);
  return { said: formatComparisons(last, changes), changes };
}

function alone(why: string): Against {
  return { said: `not compared with a report: ${why}; judged by the targets alone`, changes: [] };
}
