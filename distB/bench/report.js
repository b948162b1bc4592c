import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawLatencies, drawWrites } from './pictures.js';
import { formatNs, formatNumber, formatValue } from './table.js';
/** Writes `latency.svg`, `write.svg` and `report.md` into `folder`; a picture without rows is left as it was. */
export async function writeReport(folder, results, recorders) {
    mkdirSync(folder, { recursive: true });
    const latencies = await drawLatencies(recorders);
    if (latencies !== undefined)
        writeFileSync(join(folder, 'latency.svg'), latencies);
    const writes = await drawWrites(results.rows);
    if (writes !== undefined)
        writeFileSync(join(folder, 'write.svg'), writes);
    writeFileSync(join(folder, 'report.md'), formatReport(results));
}
/** The results as a page of Markdown. */
export function formatReport({ machine, node, command, date, rows, ratios, leftOut, coreDistance, }) {
    const lines = [
        '# Benchmark report',
        '',
        `${machine.cpu}, ${machine.cores} cores, ${machine.kernel}, Node ${node.slice(1)}, ${machine.compiler}; ${date.slice(0, 10)}; \`${command}\``,
        '',
        '| ratio | figure | target | holds |',
        '|---|---|---|---|',
        ...ratios.map(({ id, value, target, holds }) => `| ${id} | ${formatNumber(value)} | ${target} | ${holds ? 'yes' : '**no**'} |`),
        '',
        '| row | median | p99 | p99.9 | max |',
        '|---|---|---|---|---|',
        ...rows.map(({ id, value, unit, p99, p999, max }) => {
            const time = (ns) => (ns === undefined ? '' : formatNs(ns));
            return `| ${id} | ${formatValue(value, unit)} | ${time(p99)} | ${time(p999)} | ${time(max)} |`;
        }),
        '',
        ...leftOut.map(({ id, reason }) => `${id} is left out: ${reason}.\n`),
    ];
    if (coreDistance !== null) {
        const { apart, close } = coreDistance;
        lines.push(`Spinning rounds with the two cores apart: ${apart}, close together: ${close} (bench/distance.ts).`, '');
    }
    lines.push('![Round trips](latency.svg)', '', '![Writes](write.svg)', '');
    return lines.join('\n');
}
//# sourceMappingURL=report.js.map