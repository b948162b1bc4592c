import { formatAge, formatFigure, formatShort, WAYS } from '../printing/format.js';
import { type Column, renderTable } from '../printing/table.js';
import { escapeText } from '../printing/text.js';
import { histogram } from './histogram.js';
import type { Meter, Slice } from './meter.js';

/** What is told of a direction: of the window, or of all. */
export interface Measured {
  readonly meter: Meter;
  readonly slice: Slice;
  /** Since its last message. */
  readonly lastMs: number | undefined;
}

const show = (value: number | undefined) => (value === undefined ? '-' : formatFigure(value));

/** The share of what was written that the other end has read, 0 to 1. */
function readShare({ written, read }: Slice): number | undefined {
  return written > 0 ? Math.min(1, read / written) : undefined;
}

function showShare(slice: Slice): string {
  const share = readShare(slice);
  return share === undefined ? '-' : `${Math.floor(share * 100)}%`;
}

const COLUMNS: readonly Column<Measured>[] = [
  { title: 'CHANNEL', show: ({ meter }) => escapeText(meter.name), maxWidth: 16 },
  { title: 'WAY', show: ({ meter }) => WAYS[meter.direction] },
  { title: 'RATE/s', show: ({ slice }) => show(slice.periods.rate), align: 'right' },
  { title: 'MEAN ms', show: ({ slice }) => show(slice.periods.meanMs), align: 'right' },
  { title: 'MIN', show: ({ slice }) => show(slice.periods.minMs), align: 'right', rank: 2 },
  { title: 'MAX', show: ({ slice }) => show(slice.periods.maxMs), align: 'right', rank: 2 },
  { title: 'STD DEV', show: ({ slice }) => show(slice.periods.stdDevMs), align: 'right', rank: 1 },
  { title: 'MISSED', show: ({ slice }) => formatShort(slice.periods.missed), align: 'right', rank: 3 },
  { title: 'READ', show: ({ slice }) => showShare(slice), align: 'right', rank: 4 },
  {
    title: 'LAST',
    show: ({ lastMs }) => (lastMs === undefined ? '-' : formatAge(lastMs / 1000)),
    align: 'right',
    rank: 5,
  },
];

/** A table of all directions, and of each with messages how its periods are spread. */
export function report(all: readonly Measured[], width: number): string[] {
  const spreads = all.flatMap(({ meter, slice }) => {
    const lines = histogram(slice.periods.bins, Math.min(width, 80));
    return lines.length === 0
      ? []
      : ['', `${escapeText(meter.name)} ${WAYS[meter.direction]}: periods`, ...lines];
  });
  return [...renderTable(COLUMNS, all, width), ...spreads];
}

/** A direction as a line of words, for a pipe or a file. */
export function plainLine({ meter, slice }: Measured): string {
  const { periods } = slice;
  const figures = {
    rate: periods.rate,
    mean_ms: periods.meanMs,
    min_ms: periods.minMs,
    max_ms: periods.maxMs,
    stddev_ms: periods.stdDevMs,
  };
  const words = Object.entries(figures).map(([name, value]) => `${name}=${show(value)}`);
  return `${escapeText(meter.name)} ${meter.direction} ${words.join(' ')} messages=${periods.messages} missed=${periods.missed} read=${showShare(slice)}`;
}

/** A direction for scripts. Times in ms; `null` for what there is nothing to say of. */
export function jsonOf({ meter, slice, lastMs }: Measured) {
  const { periods } = slice;
  return {
    name: meter.name,
    direction: meter.direction,
    messages: periods.messages,
    missed: periods.missed,
    rate: rounded(periods.rate),
    periodMs: {
      mean: rounded(periods.meanMs),
      min: rounded(periods.minMs),
      max: rounded(periods.maxMs),
      stdDev: rounded(periods.stdDevMs),
    },
    readShare: rounded(readShare(slice)),
    lastMs: rounded(lastMs),
  };
}

/** As {@link jsonOf}, with the spread of its periods. */
export function jsonWithSpread(measured: Measured) {
  const bins = measured.slice.periods.bins;
  return {
    ...jsonOf(measured),
    histogram: bins.map(({ fromMs, toMs, count }) => ({
      fromMs: rounded(fromMs),
      toMs: rounded(toMs),
      count,
    })),
  };
}

/** To a ns of a ms: what the clock says. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1e6) / 1e6;
}
