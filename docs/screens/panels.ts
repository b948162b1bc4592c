import {
  type Answer,
  asSent,
  type Panel,
  type PanelTarget,
  type Prometheus,
} from '../../test/support/prometheus.js';

/** Width of the whole dashboard, of 24 columns, in pixels. */
const WIDTH = 1180;
const CHART_HEIGHT = 130;
const STAT_HEIGHT = 70;
const PALETTE = ['#7eb26d', '#eab839', '#6ed0e0', '#ef843c', '#e24d42', '#1f78c1', '#ba43a9', '#705da0'];

interface Point {
  readonly time: number;
  readonly value: number;
  readonly series: string;
}

/** A panel of the dashboard as a vega-lite chart, of what its queries give over the last `lastS` seconds. */
export async function chartOf(panel: Panel, prometheus: Prometheus, lastS: number): Promise<object> {
  const answers = await Promise.all(
    panel.targets.map(async (target) => ({ target, series: await prometheus.query(asSent(target), lastS) })),
  );
  const values = answers.flatMap(({ target, series }) => series.flatMap((one) => pointsOf(one, target)));
  if (values.length === 0) throw new Error(`Cannot draw '${panel.title}': its queries give nothing`);
  const title = { text: panel.title, anchor: 'start', fontSize: 12 };
  const width = (WIDTH * panel.gridPos.w) / 24 - 150;
  switch (panel.type) {
    case 'stat':
      return { title, width: width + 100, height: STAT_HEIGHT, ...numbers(values, panel) };
    case 'state-timeline':
      return { title, width, height: CHART_HEIGHT, ...timeline(values) };
    default:
      return { title, width, height: CHART_HEIGHT, ...lines(values, panel) };
  }
}

function pointsOf({ metric, values }: Answer, { legendFormat }: PanelTarget): Point[] {
  const series = legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? '');
  return values.map(([timeS, value]) => ({ time: timeS * 1000, value: Number(value), series }));
}

const TIME = {
  field: 'time',
  type: 'temporal',
  axis: { title: null, format: '%H:%M:%S', tickCount: 5, grid: false },
};

function lines(values: readonly Point[], { fieldConfig }: Panel): object {
  const unit = { cps: 'per second', bytes: 'bytes' }[fieldConfig.defaults.unit] ?? null;
  return {
    data: { values },
    mark: { type: 'line', strokeWidth: 1.5 },
    encoding: {
      x: TIME,
      y: { field: 'value', type: 'quantitative', axis: { title: unit, tickCount: 5 } },
      color: {
        field: 'series',
        type: 'nominal',
        scale: { range: PALETTE },
        legend: { title: null, labelFontSize: 8, symbolSize: 40, labelLimit: 150, rowPadding: 0 },
      },
    },
  };
}

function timeline(values: readonly Point[]): object {
  return {
    data: { values: values.map((point) => ({ ...point, state: point.value === 1 ? 'beats' : 'silent' })) },
    mark: { type: 'tick', thickness: 6, size: 8 },
    encoding: {
      x: TIME,
      y: { field: 'series', type: 'nominal', axis: { title: null } },
      color: {
        field: 'state',
        type: 'nominal',
        scale: { domain: ['beats', 'silent'], range: ['#56a64b', '#e02f44'] },
        legend: { title: null },
      },
    },
  };
}

/** The newest value of each series, side by side. */
function numbers(values: readonly Point[], { fieldConfig }: Panel): object {
  const newest = [...new Map(values.map((point) => [point.series, point])).values()];
  const unit = fieldConfig.defaults.unit === 's' ? ' s' : '';
  const data = newest.map((point, row) => ({
    ...point,
    row,
    label: `${Math.round(point.value)}${unit}  ${point.series}`,
  }));
  const size = data.length === 1 ? 26 : 13;
  return {
    data: { values: data },
    mark: { type: 'text', align: 'left', fontSize: size, fontWeight: 'bold', color: '#1f60c4', x: 4 },
    encoding: {
      y: { field: 'row', type: 'ordinal', axis: null },
      text: { field: 'label' },
    },
  };
}
