import { SIZES } from './scenario.js';
// Not literal in import(), or the compiler would read those declarations.
const VEGA = 'vega';
const VEGA_LITE = 'vega-lite';
const WIDTH = 640;
/** Nanoseconds on an axis: 1 ns, 10 µs, 100 ms. */
const AXIS_NS = "datum.value < 1e3 ? datum.value + ' ns' : datum.value < 1e6 ? datum.value / 1e3 + ' µs' : datum.value / 1e6 + ' ms'";
const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
/** Latency distributions of the round trips, fastest first, as the text of an SVG; `undefined` when there are none. */
export function drawLatencies(recorders) {
    const values = recorders
        .filter(({ row }) => row.id.startsWith('rtt-') && row.p50 !== undefined)
        .map((recorder) => ({ row: recorder.row.id, ...recorder.percentiles }))
        .sort((a, b) => a.p50 - b.p50);
    if (values.length === 0)
        return undefined;
    const x = (field) => ({
        field,
        type: 'quantitative',
        scale: { type: 'log', nice: true },
        axis: { title: 'round trip', labelExpr: AXIS_NS, tickCount: 8 },
    });
    const y = { field: 'row', type: 'nominal', sort: null, axis: { title: null } };
    return draw({
        $schema: SCHEMA,
        title: {
            text: 'Round trips: p1 to p99.9 (line), middle half (bar), median (tick), maximum (dot)',
            anchor: 'start',
        },
        width: WIDTH,
        height: { step: 22 },
        background: 'white',
        data: { values },
        layer: [
            { mark: { type: 'rule', color: '#8aa' }, encoding: { x: x('p1'), x2: { field: 'p999' }, y } },
            {
                mark: { type: 'bar', height: 10, color: '#4c78a8' },
                encoding: { x: x('p25'), x2: { field: 'p75' }, y },
            },
            { mark: { type: 'tick', color: 'black', thickness: 2, size: 16 }, encoding: { x: x('p50'), y } },
            { mark: { type: 'point', color: '#8aa', filled: true, size: 16 }, encoding: { x: x('max'), y } },
        ],
    });
}
/** Cost of a write over its size, as the text of an SVG; `undefined` when no write was measured. */
export function drawWrites(rows) {
    const series = {
        ts: 'TypeScript',
        'ts-plain': "TypeScript, order: 'plain'",
        c: 'C library',
    };
    const values = rows.flatMap(({ id, value }) => {
        const [, size, who = ''] = /^write-(\d+)-(.+)$/.exec(id) ?? [];
        return size === undefined ? [] : [{ size: Number(size), who: series[who] ?? who, value }];
    });
    if (values.length === 0)
        return undefined;
    return draw({
        $schema: SCHEMA,
        title: { text: 'Cost of a write', anchor: 'start' },
        width: WIDTH,
        height: 280,
        background: 'white',
        data: { values },
        mark: { type: 'line', point: true },
        encoding: {
            x: {
                field: 'size',
                type: 'quantitative',
                scale: { type: 'log', base: 2 },
                axis: { title: 'bytes', values: [...SIZES] },
            },
            y: { field: 'value', type: 'quantitative', axis: { title: 'ns per write' } },
            color: {
                field: 'who',
                type: 'nominal',
                sort: Object.values(series),
                legend: { title: null, orient: 'top-left', labelLimit: 300 },
            },
        },
    });
}
async function draw(spec) {
    const { compile } = (await import(VEGA_LITE));
    const { parse, View } = (await import(VEGA));
    return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
//# sourceMappingURL=pictures.js.map