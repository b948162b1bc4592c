import Table from 'cli-table3';
const PLAIN = { style: { head: [], border: [] } };
/** What a run ran on, a line each. */
export function formatHead({ machine, node, lib }) {
    const { cpu, cores, memoryGiB, kernel, compiler, pinnedTo } = machine;
    const pins = pinnedTo === null ? 'nothing is pinned' : `round trips between core ${pinnedTo.join(' and core ')}`;
    return [
        `machine  ${cpu}, ${cores} cores, ${memoryGiB} GiB; ${pins}`,
        `kernel   ${kernel}`,
        `node     ${node}`,
        `g++      ${compiler}`,
        `library  ${lib}`,
    ].join('\n');
}
/** The rows, then the ratios beside their targets, then what was left out. */
export function formatTables({ rows, ratios, leftOut, coreDistance }) {
    const figures = new Table({ head: ['row', 'value', 'p50', 'p99', 'p99.9', 'max', 'rounds'], ...PLAIN });
    for (const row of rows)
        figures.push(cells(row));
    const judged = new Table({ head: ['ratio', 'value', 'target', 'holds', 'noise'], ...PLAIN });
    for (const { id, value, target, holds, noise } of ratios) {
        judged.push([id, formatNumber(value), target, holds ? 'yes' : 'NO', `${(noise * 100).toFixed(0)} %`]);
    }
    const parts = [figures.toString()];
    if (ratios.length > 0)
        parts.push(judged.toString());
    for (const { id, reason } of leftOut)
        parts.push(`${id} is left out: ${reason}`);
    if (coreDistance !== null && coreDistance.close > 0) {
        const { apart, close } = coreDistance;
        parts.push(`${close} of ${apart + close} spinning rounds ran while the host had both cores close together: round trips are shorter then (bench/distance.ts)`);
    }
    return parts.join('\n');
}
function cells({ unit, value, p50, p99, p999, max, rounds, id }) {
    const time = (ns) => (ns === undefined ? '' : formatNs(ns));
    return [id, formatValue(value, unit), time(p50), time(p99), time(p999), time(max), `${rounds}`];
}
/** A row's figure with its unit; nanoseconds in the unit that suits them. */
export function formatValue(value, unit) {
    return unit === 'ns' ? formatNs(value) : `${formatNumber(value)} ${unit}`;
}
/** Nanoseconds as ns, µs or ms. */
export function formatNs(ns) {
    if (ns < 1000)
        return `${formatNumber(ns)} ns`;
    if (ns < 1e6)
        return `${formatNumber(ns / 1000)} µs`;
    return `${formatNumber(ns / 1e6)} ms`;
}
/** Three digits, or all of a large number's whole ones. */
export function formatNumber(value) {
    return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
//# sourceMappingURL=table.js.map