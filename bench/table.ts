import Table from 'cli-table3';
import pc from 'picocolors';
import type { Interval } from './bootstrap.js';
import type { Comparison } from './ratios.js';
import type { Results, Row, Verdict } from './results.js';

const PLAIN = { style: { head: [], border: [] } };

/** What a run ran on, a line each. */
export function formatHead({ machine, node, libs }: Pick<Results, 'machine' | 'node' | 'libs'>): string {
  const { cpu, cores, memoryGiB, kernel, compiler, pinnedTo } = machine;
  const pins =
    pinnedTo === null ? 'nothing is pinned' : `round trips between core ${pinnedTo.join(' and core ')}`;
  return [
    `machine  ${cpu}, ${cores} cores, ${memoryGiB} GiB; ${pins}`,
    `kernel   ${kernel}`,
    `node     ${node}`,
    `g++      ${compiler ?? 'none'}`,
    `library  ${libs?.['system-v'] ?? 'none: rows of the C library are left out'}`,
    ...(libs ? [`posix    ${libs.posix}`] : []),
  ].join('\n');
}

/** The rows, then the ratios beside their targets, then what was left out. */
export function formatTables({ rows, ratios, leftOut, coreDistance }: Results): string {
  const figures = new Table({ head: ['row', 'value', 'p50', 'p99', 'p99.9', 'max', 'rounds'], ...PLAIN });
  for (const row of rows) figures.push(cells(row));
  const judged = new Table({ head: ['ratio', 'value', 'interval', 'target', 'verdict'], ...PLAIN });
  for (const { id, value, low, high, target, verdict } of ratios) {
    judged.push([id, formatNumber(value), formatInterval({ low, high }), target, coloured(verdict)]);
  }
  const parts = [figures.toString()];
  if (ratios.length > 0) parts.push(judged.toString());
  for (const { id, reason } of leftOut) parts.push(`${id} is left out: ${reason}`);
  if (coreDistance !== null && coreDistance.close > 0) {
    const { apart, close } = coreDistance;
    parts.push(
      `${close} of ${apart + close} spinning rounds ran while the host had both cores close together: round trips are shorter then (bench/distance.ts)`,
    );
  }
  return parts.join('\n');
}

/** What has become of the ratios since the last report. */
export function formatComparisons(last: Pick<Results, 'date'>, changes: readonly Comparison[]): string {
  const table = new Table({
    head: ['ratio', `worse than ${last.date.slice(0, 10)}`, 'interval', 'verdict'],
    ...PLAIN,
  });
  for (const { id, worse, low, high, verdict } of changes) {
    table.push([id, `x ${formatNumber(worse)}`, formatInterval({ low, high }), coloured(verdict)]);
  }
  return table.toString();
}

function cells({ unit, value, p50, p99, p999, max, rounds, id }: Row): string[] {
  const time = (ns: number | undefined) => (ns === undefined ? '' : formatNs(ns));
  return [id, formatValue(value, unit), time(p50), time(p99), time(p999), time(max), `${rounds}`];
}

/** Red is what is missed for certain, and nothing else. */
export function coloured(verdict: Verdict): string {
  return verdict === 'missed' ? pc.red(verdict) : verdict;
}

/** `1.02 to 1.31`. */
export function formatInterval({ low, high }: Interval): string {
  return `${formatNumber(low)} to ${formatNumber(high)}`;
}

/** A row's figure with its unit; nanoseconds in the unit that suits them. */
export function formatValue(value: number, unit: Row['unit']): string {
  return unit === 'ns' ? formatNs(value) : `${formatNumber(value)} ${unit}`;
}

/** Nanoseconds as ns, µs or ms. */
export function formatNs(ns: number): string {
  if (ns < 1000) return `${formatNumber(ns)} ns`;
  if (ns < 1e6) return `${formatNumber(ns / 1000)} µs`;
  return `${formatNumber(ns / 1e6)} ms`;
}

/** Three digits, or all of a large number's whole ones. */
export function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
