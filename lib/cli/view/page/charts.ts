import uPlot from 'uplot';
import { RATE } from '../protocol.js';
import { make, setText } from './dom.js';
import type { Series } from './series.js';
import { showRate } from './table.js';
import { colour } from './theme.js';

const HEIGHT = 120;

/** What a chart tells who shows it. */
export interface ChartEvents {
  /** Somebody drew a frame over this time, in s since the epoch. */
  zoomed(fromS: number, toS: number): void;
  unzoomed(): void;
  /** Somebody clicked at this time. */
  picked(atS: number): void;
}

/** One field over time: a line of the newest values, and behind it from the least to the largest in each bucket. */
class Chart {
  readonly element: HTMLElement;
  readonly #name: string;
  readonly #isRate: boolean;
  readonly #value = make('output');
  readonly #place = make('div', { class: 'plot', role: 'img' });
  readonly #plot: uPlot;
  readonly #watch: ResizeObserver;
  #toldMs = 0;
  #last = '';

  constructor(name: string, sync: string, events: ChartEvents) {
    this.#isRate = name === RATE;
    this.#name = this.#isRate ? 'messages per second' : name;
    const caption = make('figcaption', {}, make('span', {}, this.#name), this.#value);
    this.element = make('figure', { class: 'chart' }, caption, this.#place);
    this.element.dataset.field = this.#name;
    this.#plot = new uPlot(this.#options(sync, events), [[], [], [], []], this.#place);
    this.#watch = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry!.contentRect.width);
      if (width > 0) this.#plot.setSize({ width, height: HEIGHT });
    });
    this.#watch.observe(this.#place);
  }

  #options(sync: string, events: ChartEvents): uPlot.Options {
    const axis = {
      stroke: () => colour('--quiet'),
      grid: { stroke: () => colour('--line'), width: 1 },
      ticks: { stroke: () => colour('--line'), width: 1 },
      font: '11px sans-serif',
    };
    const edge = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: true };
    return {
      width: 400,
      height: HEIGHT,
      legend: { show: false },
      cursor: { sync: { key: sync }, drag: { x: true, y: false, setScale: false }, y: false },
      scales: { x: { time: true }, y: { range: widened } },
      axes: [
        { ...axis, space: 80, size: 24, gap: 2, values: (_, times) => times.map(clock) },
        { ...axis, size: 64, space: 24, gap: 4 },
      ],
      padding: [6, 12, 0, 0],
      series: [
        {},
        edge,
        edge,
        { stroke: () => colour('--accent'), width: 1.5, spanGaps: true, points: { show: false } },
      ],
      bands: [{ series: [2, 1], fill: () => colour('--band') }],
      hooks: {
        setCursor: [() => this.#showValue()],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 4) return;
            events.zoomed(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        ready: [
          (plot) => {
            plot.over.addEventListener('dblclick', () => events.unzoomed());
            plot.over.addEventListener('click', () => {
              if (plot.cursor.left !== undefined && plot.cursor.left >= 0) {
                events.picked(plot.posToVal(plot.cursor.left, 'x'));
              }
            });
          },
        ],
      },
    };
  }

  /** Draws the field as it is now, over this time. */
  draw(series: Series, name: string, fromS: number, toS: number): void {
    const values = series.fields.get(name);
    const data =
      values === undefined ? [[], [], [], []] : [series.times, values.min, values.max, values.last];
    this.#last = this.#show(values?.last.findLast((value) => value !== null));
    this.#plot.setData(data as uPlot.AlignedData, false);
    this.#plot.setScale('x', { min: fromS, max: toS });
    this.#showValue();
  }

  redraw(): void {
    this.#plot.redraw(false);
  }

  /** The value under the cursor, else the last one. */
  #showValue(): void {
    const at = this.#plot.cursor.idx;
    const isOver = (this.#plot.cursor.left ?? -1) >= 0 && at !== null && at !== undefined;
    setText(this.#value, isOver ? this.#valueAt(at) : this.#last);
    // Who has it read aloud does not want it ten times a second.
    if (performance.now() - this.#toldMs < 1000) return;
    this.#toldMs = performance.now();
    this.#place.setAttribute('aria-label', `Chart of ${this.#name}, last value ${this.#last}`);
  }

  #valueAt(at: number): string {
    const [times, min, max, last] = this.#plot.data;
    const [least, most, newest] = [min?.[at], max?.[at], last?.[at]];
    const spread = least === most ? '' : ` (${this.#show(least)} to ${this.#show(most)})`;
    return `${this.#show(newest)}${spread} at ${clock(times[at]!)}`;
  }

  /** A number with all its digits, as it was written; a rate is ours, and has as many as somebody reads. */
  #show(value: number | null | undefined): string {
    if (value === null || value === undefined) return '-';
    return this.#isRate ? showRate(value) : `${value}`;
  }

  remove(): void {
    this.#watch.disconnect();
    this.#plot.destroy();
    this.element.remove();
  }
}

/** The charts of one direction. */
export class Charts {
  readonly element = make('div', { class: 'charts' });
  readonly #charts = new Map<string, Chart>();
  readonly #sync: string;
  readonly #events: ChartEvents;

  /** @param sync - charts with the same one share their cursor */
  constructor(sync: string, events: ChartEvents) {
    this.#sync = sync;
    this.#events = events;
  }

  /** Draws these fields in this order, and no others. */
  draw(series: Series, names: readonly string[], fromS: number, toS: number): void {
    for (const [name, chart] of this.#charts) {
      if (names.includes(name)) continue;
      chart.remove();
      this.#charts.delete(name);
    }
    for (const name of names) {
      let chart = this.#charts.get(name);
      if (chart === undefined) {
        chart = new Chart(name, this.#sync, this.#events);
        this.#charts.set(name, chart);
        this.element.append(chart.element);
      }
      chart.draw(series, name, fromS, toS);
    }
  }

  redraw(): void {
    for (const chart of this.#charts.values()) chart.redraw();
  }
}

/** A little more than the values need, and not nothing where they are all the same. */
function widened(_: uPlot, least: number | null, most: number | null): [number, number] {
  if (least === null || most === null) return [0, 1];
  const room = (most - least) * 0.08 || Math.abs(most) * 0.1 || 1;
  return [least - room, most + room];
}

/** A time of day, with milliseconds where it is between two seconds. */
function clock(atS: number): string {
  const at = new Date(atS * 1000);
  const ms = at.getMilliseconds();
  return `${at.toLocaleTimeString('en-GB')}${ms === 0 ? '' : `.${`${ms}`.padStart(3, '0')}`}`;
}
