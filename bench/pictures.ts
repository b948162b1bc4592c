import type { Row, RowRecorder } from './results.js';
import { SIZES } from './scenario.js';

/** What is used of vega and vega-lite; their own declarations need the DOM's and do not pass TypeScript 7. */
interface VegaLite {
  compile(spec: object): { spec: object };
}
interface Vega {
  parse(spec: object): object;
  View: new (dataflow: object, options: { renderer: 'none' }) => { toSVG(): Promise<string> };
}
// Not literal in import(), or the compiler would read those declarations.
const VEGA: string = 'vega';
const VEGA_LITE: string = 'vega-lite';

const WIDTH = 640;

/** Nanoseconds on an axis: 1 ns, 10 µs, 100 ms. */
const AXIS_NS =
  "datum.value < 1e3 ? datum.value + ' ns' : datum.value < 1e6 ? datum.value / 1e3 + ' µs' : datum.value / 1e6 + ' ms'";

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Latency distributions of the round trips, fastest first, as the text of an SVG; `undefined` when there are none. */
export async function drawLatencies(recorders: readonly RowRecorder[]): Promise<string | undefined> {
  const values = recorders
    .filter(({ row }) => row.id.startsWith('rtt-') && row.p50 !== undefined)
    .map((recorder) => ({ row: recorder.row.id, ...recorder.percentiles! }))
    .sort((a, b) => a.p50 - b.p50);
  if (values.length === 0) return undefined;
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { type: 'log' as const, nice: true },
    axis: { title: 'round trip', labelExpr: AXIS_NS, tickCount: 8 },
  });
  const y = { field: 'row', type: 'nominal' as const, sort: null, axis: { title: null } };
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
export async function drawWrites(rows: readonly Row[]): Promise<string | undefined> {
  const series: Record<string, string> = {
    ts: 'TypeScript',
    'ts-plain': "TypeScript, order: 'plain'",
    c: 'C library',
  };
  const values = rows.flatMap(({ id, value }) => {
    const [, size, who = ''] = /^write-(\d+)-(.+)$/.exec(id) ?? [];
    return size === undefined ? [] : [{ size: Number(size), who: series[who] ?? who, value }];
  });
  if (values.length === 0) return undefined;
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

/** `undefined` where the libraries that draw are not installed, as beside the package: they are of the checkout. */
export async function draw(spec: object): Promise<string | undefined> {
  let libraries: [VegaLite, Vega];
  try {
    libraries = (await Promise.all([import(VEGA_LITE), import(VEGA)])) as unknown as [VegaLite, Vega];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  const [{ compile }, { parse, View }] = libraries;
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
